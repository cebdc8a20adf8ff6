#include "services/survey/events/trigger_handler.h"

#include "libs/core/status.h"
#include "services/survey/events/codec.h"
#include "services/survey/usecase/invite.h"

namespace huiyin::survey {

absl::Status TriggerHandler::Handle(db::Transaction& tx, const events::Event& event) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Signal> signal, Decode(event));
  if (!signal) return absl::OkStatus();
  const TenantId tenant(event.tenant);
  return open_(tx, event.traceparent, [&](Unit& unit) {
    if (signal->kind == Signal::Kind::kEpisodeGoesOn) {
      return CancelScheduled(unit, tenant, signal->ticket);
    }
    return ScheduleInvitation(unit, {tenant, signal->trigger, signal->episode, signal->customer,
                                     signal->ticket, signal->rma, signal->language});
  });
}

}  // namespace huiyin::survey
