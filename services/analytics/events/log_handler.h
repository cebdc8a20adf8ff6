// Takes events in: every event of every topic goes into the log, once.
#pragma once

#include <functional>
#include <utility>

#include "libs/events/consumer.h"
#include "services/analytics/domain/events.h"

namespace huiyin::analytics {

class LogHandler final : public events::Handler {
 public:
  using Append = std::function<absl::Status(db::Transaction&, const LoggedEvent&)>;

  explicit LogHandler(Append append) : append_(std::move(append)) {}
  // INVALID_ARGUMENT for a body that cannot be read, so that it is parked and not logged.
  absl::Status Handle(db::Transaction& tx, const events::Event& event) override;

 private:
  const Append append_;
};

}  // namespace huiyin::analytics
