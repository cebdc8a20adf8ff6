#include "services/ingest/domain/conversation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::ingest {
namespace {

Action ActionOf(const Message& message) {
  if (!message.is_public) return Action::kInternalNote;
  switch (message.author) {
    case Author::kCustomer:
      return Action::kCustomerMessage;
    case Author::kAgent:
      return Action::kAgentReply;
    case Author::kBot:
    case Author::kSystem:
      return Action::kAutomaticReply;
  }
  return Action::kInternalNote;
}

void Later(std::optional<absl::Time>& time, absl::Time candidate) {
  if (!time.has_value() || *time < candidate) time = candidate;
}

// Times that belong to a state go when it is left.
void Enter(Ticket& ticket, State next, absl::Time now) {
  const State from = ticket.state;
  ticket.state = next;
  ticket.updated_at = now;
  if (next == from) return;
  const bool ended = next == State::kResolved || next == State::kClosed;
  if (next == State::kResolved) ticket.resolved_at = now;
  if (next == State::kClosed) ticket.closed_at = now;
  if (ended) ticket.waiting_since.reset();
  if (IsActive(next) && (from == State::kResolved || from == State::kClosed)) {
    ++ticket.reopened_count;
    ticket.resolved_at.reset();
    ticket.closed_at.reset();
  }
  if (next != State::kSnoozed && next != State::kMerged) ticket.snoozed_until.reset();
}

absl::Status InvalidTransition(const Ticket& ticket, std::string_view wanted) {
  return Error(absl::StatusCode::kFailedPrecondition, "INVALID_TRANSITION",
               absl::StrCat("the ticket is ", std::string(Name(ticket.state)), ": it cannot ",
                            std::string(wanted)),
               {{"state", std::string(Name(ticket.state))}});
}

std::string_view Verb(Action action) {
  switch (action) {
    case Action::kTakeUp:
      return "be set OPEN";
    case Action::kAwaitCustomer:
      return "be set PENDING_CUSTOMER";
    case Action::kAwaitInternal:
      return "be set PENDING_INTERNAL";
    case Action::kSnooze:
      return "be snoozed";
    case Action::kWake:
      return "be woken";
    case Action::kResolve:
      return "be resolved";
    case Action::kClose:
      return "be closed";
    case Action::kReopen:
      return "be reopened";
    default:
      return "take this action";
  }
}

}  // namespace

bool ApplyMessage(Ticket& ticket, const Message& message, absl::Time now) {
  const Action action = ActionOf(message);
  if (const std::optional<State> next = Next(ticket.state, action)) Enter(ticket, *next, now);
  ticket.updated_at = now;
  if (action == Action::kInternalNote) return false;
  ticket.last_activity_at = std::max(ticket.last_activity_at, message.sent_at);
  if (action == Action::kCustomerMessage) {
    Later(ticket.last_customer_message_at, message.sent_at);
    if (!ticket.waiting_since.has_value()) ticket.waiting_since = message.sent_at;
    return false;
  }
  if (message.author == Author::kSystem) return false;
  Later(ticket.last_agent_message_at, message.sent_at);
  ticket.waiting_since.reset();
  if (ticket.first_response_at.has_value()) return false;
  ticket.first_response_at = message.sent_at;
  return true;
}

absl::Status Apply(Ticket& ticket, Action action, absl::Time now) {
  const std::optional<State> next = Next(ticket.state, action);
  if (!next.has_value()) return InvalidTransition(ticket, Verb(action));
  Enter(ticket, *next, now);
  return absl::OkStatus();
}

absl::Status Merge(Ticket& source, const Ticket& target, absl::Time now) {
  if (target.id == source.id || target.state == State::kMerged) {
    return Error(absl::StatusCode::kFailedPrecondition, "INVALID_MERGE_TARGET",
                 "a ticket is merged into another one that is not itself merged");
  }
  const std::optional<State> next = Next(source.state, Action::kMerge);
  if (!next.has_value()) return InvalidTransition(source, "be merged");
  source.state_before_merge = source.state;
  source.merged_into = target.id;
  source.state = *next;
  source.updated_at = now;
  return absl::OkStatus();
}

absl::Status Unmerge(Ticket& source, absl::Time now) {
  if (source.state != State::kMerged) return InvalidTransition(source, "be taken out of another");
  source.state = source.state_before_merge;
  source.merged_into = TicketId();
  source.updated_at = now;
  return absl::OkStatus();
}

}  // namespace huiyin::ingest
