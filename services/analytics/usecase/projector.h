// One batch of events on its way into the rollups: loads what it needs once, changes it in memory,
// saves it at the end. Not thread-safe.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/analytics/domain/contributions.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

class Projector {
 public:
  // `store` must outlive the projector.
  Projector(Store& store, int64_t generation) : store_(store), generation_(generation) {}

  // Counts one event; `type` names it in the event counts.
  absl::Status Apply(const std::string& tenant, const std::string& type, absl::Time at,
                     const std::optional<Fact>& fact);
  // Saves everything that changed. Once, at the end.
  absl::Status Save();

 private:
  // The entity's bytes as they are now, empty when it is new. The pointer is good until the next
  // entity is asked for.
  absl::StatusOr<const std::string*> EntityBytes(EntityKind kind, const std::string& id);
  void Put(EntityKind kind, const std::string& id, std::string bytes);

  absl::Status Add(const Contribution& contribution, int sign);
  absl::Status Add(const std::vector<Contribution>& contributions);
  // Takes the first out and puts the second in; what is in both is left alone.
  absl::Status Replace(const std::vector<Contribution>& before,
                       const std::vector<Contribution>& after);
  absl::StatusOr<uint32_t> Intern(Dimension dimension, std::string_view text);

  // Loads the entity, lets `change` change it, and moves its contributions.
  template <class State, class Change>
  absl::Status Update(EntityKind kind, const std::string& id, Change change);
  absl::Status LocateTicket(const std::string& id);
  absl::Status LinkTicketToOrder(const std::string& order, const std::string& ticket);
  absl::Status NoteExample(const std::string& ticket);

  absl::Status On(const TicketCreated& fact);
  absl::Status On(const TicketMessage& fact);
  absl::Status On(const TicketStateChange& fact);
  absl::Status On(const TicketMerge& fact);
  absl::Status On(const TicketDecision& fact);
  absl::Status On(const OrderVersion& fact);
  absl::Status On(const RmaFiled& fact);
  absl::Status On(const RmaDecision& fact);
  absl::Status On(const RmaEnd& fact);
  absl::Status On(const RefundChange& fact);
  absl::Status On(const SurveyInvitation& fact);
  absl::Status On(const SurveyAnswer& fact);

  struct EntityKey {
    std::string tenant;
    EntityKind kind;
    std::string id;
    friend bool operator==(const EntityKey&, const EntityKey&) = default;
    template <class H>
    friend H AbslHashValue(H state, const EntityKey& k) {
      return H::combine(std::move(state), k.tenant, k.kind, k.id);
    }
  };
  struct EntityEntry {
    std::string bytes;
    bool changed = false;
  };
  struct Dictionary {
    absl::flat_hash_map<std::string, uint32_t> numbers;
    std::optional<uint32_t> last;
  };
  // What is kept per tenant. `index` stands for the name in cell keys, which are looked up often.
  struct Tenant {
    std::string name;
    uint32_t index = 0;
    std::map<Dimension, Dictionary> dictionaries;
  };
  struct BucketKey {
    uint32_t tenant;
    Cube cube;
    Grain grain;
    uint32_t shard;
    int64_t bucket;
    friend bool operator==(const BucketKey&, const BucketKey&) = default;
    template <class H>
    friend H AbslHashValue(H state, const BucketKey& k) {
      return H::combine(std::move(state), k.tenant, k.cube, k.grain, k.shard, k.bucket);
    }
  };

  Store& store_;
  const int64_t generation_;
  Tenant* tenant_ = nullptr;  // of the event being counted
  absl::Time at_;             // when it happened
  absl::flat_hash_map<EntityKey, EntityEntry> entities_;
  std::map<std::string, Tenant, std::less<>> tenants_;
  std::vector<TextNumber> new_numbers_;
  absl::flat_hash_map<BucketKey, CellMap> cells_;
};

}  // namespace huiyin::analytics
