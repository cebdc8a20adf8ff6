#include "services/aftersales/domain/steps.h"

#include <gmock/gmock.h>

#include "libs/testing/status.h"

namespace huiyin::aftersales {
namespace {

class Steps : public ::testing::Test {
 protected:
  Steps() { NewRma(RmaKind::kReturnRefund); }

  void NewRma(RmaKind kind) {
    rma_ = Rma();
    RmaLine line;
    line.id = "1";
    line.kind = kind;
    rma_.lines.push_back(line);
    Do(ActionType::kSubmitted, 1, 0);
    Do(ActionType::kSubmitted, 0, 0);
  }
  // At so many hours; `units` 0: a move of the axes.
  void Do(ActionType type, int64_t units, int hour, Grade grade = Grade::kNone) {
    ASSERT_OK(Apply(rma_, {.type = type,
                           .line_id = units > 0 ? "1" : "",
                           .quantity = units,
                           .grade = grade,
                           .at = At(hour)}));
  }
  static absl::Time At(int hour) { return absl::UnixEpoch() + absl::Hours(hour); }
  static StepSpan Span(Step step, int from, int to, int64_t round = 1) {
    return {step, round, At(from), to < 0 ? std::nullopt : std::optional(At(to))};
  }

  Rma rma_;
};

TEST_F(Steps, OfAReturnFollowOneAnother) {
  Do(ActionType::kApproved, 1, 2);
  Do(ActionType::kApproved, 0, 2);
  EXPECT_THAT(StepsOf(rma_, rma_.actions.size()),
              ::testing::ElementsAre(Span(Step::kDecide, 0, 2), Span(Step::kSend, 2, -1)));
  Do(ActionType::kShipped, 0, 10);
  Do(ActionType::kReceived, 1, 30);
  Do(ActionType::kReceived, 0, 30);
  Do(ActionType::kInspected, 1, 40, Grade::kAsNew);
  Do(ActionType::kInspectionCompleted, 0, 40);
  Do(ActionType::kRefundRequested, 1, 41);
  Do(ActionType::kRefundRequested, 0, 41);
  Do(ActionType::kRefundSucceeded, 0, 45);
  Do(ActionType::kCompleted, 0, 45);
  EXPECT_THAT(StepsOf(rma_, rma_.actions.size()),
              ::testing::ElementsAre(Span(Step::kDecide, 0, 2), Span(Step::kSend, 2, 10),
                                     Span(Step::kTransport, 10, 30), Span(Step::kInspect, 30, 40),
                                     Span(Step::kRefund, 40, 41), Span(Step::kPay, 41, 45)));
}

TEST_F(Steps, MoneyThatWasPaidEarlyIsNotWaitedForAfterInspection) {
  rma_.lines[0].refund_at = RefundAt::kApproval;
  Do(ActionType::kApproved, 1, 1);
  Do(ActionType::kApproved, 0, 1);
  Do(ActionType::kRefundRequested, 1, 1);
  Do(ActionType::kRefundRequested, 0, 1);
  Do(ActionType::kRefundSucceeded, 0, 2);
  Do(ActionType::kReceived, 1, 5);
  Do(ActionType::kReceived, 0, 5);
  Do(ActionType::kInspected, 1, 6, Grade::kAsNew);
  Do(ActionType::kInspectionCompleted, 0, 6);
  EXPECT_THAT(StepsOf(rma_, rma_.actions.size()),
              ::testing::ElementsAre(Span(Step::kDecide, 0, 1), Span(Step::kSend, 1, 5),
                                     Span(Step::kPay, 1, 2), Span(Step::kInspect, 5, 6)));
}

TEST_F(Steps, AnAppealIsDecidedInASecondRound) {
  Do(ActionType::kRejected, 0, 1);
  Do(ActionType::kAppealed, 0, 5);
  Do(ActionType::kRejected, 0, 9);
  EXPECT_THAT(StepsOf(rma_, rma_.actions.size()),
              ::testing::ElementsAre(Span(Step::kDecide, 0, 1), Span(Step::kDecide, 5, 9, 2)));
}

TEST_F(Steps, OfAnExchangeEndWithTheCustomer) {
  NewRma(RmaKind::kExchange);
  Do(ActionType::kApproved, 1, 1);
  Do(ActionType::kApproved, 0, 1);
  Do(ActionType::kReceived, 1, 5);
  Do(ActionType::kReceived, 0, 5);
  Do(ActionType::kInspected, 1, 6, Grade::kOpened);
  Do(ActionType::kInspectionCompleted, 0, 6);
  Do(ActionType::kShippedBack, 1, 8);
  Do(ActionType::kShippedBack, 0, 8);
  Do(ActionType::kBackDelivered, 0, 20);
  EXPECT_THAT(StepsOf(rma_, rma_.actions.size()),
              ::testing::ElementsAre(Span(Step::kDecide, 0, 1), Span(Step::kSend, 1, 5),
                                     Span(Step::kInspect, 5, 6), Span(Step::kReplace, 6, 8),
                                     Span(Step::kDeliver, 8, 20)));
}

TEST_F(Steps, WhatIsOpenWhenTheRmaEndsIsOver) {
  Do(ActionType::kApproved, 1, 1);
  Do(ActionType::kApproved, 0, 1);
  Do(ActionType::kCancelled, 0, 3);
  EXPECT_THAT(StepsOf(rma_, rma_.actions.size()),
              ::testing::ElementsAre(Span(Step::kDecide, 0, 1), Span(Step::kSend, 1, 3)));
}

}  // namespace
}  // namespace huiyin::aftersales
