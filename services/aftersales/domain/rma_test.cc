#include "services/aftersales/domain/rma.h"

#include <random>
#include <set>

#include "libs/testing/seed.h"
#include "libs/testing/status.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;
using testing::StatusIs;

Rma NewRma(RmaKind kind = RmaKind::kReturnRefund, int64_t requested = 3) {
  Rma rma;
  rma.id = RmaId("rma");
  RmaLine line;
  line.id = "1";
  line.kind = kind;
  rma.lines.push_back(line);
  EXPECT_OK(Apply(rma, {.type = ActionType::kSubmitted, .line_id = "1", .quantity = requested}));
  EXPECT_OK(Apply(rma, {.type = ActionType::kSubmitted}));
  return rma;
}

absl::Status Units(Rma& rma, ActionType type, int64_t quantity, Grade grade = Grade::kNone) {
  return Apply(rma, {.type = type, .line_id = "1", .quantity = quantity, .grade = grade});
}
absl::Status Move(Rma& rma, ActionType type) { return Apply(rma, {.type = type}); }

Rma Approved(RmaKind kind = RmaKind::kReturnRefund, int64_t units = 3) {
  Rma rma = NewRma(kind, units);
  EXPECT_OK(Units(rma, ActionType::kApproved, units));
  EXPECT_OK(Move(rma, ActionType::kApproved));
  return rma;
}

Rma Received(RmaKind kind = RmaKind::kReturnRefund, int64_t units = 3) {
  Rma rma = Approved(kind, units);
  EXPECT_OK(Units(rma, ActionType::kReceived, units));
  EXPECT_OK(Move(rma, ActionType::kReceived));
  return rma;
}

TEST(Rma, NothingIsPaidForGoodsThatDidNotComeBack) {
  Rma rma = Approved();
  EXPECT_THAT(Units(rma, ActionType::kRefundRequested, 1), HasReason("NOT_RECEIVED"));
  ASSERT_OK(Units(rma, ActionType::kReceived, 3));
  ASSERT_OK(Move(rma, ActionType::kReceived));
  ASSERT_OK(Units(rma, ActionType::kInspected, 2, Grade::kAsNew));
  ASSERT_OK(Units(rma, ActionType::kInspected, 1, Grade::kMissing));
  EXPECT_EQ(rma.lines[0].q.received, 2);
  ASSERT_OK(Move(rma, ActionType::kInspectionCompleted));
  EXPECT_THAT(Units(rma, ActionType::kRefundRequested, 3), HasReason("NOT_RECEIVED"));
  EXPECT_OK(Units(rma, ActionType::kRefundRequested, 2));
}

TEST(Rma, NoMoreUnitsMoveThanBefore) {
  Rma rma = NewRma();
  EXPECT_THAT(Units(rma, ActionType::kApproved, 4), HasReason("QUANTITY_EXCEEDS_REQUESTED"));
  ASSERT_OK(Units(rma, ActionType::kApproved, 2));
  ASSERT_OK(Move(rma, ActionType::kApproved));
  EXPECT_THAT(Units(rma, ActionType::kReceived, 3), HasReason("QUANTITY_EXCEEDS_APPROVED"));
  ASSERT_OK(Units(rma, ActionType::kReceived, 1));
  ASSERT_OK(Move(rma, ActionType::kReceived));
  EXPECT_THAT(Units(rma, ActionType::kInspected, 2, Grade::kAsNew),
              HasReason("QUANTITY_EXCEEDS_RECEIVED"));
  EXPECT_THAT(Move(rma, ActionType::kInspectionCompleted), HasReason("WRONG_STATE"));
}

TEST(Rma, AFailedRefundFreesItsUnits) {
  Rma rma = Received();
  ASSERT_OK(Units(rma, ActionType::kInspected, 3, Grade::kOpened));
  ASSERT_OK(Move(rma, ActionType::kInspectionCompleted));
  ASSERT_OK(Units(rma, ActionType::kRefundRequested, 3));
  EXPECT_THAT(Units(rma, ActionType::kRefundRequested, 1), HasReason("NOT_RECEIVED"));
  ASSERT_OK(Units(rma, ActionType::kRefundFailed, 3));
  EXPECT_OK(Units(rma, ActionType::kRefundRequested, 3));
}

