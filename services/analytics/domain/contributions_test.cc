#include "services/analytics/domain/contributions.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace huiyin::analytics {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1767225600);

TicketState Complaint() {
  TicketState t;
  t.created_at = kStart;
  t.customer = "c1";
  t.goods = {1, 2, 3};
  t.channel = 2;
  t.category = 4;
  t.sentiment = 1;
  t.decided_at = kStart + absl::Seconds(2);
  return t;
}

template <class State>
ContributionList Contributions(const State& state) {
  ContributionList list;
  Contribute(state, list);
  return list;
}

int Count(const std::vector<Contribution>& list, Cube cube) {
  return static_cast<int>(std::count_if(list.begin(), list.end(),
                                        [&](const Contribution& c) { return c.cube == cube; }));
}

TEST(TicketContributionsTest, CountWhatTheTicketIsNow) {
  TicketState t = Complaint();
  t.first_response_at = kStart + absl::Minutes(3);
  t.resolved_at = {kStart + absl::Hours(1), kStart + absl::Hours(5)};
  t.reopened_at = {kStart + absl::Hours(2)};
  const auto list = Contributions(t);
  EXPECT_EQ(Count(list, Cube::kTickets), 4);    // created, resolved twice, reopened
  EXPECT_EQ(Count(list, Cube::kDurations), 3);  // decision, first response, resolution
  EXPECT_EQ(Count(list, Cube::kSignals), 1);
  EXPECT_EQ(Count(list, Cube::kCustomers), 0);  // maxima cannot be taken back
}

TEST(TicketContributionsTest, MergedAndUnknownTicketsCountNowhere) {
  TicketState t = Complaint();
  t.merged = true;
  EXPECT_TRUE(Contributions(t).empty());
  t.merged = false;
  t.created_at = std::nullopt;
  EXPECT_TRUE(Contributions(t).empty());
}

TEST(TicketContributionsTest, AReopenedTicketIsNotResolved) {
  TicketState t = Complaint();
  t.resolved_at = {kStart + absl::Hours(1)};
  t.reopened_at = {kStart + absl::Hours(2)};
  EXPECT_EQ(Count(Contributions(t), Cube::kDurations), 1);  // the decision only
}

TEST(ComplaintTest, GoodsThatAreWrongAndLowReviewsAreComplaints) {
  TicketState t = Complaint();
  EXPECT_TRUE(IsComplaint(t));
  t.category = 15;  // PRODUCT_QUESTION
  EXPECT_FALSE(IsComplaint(t));
  t.channel = 7;
  t.rating = 2;
  EXPECT_TRUE(IsComplaint(t));
  t.rating = 5;
  EXPECT_FALSE(IsComplaint(t));
  t.rating = 0;  // a review without stars
  EXPECT_FALSE(IsComplaint(t));
}

TEST(ComplaintTest, ReasonsSpeakOfIssues) {
  EXPECT_EQ(IssueOfReason("DEFECTIVE"), 4u);
  EXPECT_EQ(IssueOfReason("QUALITY.OVERHEATS"), 4u);
  EXPECT_EQ(IssueOfReason("WRONG_ITEM"), 3u);
  EXPECT_EQ(IssueOfReason("NO_LONGER_WANTED"), 0u);
  EXPECT_EQ(IssueOfReason(""), 0u);
}

TEST(RefundContributionsTest, PendingUntilDecidedAndReversalsTakeTheAmountBack) {
  RefundState r;
  r.lifecycle = 3;
  r.currency = 1;
  r.amount_minor = 500;
  r.requested_at = kStart;
  ContributionList list = Contributions(r);
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].values[4], 1);
  r.lifecycle = 7;
  r.succeeded_at = kStart + absl::Hours(1);
  r.reversed_at = kStart + absl::Hours(9);
  int64_t amount = 0;
  list = Contributions(r);
  for (const Contribution& c : list) {
    if (c.cube == Cube::kRefunds) amount += c.values[1];
  }
  EXPECT_EQ(amount, 0);
  EXPECT_EQ(Count(list, Cube::kDurations), 1);
}

TEST(ComplaintTest, AnUnhappyAnswersTicketIsACaseOnlyWhenNothingElseToldOfIt) {
  TicketState t = Complaint();
  t.channel = 8;  // SURVEY
  for (const bool retold : {false, true}) {
    t.retold = retold;
    for (const Contribution& c : Contributions(t)) {
      if (c.cube != Cube::kSignals) continue;
      EXPECT_EQ(c.key[4], static_cast<uint32_t>(Source::kSurvey));
      EXPECT_EQ(c.values, (CellValues{1, retold ? 0 : 1}));
    }
  }
}

TEST(ComplaintTest, AWayThatIsKnownIsEnough) {
  TicketState t = Complaint();
  t.goods = {};
  EXPECT_FALSE(IsSignal(t));
  t.goods.warehouse = 1;
  EXPECT_TRUE(IsSignal(t));
}

TEST(CommonGoodsTest, WhatUnitsDifferInIsUnknown) {
  OrderState order;
  EXPECT_EQ(CommonGoods(order, {}), std::nullopt);
  order.units = {{{1, 10, 100, 5, 7}, 1}, {{1, 11, 100, 5, 8}, 1}, {{2, 20, 200, 5, 7}, 1}};
  EXPECT_EQ(CommonGoods(order, {}), (Goods{0, 0, 0, 5, 0}));
  EXPECT_EQ(CommonGoods(order, {.product = 1}), (Goods{1, 0, 100, 5, 0}));
  EXPECT_EQ(CommonGoods(order, {.product = 1, .sku = 11}), (Goods{1, 11, 100, 5, 8}));
  EXPECT_EQ(CommonGoods(order, {.product = 2, .lot = 100}), std::nullopt);
}

TEST(CohortTest, MonthsCountFromTheFirst) {
  constexpr uint32_t kNovember = 2025 * 12 + 10;
  CustomerState customer;
  CustomerMonth first{.month = kNovember, .orders = 2};
  CustomerMonth later{.month = kNovember + 2, .contacts = 3, .repeats = 1};
  later.scores = {{1, 2, 9, 2, 0}};
  customer.set_months({first, later});
  const auto list = Contributions(customer);
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[0].key, (CellKey{kNovember, 0}));
  EXPECT_EQ(list[0].values, (CellValues{1, 2}));
  EXPECT_EQ(list[1].key, (CellKey{kNovember, 2}));
  EXPECT_EQ(list[1].values, (CellValues{1, 0, 3, 1}));
  EXPECT_EQ(list[1].at, absl::ToUnixSeconds(kStart) + 14 * 86400);  // within January 2026
  EXPECT_EQ(list[2].cube, Cube::kCohortScores);
  EXPECT_EQ(list[2].key, (CellKey{1, kNovember, 2}));
  EXPECT_EQ(list[2].values, (CellValues{2, 9, 2, 0}));
}

TEST(BytesTest, EntitiesSurviveTheirByteForm) {
  TicketState t = Complaint();
  t.resolved_at = {kStart, kStart + absl::Microseconds(1)};
  const std::string bytes = ToBytes(t);
  const auto read = FromBytes<TicketState>(bytes);
  EXPECT_EQ(ToBytes(read), bytes);
  EXPECT_EQ(read.created_at, t.created_at);
  EXPECT_EQ(read.goods, t.goods);
  EXPECT_EQ(read.resolved_at, t.resolved_at);
  EXPECT_EQ(read.first_response_at, std::nullopt);
  EXPECT_EQ(FromBytes<TicketState>("").created_at, std::nullopt);
}

}  // namespace
}  // namespace huiyin::analytics
