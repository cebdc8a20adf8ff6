#include "services/survey/events/trigger_handler.h"

#include <utility>

#include "libs/core/status.h"
#include "services/survey/events/codec.h"
#include "services/survey/usecase/invite.h"
#include "services/survey/usecase/policy.h"
#include "services/survey/usecase/recover.h"
#include "services/survey/usecase/reviews.h"

namespace huiyin::survey {
namespace {

struct Follow {
  Unit& unit;
  const TenantId& tenant;

  absl::Status operator()(const std::monostate&) const { return absl::OkStatus(); }
  absl::Status operator()(const Episode& episode) const {
    HUIYIN_RETURN_IF_ERROR(
        FollowRecovery(episode.ticket, episode.facts.channel, RecoveryState::kResolved));
    return ScheduleInvitation(unit, episode);
  }
  absl::Status operator()(const TicketGoesOn& goes_on) const {
    HUIYIN_RETURN_IF_ERROR(FollowRecovery(goes_on.ticket, goes_on.channel, RecoveryState::kOpen));
    return CancelScheduled(unit, tenant, goes_on.ticket);
  }
  absl::Status operator()(const TicketClosed& closed) const {
    return FollowRecovery(closed.ticket, closed.channel, RecoveryState::kClosed);
  }
  // Only tickets of channels SURVEY and REVIEW can be there to make good.
  absl::Status FollowRecovery(const TicketId& ticket, int channel, RecoveryState state) const {
    const bool may_be = channel == kSurveyChannel || channel == kReviewChannel;
    if (!may_be || ticket.empty()) return absl::OkStatus();
    return FollowTicket(unit, tenant, ticket, state);
  }
  absl::Status operator()(const FactsLearned& learned) const {
    return NoteFacts(unit, tenant, learned.subject, learned.facts);
  }
  absl::Status operator()(const CustomerGone& gone) const {
    return EraseCustomer(unit, tenant, gone.customer, gone.erasure);
  }
  absl::Status operator()(const OrderSeen& seen) const {
    HUIYIN_RETURN_IF_ERROR(NoteOrder(unit, tenant, seen.customer, seen.tier, seen.country));
    if (!seen.delivered_at) return absl::OkStatus();
    HUIYIN_RETURN_IF_ERROR(
        NotePurchases(unit, tenant, seen.order, seen.customer, *seen.delivered_at, seen.purchases));
    Episode episode;
    episode.tenant = tenant;
    episode.trigger = Trigger::kDelivered;
    episode.subject = seen.order.value();
    episode.customer = seen.customer;
    episode.order = seen.order;
    if (!seen.purchases.empty()) episode.facts.product = seen.purchases.front().product;
    episode.ended_at = *seen.delivered_at;
    return ScheduleInvitation(unit, episode);
  }
};

}  // namespace

absl::Status TriggerHandler::Handle(db::Transaction& tx, const events::Event& event) {
  HUIYIN_ASSIGN_OR_RETURN(const Signal signal, Decode(event));
  if (std::holds_alternative<std::monostate>(signal)) return absl::OkStatus();
  const TenantId tenant(event.tenant);
  return open_(tx, event.traceparent, [&](Unit& unit) {
    return std::visit(Follow{unit, tenant}, signal);
  });
}

}  // namespace huiyin::survey
