// The process dies at every named point between the decision to refund, the gateway call and the
// record, and another takes over. The points are in the ports that the test hands in; production
// code knows nothing of them.
#include "services/aftersales/test_world.h"

namespace huiyin::aftersales {
namespace {

using Fault = FakeGateway::Fault;

enum class Point {
  kNowhere,
  kBeforeClaim,            // approved; nothing was claimed
  kClaimRolledBack,        // SUBMITTED was written, never committed
  kClaimedBeforeCall,      // SUBMITTED is durable, the gateway was not called
  kCalledBeforeEffect,     // the call left, the gateway never saw it
  kEffectBeforeAnswer,     // the gateway paid, its answer found nobody
  kAnsweredBeforeRecord,   // the answer came, and was not written
  kRecordRolledBack,       // the answer was written, never committed
  kRecordedBeforeAckSeen,  // the answer is durable, the process did not learn that it is
};
constexpr std::pair<Point, const char*> kPoints[] = {
    {Point::kNowhere, "nowhere"},
    {Point::kBeforeClaim, "before the claim"},
    {Point::kClaimRolledBack, "claim rolled back"},
    {Point::kClaimedBeforeCall, "claimed, before the call"},
    {Point::kCalledBeforeEffect, "called, before the effect"},
    {Point::kEffectBeforeAnswer, "effect, before the answer"},
    {Point::kAnsweredBeforeRecord, "answered, before the record"},
    {Point::kRecordRolledBack, "record rolled back"},
    {Point::kRecordedBeforeAckSeen, "recorded, before that is known"},
};

class RefundCrash : public World {
 protected:
  // The dispatcher's way to the database, which dies at `point`: the first work is the claim, the
  // second the record.
  SubmitWork DyingAt(Point point) {
    return [this, point, works = std::make_shared<int>(0)](
               uint64_t key, std::string trace, absl::AnyInvocable<absl::Status(Unit&)> work,
               absl::AnyInvocable<void(absl::Status)> done) {
      const bool claim = (*works)++ == 0;
      const bool rolls_back = (claim && point == Point::kClaimRolledBack) ||
                              (!claim && point == Point::kRecordRolledBack);
      const bool commits_unseen = (claim && point == Point::kClaimedBeforeCall) ||
                                  (!claim && point == Point::kRecordedBeforeAckSeen);
      if (!claim && point == Point::kAnsweredBeforeRecord) return;  // dies with the answer
      if (rolls_back || commits_unseen) {
        const absl::Status status = writer_->Run(key, [&](db::Transaction& tx) -> absl::Status {
          HUIYIN_RETURN_IF_ERROR(InTransaction(tx, [&](Unit& unit) { return work(unit); }));
          return rolls_back ? absl::UnavailableError("died") : absl::OkStatus();
        });
        EXPECT_EQ(status.ok(), commits_unseen);
        if (claim) done(absl::UnavailableError("died"));  // who waits for a claim must be let go
        return;
      }
      Submit()(key, std::move(trace), std::move(work), std::move(done));
    };
  }

  void LiveUntil(Point point, obs::Metrics& metrics) {
    if (point == Point::kBeforeClaim) return;
    if (point == Point::kCalledBeforeEffect) gateway_.Next({Fault::kCrashBefore});
    if (point == Point::kEffectBeforeAnswer) gateway_.Next({Fault::kCrashAfter});
    RefundDispatch options;
    options.loop.stop_grace = absl::Milliseconds(1);  // a crash does not wait for answers
    const auto dying =
        MakeRefundDispatcher(gateway_, Query(), DyingAt(point), clock_, metrics, options);
    (void)dying->RunOnce();
    if (point == Point::kNowhere) dying->WaitUntilIdle(absl::Seconds(30));
  }

  void Recover(obs::Metrics& metrics) {
    const auto next = NewDispatcher(metrics);
    for (int i = 0; i < 5; ++i) {
      EXPECT_OK(next->RunOnce());
      EXPECT_TRUE(next->WaitUntilIdle(absl::Seconds(30)));
      clock_.Advance(absl::Minutes(2));  // past the lease of the dead
    }
  }
};
HUIYIN_ON_ALL_DATABASES(RefundCrash);

TEST_P(RefundCrash, AtAnyPointLeavesExactlyOneEffectAndARecordOfIt) {
  int effects = 0;
  for (const auto& [point, name] : kPoints) {
    SCOPED_TRACE(name);
    obs::Metrics metrics;
    const std::string order = Concat("o", static_cast<int>(point));
    ASSERT_OK(Put(MakeOrder(order, 1, 100)));
    const auto made = Goodwill(lead_, order, 60);
    ASSERT_OK(made);
    const RefundId id = made->at(0).id;
    LiveUntil(point, metrics);
    if (point != Point::kNowhere && point != Point::kRecordedBeforeAckSeen) {
      EXPECT_NE(Read(id).state, RefundState::kSucceeded);
      EXPECT_EQ(Read(OrderId(order)).payments[0].refund_held, 60);
    }
    Recover(metrics);
    EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
    EXPECT_EQ(gateway_.effects(), ++effects);
    ExpectSound();
  }
}

TEST_P(RefundCrash, TwiceInARowAtAnyTwoPointsStillPaysOnce) {
  int effects = 0;
  for (const auto& [first, first_name] : kPoints) {
    for (const auto& [second, second_name] : kPoints) {
      SCOPED_TRACE(Concat(first_name, ", then ", second_name));
      obs::Metrics metrics;
      const std::string order = Concat("o", effects);
      ASSERT_OK(Put(MakeOrder(order, 1, 100)));
      const auto made = Goodwill(lead_, order, 60);
      ASSERT_OK(made);
      LiveUntil(first, metrics);
      clock_.Advance(absl::Minutes(2));
      LiveUntil(second, metrics);
      clock_.Advance(absl::Minutes(2));
      gateway_.Next({});
      Recover(metrics);
      EXPECT_EQ(Read(made->at(0).id).state, RefundState::kSucceeded);
      EXPECT_EQ(gateway_.effects(), ++effects);
    }
  }
  ExpectSound();
}

TEST_P(RefundCrash, WhatIsUnknownIsAskedAboutNotPaidAgain) {
  obs::Metrics metrics;
  ASSERT_OK(Put(MakeOrder("o1", 1, 100)));
  const auto made = Goodwill(lead_, "o1", 60);
  ASSERT_OK(made);
  LiveUntil(Point::kEffectBeforeAnswer, metrics);
  const int calls = gateway_.calls();
  clock_.Advance(absl::Minutes(2));
  Recover(metrics);
  EXPECT_EQ(gateway_.calls(), calls);
  EXPECT_GE(gateway_.questions(), 1);
  EXPECT_EQ(Read(made->at(0).id).state, RefundState::kSucceeded);
}

}  // namespace
}  // namespace huiyin::aftersales
