// One tenant's figures while its events are counted: what is known of its entities and
// dictionaries, and what has changed since the last save. Not thread-safe.
//
// Figures follow entities: at Save each changed entity takes out what it added as it was and adds
// what it does now (domain/contributions.h). So an entity that changes ten times between two saves
// moves its figures once, and however events are cut into batches, the sums are the same.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/node_hash_map.h"
#include "services/analytics/domain/contributions.h"
#include "services/analytics/usecase/bucket_writer.h"

namespace huiyin::analytics {

class TenantFigures {
 public:
  TenantFigures(std::string name, absl::TimeZone zone);

  const std::string& name() const { return name_; }

  // What is not known is read from this set of figures in `store`, until the next ReadFrom.
  void ReadFrom(Store& store, int64_t generation);
  // `now` grows with every event.
  void SetNow(uint64_t now) { now_ = now; }

  // The entity as it is now, with its defaults when it was never heard of. Good until Save.
  template <class State>
  absl::StatusOr<const State*> Get(const std::string& id);
  // The same, to be changed until Save.
  template <class State>
  absl::StatusOr<State*> Change(const std::string& id);
  // See Calendar::MonthNumber; of the tenant's months.
  uint32_t MonthOf(absl::Time at) { return calendar_.MonthNumber(absl::ToUnixSeconds(at)); }
  // The number that stands for the text; 0 for none.
  absl::StatusOr<uint32_t> Intern(Dimension dimension, const std::string& text);
  // Counts what stays true whatever becomes of entities.
  void Add(const Contribution& contribution);

  // Writes all changes to the set of figures and forgets what they were. With kKeep entities are
  // not written before they are forgotten: then the set is whole only after
  // ForgetBelow(UINT64_MAX).
  enum class EntityRows { kWrite, kKeep };
  absl::Status Save(Store& store, int64_t generation, EntityRows rows);

  size_t entities_held() const;
  // Of every entity in memory, its rank: the lower, the less it will be missed.
  void ListRanks(std::vector<uint64_t>& ranks) const;
  // Forgets entities of lower rank than `least`, and writes those that were kept; not between
  // changes and Save.
  absl::Status ForgetBelow(uint64_t least, Store& store, int64_t generation);

 private:
  struct Nothing {};
  static constexpr uint32_t kUnchanged = UINT32_MAX;

  template <class State>
  struct Entry {
    State state;
    uint64_t touched = 0;
    uint32_t change = kUnchanged;  // index in `changed`
    bool unwritten = false;        // it is not in the store as it is here

    // What is settled goes first, then what was looked at longest ago.
    uint64_t rank() const {
      if constexpr (requires { state.settled(); }) {
        if (state.settled()) return touched;
      }
      return touched | uint64_t{1} << 63;
    }
  };
  template <class State>
  using Known = std::pair<const std::string, Entry<State>>;
  template <class State>
  struct Changed {
    Known<State>* entity;
    // What figures were counted from; nothing for states that add nothing.
    std::conditional_t<kContributes<State>, State, Nothing> before;
  };
  template <class State>
  struct Entities {
    absl::node_hash_map<std::string, Entry<State>> known;
    std::vector<Changed<State>> changed;
    // No entity with a later id is stored. Ids grow with time, so most news are told from known
    // entities without looking.
    std::optional<std::string> last_id;
  };
  struct Dictionary {
    absl::flat_hash_map<std::string, uint32_t> numbers;
    std::optional<uint32_t> last;
  };
  using AllEntities = std::tuple<Entities<TicketState>, Entities<OrderState>, Entities<RmaState>,
                                 Entities<RefundState>, Entities<ExampleState>,
                                 Entities<CustomerState>, Entities<ReviewState>>;

  template <class State>
  absl::StatusOr<Known<State>*> Find(const std::string& id);
  template <class State>
  absl::Status SaveChanged(Entities<State>& entities, Store& store, int64_t generation,
                           EntityRows rows);
  template <class State>
  absl::Status WriteRows(std::vector<const Known<State>*>& entities, Store& store,
                         int64_t generation);
  // Replaces before_ by after_; what is in both is left alone.
  void Replace();
  void AddSigned(const Contribution& contribution, int sign);

  const std::string name_;
  Calendar calendar_;
  BucketWriter buckets_;
  std::array<Dictionary, kDimensionCount + 1> dictionaries_;
  AllEntities entities_;
  std::vector<TextNumber> new_numbers_;
  ContributionList before_, after_;
  Store* store_ = nullptr;
  int64_t generation_ = -1;
  uint64_t now_ = 0;
};

}  // namespace huiyin::analytics
