#include "services/analytics/events/log_handler.h"

#include "services/analytics/events/codec.h"

namespace huiyin::analytics {

absl::Status LogHandler::Handle(db::Transaction& tx, const events::Event& event) {
  LoggedEvent logged;
  logged.tenant = event.tenant;
  logged.type = event.type.substr(event.type.rfind('.') + 1);
  logged.at = event.occurred_at;
  logged.body = event.body;
  const auto fact = Decode(logged);
  if (!fact.ok()) return fact.status();
  return append_(tx, logged);
}

}  // namespace huiyin::analytics