TEST(Rma, WhatCannotGoOutAgainNeedsNoBackLeg) {
  Rma rma = Received(RmaKind::kExchange, 1);
  EXPECT_EQ(rma.back_leg, BackLeg::kPreparing);
  ASSERT_OK(Units(rma, ActionType::kInspected, 1, Grade::kMissing));
  ASSERT_OK(Move(rma, ActionType::kInspectionCompleted));
  EXPECT_EQ(rma.back_leg, BackLeg::kNotNeeded);
}

TEST(Rma, IsAppealedOnce) {
  Rma rma = NewRma();
  ASSERT_OK(Move(rma, ActionType::kRejected));
  EXPECT_EQ(rma.outcome, Outcome::kRejected);
  ASSERT_OK(Move(rma, ActionType::kAppealed));
  EXPECT_EQ(rma.outcome, Outcome::kNone);
  ASSERT_OK(Move(rma, ActionType::kRejected));
  EXPECT_THAT(Move(rma, ActionType::kAppealed), HasReason("ALREADY_APPEALED"));
}

TEST(Rma, HoldsUnitsUntilItEndsWithoutThem) {
  Rma rma = NewRma(RmaKind::kReturnRefund, 3);
  EXPECT_EQ(HeldUnits(rma, rma.lines[0]), 3);
  ASSERT_OK(Units(rma, ActionType::kApproved, 2));
  ASSERT_OK(Move(rma, ActionType::kApproved));
  EXPECT_EQ(HeldUnits(rma, rma.lines[0]), 2);
  ASSERT_OK(Move(rma, ActionType::kExpired));
  EXPECT_EQ(HeldUnits(rma, rma.lines[0]), 0);
}

