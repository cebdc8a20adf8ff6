// States of a ticket and the one table that says how they are left.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace huiyin::ingest {

// Numbers of huiyin.ingest.v1.TicketState; stored, never renumbered.
enum class State {
  kNew = 1,
  kOpen = 2,
  kPendingCustomer = 3,
  kPendingInternal = 4,
  kSnoozed = 5,
  kResolved = 6,
  kClosed = 7,
  kMerged = 8,
};
inline constexpr std::array kStates = {
    State::kNew,     State::kOpen,     State::kPendingCustomer, State::kPendingInternal,
    State::kSnoozed, State::kResolved, State::kClosed,          State::kMerged,
};

// What happens to a ticket.
enum class Action {
  kCustomerMessage,  // the customer writes
  kAgentReply,       // a person of support answers in public
  kAutomaticReply,   // a bot answers in public
  kInternalNote,     // anybody inside notes something
  kTakeUp,           // set OPEN by hand
  kAwaitCustomer,    // set PENDING_CUSTOMER by hand
  kAwaitInternal,    // set PENDING_INTERNAL by hand
  kSnooze,
  kWake,  // the snooze ends
  kResolve,
  kClose,
  kReopen,
  kMerge,
};
inline constexpr std::array kActions = {
    Action::kCustomerMessage, Action::kAgentReply, Action::kAutomaticReply,
    Action::kInternalNote,    Action::kTakeUp,     Action::kAwaitCustomer,
    Action::kAwaitInternal,   Action::kSnooze,     Action::kWake,
    Action::kResolve,         Action::kClose,      Action::kReopen,
    Action::kMerge,
};

// The state after `action`, or nothing when the action is not allowed in `from`. A merged ticket is
// left only by unmerging, which brings back the state it had.
std::optional<State> Next(State from, Action action);

// Neither resolved nor closed nor merged.
constexpr bool IsActive(State state) { return state <= State::kSnoozed; }

// "OPEN", "PENDING_CUSTOMER" …, as in the API without its prefix.
std::string_view Name(State state);

}  // namespace huiyin::ingest
