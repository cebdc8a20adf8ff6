// Decides on tickets as their events arrive: texts are fetched and read for a whole group of events
// at once, outside any transaction; the decisions are then stored inside.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "absl/functional/function_ref.h"
#include "libs/events/consumer.h"
#include "services/triage/domain/classifier.h"
#include "services/triage/usecase/decide.h"
#include "services/triage/usecase/message_source.h"

namespace huiyin::triage {

// Thread-safe.
class TicketHandler final : public events::Handler {
 public:
  // Opens a unit on a transaction; reads the store on a snapshot.
  using InTransaction =
      std::function<absl::Status(db::Transaction&, absl::FunctionRef<absl::Status(Unit&)>)>;
  using OnSnapshot = std::function<absl::Status(absl::FunctionRef<absl::Status(Store&)>)>;
  // The model in force; a group is read with one.
  using CurrentClassifier = std::function<std::shared_ptr<const Classifier>()>;

  // `messages` must outlive the handler.
  TicketHandler(CurrentClassifier classifier, MessageSource& messages, OnSnapshot read,
                InTransaction write);

  absl::Status Prepare(std::span<const events::Event> group) override;
  absl::Status Handle(db::Transaction& tx, const events::Event& event) override;

 private:
  // Readings made by Prepare for Handle, by event id. A reading stays until kKept newer ones have
  // been made, since an event may be handled again after a conflict.
  static constexpr size_t kKept = 16384;
  void Keep(const std::string& event_id, Reading reading);
  std::optional<Reading> Find(const std::string& event_id);

  const CurrentClassifier classifier_;
  MessageSource& messages_;
  const OnSnapshot read_;
  const InTransaction write_;
  std::mutex mutex_;
  std::map<std::string, Reading> readings_;
  std::deque<std::string> oldest_first_;
};

}  // namespace huiyin::triage
