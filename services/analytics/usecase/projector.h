// Counts events into rollups, batch by batch: changes in memory what a batch touches and saves it
// at the end. What it knows of entities and dictionaries is kept for the next batch. Not
// thread-safe.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "services/analytics/domain/contributions.h"
#include "services/analytics/usecase/bucket_writer.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

class Projector {
 public:
  // Keeps about `max_entities` entities in memory.
  explicit Projector(size_t max_entities = 100'000) : max_entities_(max_entities) {}

  // Begins a batch on top of `generation` as it is in `store`, which must live until Save is done.
  // What was kept from earlier batches is used when it is of exactly this state, else forgotten.
  absl::Status Start(Store& store, const Generation& generation);
  // Counts one event; `type` names it in the event counts.
  absl::Status Apply(const std::string& tenant, const std::string& type, absl::Time at,
                     const std::optional<Fact>& fact);
  // Saves everything that changed and moves the generation's position. Once, at the end. When the
  // transaction fails afterwards, the next Start notices.
  absl::Status Save(int64_t position);

 private:
  template <class State>
  struct Entry {
    State state;
    bool changed = false;
    uint32_t last_batch = 0;
  };
  template <class State>
  using Entities = absl::node_hash_map<std::string, Entry<State>>;
  struct Dictionary {
    absl::flat_hash_map<std::string, uint32_t> numbers;
    std::optional<uint32_t> last;
  };
  struct Tenant {
    Tenant(std::string tenant_name, absl::TimeZone zone)
        : name(std::move(tenant_name)), calendar(zone) {}
    const std::string name;
    Calendar calendar;
    BucketWriter buckets;
    std::map<Dimension, Dictionary> dictionaries;
    std::tuple<Entities<TicketState>, Entities<OrderState>, Entities<RmaState>,
               Entities<RefundState>, Entities<ExampleState>, Entities<CustomerState>>
        entities;
    // Per kind: no entity with a later id is stored. Ids grow with time, so most news are told from
    // known entities without looking.
    std::map<EntityKind, std::string> last_ids;
  };

  // Good until the batch ends.
  template <class State>
  absl::StatusOr<Entry<State>*> Find(const std::string& id);
  // Lets `change` change the entity and moves its contributions.
  template <class State, class Change>
  absl::Status Update(const std::string& id, Change change);
  void Add(const Contribution& contribution, int sign);
  void Replace();  // before_ by after_; what is in both is left alone
  absl::StatusOr<uint32_t> Intern(Dimension dimension, const std::string& text);
  absl::StatusOr<Goods> InternGoods(const Units& units);

  absl::Status LocateTicket(const std::string& id);
  absl::Status NoteExample(const std::string& id);
  absl::Status NoteExample(const std::string& id, Dimension dimension, uint32_t product,
                           uint32_t value);
  absl::Status NoteContact(const std::string& customer, const std::string& ticket, absl::Time at,
                           bool gone);

  absl::Status On(const TicketCreated& fact);
  absl::Status On(const TicketMessage& fact);
  absl::Status On(const TicketStateChange& fact);
  absl::Status On(const TicketMerge& fact);
  absl::Status On(const TicketDecision& fact);
  absl::Status On(const OrderVersion& fact);
  absl::Status On(const RmaFiled& fact);
  absl::Status On(const RmaDecision& fact);
  absl::Status On(const RmaInspection& fact);
  absl::Status On(const RmaEnd& fact);
  absl::Status On(const RefundChange& fact);
  absl::Status On(const SurveyInvitation& fact);
  absl::Status On(const SurveyAnswer& fact);

  template <class State>
  void CollectChanged(Tenant& tenant, std::vector<EntityRow>& rows);
  void ForgetSome();
  void Forget();

  const size_t max_entities_;
  Zones zones_;
  Store* store_ = nullptr;
  Generation held_{-1, -1, {}};  // what the kept state is of
  bool dirty_ = false;           // a batch is under way
  uint32_t batch_ = 0;
  std::map<std::string, std::unique_ptr<Tenant>, std::less<>> tenants_;
  Tenant* tenant_ = nullptr;  // of the event being counted
  absl::Time at_;             // when it happened
  std::vector<TextNumber> new_numbers_;
  ContributionList before_, after_;
};

}  // namespace huiyin::analytics