TEST(Rma, ALogWithAGapOrAnImpossibleStepIsNotReplayed) {
  const Rma rma = Received();
  Rma empty;
  empty.lines.push_back({.id = "1"});
  Rma copy = empty;
  ASSERT_OK(Replay(copy, rma.actions));
  EXPECT_EQ(copy.logistics, Logistics::kDelivered);
  EXPECT_EQ(copy.lines[0].q, rma.lines[0].q);
  std::vector<Action> gap = rma.actions;
  gap.erase(gap.begin() + 1);
  copy = empty;
  EXPECT_THAT(Replay(copy, gap), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(Rma, ALostParcelIsGivenUpByAPersonOrTurnsUp) {
  Rma rma = Approved();
  ASSERT_OK(Move(rma, ActionType::kShipped));
  ASSERT_OK(Move(rma, ActionType::kParcelLost));
  EXPECT_EQ(rma.logistics, Logistics::kLost);
  Rma found = rma;
  ASSERT_OK(Units(found, ActionType::kReceived, 3));
  ASSERT_OK(Move(found, ActionType::kReceived));
  EXPECT_EQ(found.logistics, Logistics::kDelivered);
  EXPECT_THAT(Move(rma, ActionType::kWrittenOff), HasReason("WRONG_STATE"));  // nothing given up
  ASSERT_OK(Units(rma, ActionType::kWrittenOff, 3));
  ASSERT_OK(Move(rma, ActionType::kWrittenOff));
  EXPECT_EQ(rma.logistics, Logistics::kNotNeeded);
  EXPECT_OK(Units(rma, ActionType::kRefundRequested, 3));
}

TEST(Rma, WhatWasNotSoldIsNotExchanged) {
  Rma rma = Received(RmaKind::kExchange, 2);
  ASSERT_OK(Units(rma, ActionType::kInspected, 1, Grade::kWrongItem));
  ASSERT_OK(Units(rma, ActionType::kInspected, 1, Grade::kOpened));
  ASSERT_OK(Move(rma, ActionType::kInspectionCompleted));
  EXPECT_EQ(Sendable(rma, rma.lines[0]), 1);
  EXPECT_THAT(Units(rma, ActionType::kShippedBack, 2), HasReason("NOT_RECEIVED"));
  EXPECT_OK(Units(rma, ActionType::kShippedBack, 1));
}

TEST(Rma, AnOfferThatCostsMoreWaitsForTheCustomersWordAndMoney) {
  Rma rma;
  rma.lines.push_back({.id = "1", .kind = RmaKind::kExchange});
  rma.lines[0].exchange = Exchange{.sku = "big", .units = 1, .paid = 100, .price = 130};
  ASSERT_OK(Units(rma, ActionType::kSubmitted, 1));
  ASSERT_OK(Move(rma, ActionType::kSubmitted));
  ASSERT_OK(Units(rma, ActionType::kExchangeOffered, 1));
  ASSERT_OK(Units(rma, ActionType::kApproved, 1));
  ASSERT_OK(Move(rma, ActionType::kApproved));
  EXPECT_EQ(rma.lines[0].exchange->Asked(), 30);
  ASSERT_OK(Units(rma, ActionType::kReceived, 1));
  ASSERT_OK(Move(rma, ActionType::kReceived));
  ASSERT_OK(Units(rma, ActionType::kInspected, 1, Grade::kAsNew));
  ASSERT_OK(Move(rma, ActionType::kInspectionCompleted));
  EXPECT_EQ(Sendable(rma, rma.lines[0]), 0);
  Rma refused = rma;
  ASSERT_OK(Units(refused, ActionType::kExchangeDeclined, 1));
  EXPECT_EQ(refused.lines[0].kind, RmaKind::kReturnRefund);
  EXPECT_EQ(refused.back_leg, BackLeg::kNotNeeded);
  ASSERT_OK(Units(rma, ActionType::kExchangeConfirmed, 1));
  EXPECT_EQ(rma.lines[0].exchange->state, ExchangeState::kPaymentDue);
  EXPECT_EQ(Sendable(rma, rma.lines[0]), 0);
  ASSERT_OK(Units(rma, ActionType::kExchangePaid, 1));
  EXPECT_EQ(Sendable(rma, rma.lines[0]), 1);
}

TEST(Rma, ASplitLeavesUnitsInBoth) {
  Rma rma = Approved();
  ASSERT_OK(Units(rma, ActionType::kSplitOff, 2));
  ASSERT_OK(Move(rma, ActionType::kSplitOff));
  EXPECT_EQ(rma.lines[0].q.approved, 1);
  EXPECT_EQ(HeldUnits(rma, rma.lines[0]), 1);
  ASSERT_OK(Units(rma, ActionType::kSplitOff, 1));
  EXPECT_THAT(Move(rma, ActionType::kSplitOff), HasReason("NOTHING_LEFT"));
}

// Random actions: whatever is accepted keeps every invariant, and the log folds to the same RMA.
TEST(RmaProperty, AnyAcceptedSequenceKeepsTheInvariants) {
  std::mt19937_64 random(testing::Seed());
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<uint64_t>(n)); };
  int accepted = 0;
  for (int round = 0; round < 3000; ++round) {
    Rma rma;
    rma.lines.push_back({.id = "1", .kind = kRmaKinds[below(4)]});
    const Rma blank = rma;
    for (int step = 0; step < 40; ++step) {
      // Mostly along the way, sometimes anything.
      Action action{.type = static_cast<ActionType>(1 + below(kActionTypes))};
      if (below(2) == 0) {
        action.line_id = "1";
        action.quantity = 1 + below(4);
        action.grade = static_cast<Grade>(1 + below(kGrades));
      }
      accepted += Apply(rma, action).ok();
      const Quantities& q = rma.lines[0].q;
      ASSERT_LE(q.approved, q.requested);
      ASSERT_LE(q.written_off, q.approved);
      ASSERT_LE(q.received, q.Awaited());
      ASSERT_LE(q.Graded(), q.Awaited());
      ASSERT_LE(q.Graded() - q.Missing(), q.received);
      ASSERT_LE(q.refunded + q.replaced, q.Settled());
      ASSERT_GE(q.refunded, 0);
      ASSERT_GE(HeldUnits(rma, rma.lines[0]), 0);
      ASSERT_LE(HeldUnits(rma, rma.lines[0]), q.requested);
    }
    Rma again = blank;
    ASSERT_OK(Replay(again, rma.actions));
    ASSERT_EQ(again.lines[0].q, rma.lines[0].q);
    ASSERT_EQ(again.approval, rma.approval);
    ASSERT_EQ(again.logistics, rma.logistics);
    ASSERT_EQ(again.outcome, rma.outcome);
  }
  EXPECT_GT(accepted, 3000);
}

}  // namespace
}  // namespace huiyin::aftersales
