// Decides on tickets as their events arrive, keeps what orders tell of customers, and forgets
// customers who are erased. Texts are fetched and read for a whole group of events at once, outside
// any transaction; the decisions are then stored inside.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "absl/functional/function_ref.h"
#include "libs/events/consumer.h"
#include "services/triage/domain/classifier.h"
#include "services/triage/usecase/decide.h"
#include "services/triage/usecase/message_source.h"
#include "services/triage/usecase/models_in_force.h"

namespace huiyin::triage {

// Thread-safe.
class TicketHandler final : public events::Handler {
 public:
  // Opens a unit on a transaction; reads the store on a snapshot.
  using InTransaction =
      std::function<absl::Status(db::Transaction&, absl::FunctionRef<absl::Status(Unit&)>)>;
  using OnSnapshot = std::function<absl::Status(absl::FunctionRef<absl::Status(Store&)>)>;
  // The models in force; a group is read with one pair of them.
  using CurrentModels = std::function<std::shared_ptr<const Models>()>;
  // Keeps what a shadow model read beside a decision.
  using KeepShadow = std::function<absl::Status(db::Transaction&, const Decision&,
                                                const Reading& current, const Reading& shadow)>;

  // `messages` must outlive the handler.
  TicketHandler(CurrentModels models, MessageSource& messages, OnSnapshot read, InTransaction write,
                KeepShadow keep_shadow);

  absl::Status Prepare(std::span<const events::Event> group) override;
  absl::Status Handle(db::Transaction& tx, const events::Event& event) override;

 private:
  // Readings made by Prepare for Handle, by event id. A reading stays until kKept newer ones have
  // been made, since an event may be handled again after a conflict.
  static constexpr size_t kKept = 16384;
  struct Readings {
    Reading current;
    std::optional<Reading> shadow;
  };
  void Keep(const std::string& event_id, Readings readings);
  // Null if there are none.
  std::shared_ptr<const Readings> Find(const std::string& event_id);

  const CurrentModels models_;
  MessageSource& messages_;
  const OnSnapshot read_;
  const InTransaction write_;
  const KeepShadow keep_shadow_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Readings>> readings_;
  std::deque<std::string> oldest_first_;
};

}  // namespace huiyin::triage
