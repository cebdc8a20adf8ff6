#include "services/aftersales/domain/parcel.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

namespace huiyin::aftersales {
namespace {

constexpr ParcelState kAll[] = {ParcelState::kRequested, ParcelState::kLabelled,
                                ParcelState::kInTransit, ParcelState::kDelivered,
                                ParcelState::kLost,      ParcelState::kCancelling,
                                ParcelState::kCancelled, ParcelState::kRefused};

ParcelState After(ParcelState state, const std::vector<ParcelEvent>& events) {
  for (const ParcelEvent event : events) state = Next(state, event).value_or(state);
  return state;
}

TEST(Parcel, ScansInAnyOrderAndAnyNumberLeadToTheSameEnd) {
  std::vector<ParcelEvent> events = {ParcelEvent::kMoves, ParcelEvent::kMoves,
                                     ParcelEvent::kDelivered};
  std::sort(events.begin(), events.end());
  do {
    EXPECT_EQ(After(ParcelState::kLabelled, events), ParcelState::kDelivered);
  } while (std::next_permutation(events.begin(), events.end()));
}

TEST(Parcel, WhatIsDeliveredOrRefusedStaysSo) {
  for (int event = 0; event < kParcelEvents; ++event) {
    EXPECT_EQ(Next(ParcelState::kDelivered, static_cast<ParcelEvent>(event)), std::nullopt);
    EXPECT_EQ(Next(ParcelState::kRefused, static_cast<ParcelEvent>(event)), std::nullopt);
  }
}

TEST(Parcel, AParcelThatMovesIsNotCancelled) {
  EXPECT_EQ(Next(ParcelState::kInTransit, ParcelEvent::kCancelAsked), std::nullopt);
  EXPECT_EQ(After(ParcelState::kLabelled,
                  {ParcelEvent::kCancelAsked, ParcelEvent::kMoves, ParcelEvent::kCancelled}),
            ParcelState::kInTransit);
  EXPECT_EQ(After(ParcelState::kLabelled, {ParcelEvent::kCancelAsked, ParcelEvent::kTooLate}),
            ParcelState::kLabelled);
}

TEST(Parcel, EveryMoveIsBetweenStatesThatHaveNames) {
  for (const ParcelState from : kAll) {
    EXPECT_NE(Name(from), "?");
    for (int event = 0; event < kParcelEvents; ++event) {
      const auto to = Next(from, static_cast<ParcelEvent>(event));
      EXPECT_NE(to, from);
    }
  }
}

}  // namespace
}  // namespace huiyin::aftersales
