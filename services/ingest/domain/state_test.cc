#include "services/ingest/domain/state.h"

#include <gtest/gtest.h>

#include <map>

namespace huiyin::ingest {
namespace {

using Table = std::map<std::pair<State, Action>, State>;

// What domain rules say, written down apart from the table in state.cc: every pair that is not here
// is forbidden.
Table Expected() {
  Table table;
  const auto add = [&](Action action, std::initializer_list<State> from, State to) {
    for (const State state : from) table[{state, action}] = to;
  };
  const auto active = {State::kNew, State::kOpen, State::kPendingCustomer, State::kPendingInternal,
                       State::kSnoozed};
  add(Action::kTakeUp, active, State::kOpen);
  add(Action::kAwaitCustomer, active, State::kPendingCustomer);
  add(Action::kAwaitInternal, active, State::kPendingInternal);
  add(Action::kSnooze, active, State::kSnoozed);
  add(Action::kResolve, active, State::kResolved);
  add(Action::kWake, {State::kSnoozed}, State::kOpen);
  add(Action::kClose, {State::kResolved}, State::kClosed);
  add(Action::kReopen, {State::kResolved, State::kClosed}, State::kOpen);
  for (const State state : kStates) {
    if (state == State::kMerged) continue;
    table[{state, Action::kMerge}] = State::kMerged;
    // Messages never fail; what they change is below.
    table[{state, Action::kInternalNote}] = state;
    table[{state, Action::kAutomaticReply}] = state;
    table[{state, Action::kAgentReply}] = IsActive(state) ? State::kPendingCustomer : state;
    table[{state, Action::kCustomerMessage}] = State::kOpen;
  }
  table[{State::kNew, Action::kInternalNote}] = State::kOpen;
  table[{State::kNew, Action::kCustomerMessage}] = State::kNew;
  table[{State::kPendingInternal, Action::kCustomerMessage}] = State::kPendingInternal;
  return table;
}

TEST(StateTest, EveryPairOfStateAndActionLeadsWhereTheRulesSay) {
  const Table expected = Expected();
  for (const State from : kStates) {
    for (const Action action : kActions) {
      const auto found = expected.find({from, action});
      const std::optional<State> want =
          found == expected.end() ? std::nullopt : std::optional(found->second);
      EXPECT_EQ(Next(from, action), want) << Name(from) << " action " << static_cast<int>(action);
    }
  }
}

TEST(StateTest, OnlyMergingLeadsToMergedAndNothingLeadsOut) {
  for (const State from : kStates) {
    for (const Action action : kActions) {
      const std::optional<State> next = Next(from, action);
      if (from == State::kMerged) {
        EXPECT_EQ(next, std::nullopt);
      }
      if (next == State::kMerged) {
        EXPECT_EQ(action, Action::kMerge);
      }
    }
  }
}

TEST(StateTest, EveryStateCanBeReachedFromNew) {
  std::map<State, bool> reached{{State::kNew, true}};
  for (size_t round = 0; round < kStates.size(); ++round) {
    for (const State from : kStates) {
      if (!reached[from]) continue;
      for (const Action action : kActions) {
        if (const auto next = Next(from, action)) reached[*next] = true;
      }
    }
  }
  for (const State state : kStates) EXPECT_TRUE(reached[state]) << Name(state);
}

}  // namespace
}  // namespace huiyin::ingest
