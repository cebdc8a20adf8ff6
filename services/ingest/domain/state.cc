#include "services/ingest/domain/state.h"

namespace huiyin::ingest {
namespace {

// One row per action, one column per state it happens in; '-' is "not allowed".
// Columns: NEW, OPEN, PENDING_CUSTOMER, PENDING_INTERNAL, SNOOZED, RESOLVED, CLOSED, MERGED.
// Letters: N(ew) O(pen) C(ustomer) I(nternal) S(noozed) R(esolved) D(one: closed) M(erged).
struct Row {
  Action action;
  std::string_view next;
};
constexpr Row kTable[] = {
    {Action::kCustomerMessage, "NOOIOOO-"},  // what waits inside keeps waiting there
    {Action::kAgentReply, "CCCCCRD-"},       // a last word does not reopen
    {Action::kAutomaticReply, "NOCISRD-"},   // a bot's answer is not a person's look
    {Action::kInternalNote, "OOCISRD-"},     // somebody has looked at it
    {Action::kTakeUp, "OOOOO---"},           //
    {Action::kAwaitCustomer, "CCCCC---"},    //
    {Action::kAwaitInternal, "IIIII---"},    //
    {Action::kSnooze, "SSSSS---"},           // again: with another time
    {Action::kWake, "----O---"},             //
    {Action::kResolve, "RRRRR---"},          //
    {Action::kClose, "-----D--"},            //
    {Action::kReopen, "-----OO-"},           //
    {Action::kMerge, "MMMMMMM-"},            //
};
constexpr std::string_view kLetters = "NOCISRDM";

}  // namespace

std::optional<State> Next(State from, Action action) {
  for (const Row& row : kTable) {
    if (row.action != action) continue;
    const size_t at = kLetters.find(row.next[static_cast<size_t>(from) - 1]);
    if (at == std::string_view::npos) return std::nullopt;
    return static_cast<State>(at + 1);
  }
  return std::nullopt;
}

std::string_view Name(State state) {
  static constexpr std::string_view kNames[] = {
      "NEW",     "OPEN",     "PENDING_CUSTOMER", "PENDING_INTERNAL",
      "SNOOZED", "RESOLVED", "CLOSED",           "MERGED",
  };
  return kNames[static_cast<size_t>(state) - 1];
}

}  // namespace huiyin::ingest
