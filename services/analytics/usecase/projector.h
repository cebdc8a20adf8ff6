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

  absl::Status Add(const std::vector<Contribution>& contributions, int sign);
  absl::StatusOr<uint32_t> Intern(Dimension dimension, std::string_view text);
  CellMap& CellsAt(Cube cube, Grain grain, int64_t bucket, uint32_t shard);

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

  Store& store_;
  const int64_t generation_;
  std::string tenant_;  // of the event being counted
  absl::Time at_;       // when it happened
  absl::flat_hash_map<EntityKey, EntityEntry> entities_;
  std::map<std::pair<std::string, Dimension>, Dictionary> dictionaries_;
  std::vector<TextNumber> new_numbers_;
  std::map<CellAddress, CellMap> cells_;
};

}  // namespace huiyin::analytics
