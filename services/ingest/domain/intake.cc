#include "services/ingest/domain/intake.h"

#include <algorithm>

namespace huiyin::ingest {
namespace {

// Both known, and not the same.
template <class Id>
bool Differ(const Id& a, const Id& b) {
  return !a.empty() && !b.empty() && a != b;
}

// Channels deliver late and out of order: a message from before the ticket's last one counts as
// being as far away as it is long ago.
bool Within(absl::Time a, absl::Time b, absl::Duration window) {
  return absl::AbsDuration(a - b) <= window;
}

bool WithinReopenWindow(const IntakePolicy& policy, const Ticket& ticket, const Arrival& arrival) {
  const absl::Time ended =
      ticket.closed_at.value_or(ticket.resolved_at.value_or(ticket.updated_at));
  // Written before the ticket ended: about what it was about.
  return arrival.sent_at - ended <= policy.For(arrival.channel).reopen;
}

}  // namespace

Intake RouteFeedback(const IntakePolicy& policy, const Ticket* current, const Arrival& arrival) {
  if (current == nullptr || current->message_count >= kMaxMessages ||
      Differ(current->customer, arrival.customer) || Differ(current->order, arrival.order) ||
      Differ(current->product, arrival.product)) {
    return Intake::kNew;
  }
  const ChannelPolicy& channel = policy.For(arrival.channel);
  if (IsActive(current->state)) {
    return Within(arrival.sent_at, current->last_activity_at, channel.conversation) ? Intake::kJoin
                                                                                    : Intake::kNew;
  }
  const bool recent = Within(arrival.sent_at, current->last_activity_at,
                             std::max(channel.conversation, channel.reopen));
  return recent && WithinReopenWindow(policy, *current, arrival) ? Intake::kReopen : Intake::kNew;
}

Intake RouteReply(const IntakePolicy& policy, const Ticket& ticket, const Arrival& arrival) {
  if (IsActive(ticket.state)) return Intake::kJoin;
  return WithinReopenWindow(policy, ticket, arrival) ? Intake::kReopen : Intake::kFollowUp;
}

}  // namespace huiyin::ingest
