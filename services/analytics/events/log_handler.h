// Takes events in: every event of every topic goes into the log, once, with an alias in place of
// the customer's id.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "libs/events/consumer.h"
#include "services/analytics/domain/events.h"

namespace huiyin::analytics {

class LogHandler final : public events::Handler {
 public:
  // What the handler does with the service's storage, inside the event's transaction.
  struct Log {
    std::function<absl::Status(db::Transaction&, const LoggedEvent&)> append;
    std::function<absl::StatusOr<std::string>(db::Transaction&, const std::string& tenant,
                                              const std::string& customer)>
        alias_of;
    std::function<absl::Status(db::Transaction&, const std::string& tenant,
                               const std::string& customer)>
        forget_customer;
  };

  explicit LogHandler(Log log) : log_(std::move(log)) {}
  // INVALID_ARGUMENT for a body that cannot be read, so that it is parked and not logged. Events of
  // types that are not known are logged as they are.
  absl::Status Handle(db::Transaction& tx, const events::Event& event) override;

 private:
  const Log log_;
};

}  // namespace huiyin::analytics
