// A gateway's statement against the ledger, on both databases.
#include "services/aftersales/usecase/reconciliation.h"

#include "services/aftersales/domain/digest.h"
#include "services/aftersales/test_world.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;
using testing::StatusIs;

class Reconciliation : public World {
 protected:
  Reconciliation() : dispatcher_(NewDispatcher(metrics_)), start_(clock_.Now() - absl::Hours(1)) {
    EXPECT_OK(Put(MakeOrder("o1", 1, 10'000)));
  }

  Refund Paid(int64_t minor) {
    const auto made = Goodwill(lead_, "o1", minor);
    EXPECT_OK(made);
    EXPECT_OK(dispatcher_->RunOnce());
    EXPECT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
    return Read(made->at(0).id);
  }
  static std::string Line(const std::string& key, const std::string& amount,
                          const std::string& type = "refund") {
    return Concat(type, ",", key, ",", amount, ",CNY\n");
  }
  absl::StatusOr<Statement> Import(const std::string& lines, absl::Duration later = {},
                                   const std::string& gateway = "stripe") {
    const std::string file = "type,key,amount,currency\n" + lines;
    const auto read = ReadStatement(StatementFormat::kCsv, file);
    EXPECT_OK(read);
    return Do<Statement>([&](Unit& unit) {
      return ImportStatement(unit, lead_,
                             {.gateway = gateway,
                              .start = start_ + later,
                              .end = start_ + later + absl::Hours(24),
                              .content_hash = Sha256Hex(file),
                              .lines = *read});
    });
  }
  std::vector<Difference> Open(bool resolved_too = false) {
    std::vector<Difference> found;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(
          found, view.store.ListDifferences(TenantId("acme"), {.include_resolved = resolved_too},
                                            100, ""));
      return absl::OkStatus();
    }));
    return found;
  }

  obs::Metrics metrics_;
  std::unique_ptr<CallLoop> dispatcher_;
  const absl::Time start_;
};
HUIYIN_ON_ALL_DATABASES(Reconciliation);

TEST_P(Reconciliation, FindsEveryKindOfDifferenceAndNothingElse) {
  const Refund good = Paid(100), dear = Paid(200), hidden = Paid(300);
  gateway_.Next({FakeGateway::Fault::kLoseAnswer});
  const Refund unknown = Paid(400);
  ASSERT_EQ(unknown.state, RefundState::kUnknown);
  ASSERT_OK(Do<bool>([&](Unit& unit) {
    return RecordChargeback(
        unit, platform_,
        {.chargeback_id = "cb-1", .payment = PaymentId("o1-pay"), .amount = Money(50, "CNY")});
  }));
  const auto statement =
      Import(Line(IdempotencyKey(good), "1.00") + Line(IdempotencyKey(good), "1.00") +
             Line(IdempotencyKey(dear), "2.01") + Line(IdempotencyKey(unknown), "4.00") +
             Line("somebody-elses", "9.00") + Line("cb-1", "0.50", "chargeback"));
  ASSERT_OK(statement);
  EXPECT_EQ(statement->lines, 6);
  EXPECT_EQ(statement->matched, 2);
  EXPECT_EQ(statement->Count(DifferenceKind::kDuplicate), 1);
  EXPECT_EQ(statement->Count(DifferenceKind::kAmountDiffers), 1);
  EXPECT_EQ(statement->Count(DifferenceKind::kMissingHere), 2);
  EXPECT_EQ(statement->Count(DifferenceKind::kMissingThere), 1);
  std::map<DifferenceKind, std::vector<std::string>> found;
  for (const Difference& each : Open()) found[each.kind].push_back(each.key);
  EXPECT_THAT(found[DifferenceKind::kMissingThere], ::testing::ElementsAre(IdempotencyKey(hidden)));
  EXPECT_THAT(found[DifferenceKind::kMissingHere],
              ::testing::UnorderedElementsAre(IdempotencyKey(unknown), "somebody-elses"));
  EXPECT_THAT(found[DifferenceKind::kAmountDiffers], ::testing::ElementsAre(IdempotencyKey(dear)));
  // Nothing was fixed silently.
  EXPECT_EQ(Read(unknown.id).state, RefundState::kUnknown);
  EXPECT_EQ(Read(dear.id).version, dear.version);
  ExpectSound();
}

TEST_P(Reconciliation, TheSameFileAgainIsTheSameStatementAndAnotherIsRefused) {
  const Refund good = Paid(100);
  const auto first = Import(Line(IdempotencyKey(good), "1.00"));
  ASSERT_OK(first);
  const auto again = Import(Line(IdempotencyKey(good), "1.00"));
  ASSERT_OK(again);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->matched, 1);
  EXPECT_TRUE(Open().empty());
  EXPECT_THAT(Import(Line("x", "1.00")), HasReason("STATEMENT_EXISTS"));
}

TEST_P(Reconciliation, ALineOfAnEarlierStatementIsADuplicate) {
  const Refund good = Paid(100);
  ASSERT_OK(Import(Line(IdempotencyKey(good), "1.00")));
  const auto next = Import(Line(IdempotencyKey(good), "1.00"), absl::Hours(24));
  ASSERT_OK(next);
  EXPECT_EQ(next->matched, 0);
  EXPECT_EQ(next->Count(DifferenceKind::kDuplicate), 1);
  EXPECT_EQ(next->Count(DifferenceKind::kMissingThere), 0);
}

TEST_P(Reconciliation, APersonResolvesADifferenceOnceWithANote) {
  ASSERT_OK(Import(Line("stranger", "1.00")));
  const std::string id = Open().at(0).id;
  const auto resolve = [&](const Caller& caller) {
    return Do<Difference>([&](Unit& unit) {
      return ResolveDifference(unit, caller, id, "asked the gateway: a test of theirs");
    });
  };
  EXPECT_THAT(resolve(CallerWith(Role::kLead, "x", "other")),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(resolve(lead_));
  EXPECT_THAT(resolve(lead_), HasReason("WRONG_STATE"));
  EXPECT_TRUE(Open().empty());
  const std::vector<Difference> all = Open(/*resolved_too=*/true);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].resolved_by, "lead-1");
  EXPECT_EQ(all[0].note, "asked the gateway: a test of theirs");
}

TEST_P(Reconciliation, AnotherGatewaysStatementSaysNothingAboutThisOne) {
  const Refund good = Paid(100);
  const auto statement = Import(Line(IdempotencyKey(good), "1.00"), {}, "alipay");
  ASSERT_OK(statement);
  EXPECT_EQ(statement->Count(DifferenceKind::kMissingHere), 1);
  EXPECT_EQ(statement->Count(DifferenceKind::kMissingThere), 0);
}

TEST_P(Reconciliation, AChargebackThatWasWonIsTwoLinesOrNone) {
  const auto dispute = [&](const std::string& id, bool won) {
    ASSERT_OK(Do<bool>([&](Unit& unit) {
      return RecordChargeback(unit, platform_,
                              {.chargeback_id = id,
                               .payment = PaymentId("o1-pay"),
                               .amount = Money(50, "CNY"),
                               .won = won});
    }));
  };
  for (const std::string id : {"shown", "net", "half", "lost", "late"}) dispute(id, false);
  for (const std::string id : {"shown", "net", "half"}) dispute(id, true);
  clock_.Advance(absl::Hours(24));
  dispute("late", true);  // before the first day's statement comes in
  const auto statement =
      Import(Line("shown", "0.50", "chargeback") + Line("shown", "0.50", "chargeback_won") +
             Line("half", "0.50", "chargeback") + Line("lost", "0.50", "chargeback") +
             Line("late", "0.50", "chargeback") + Line("lost", "0.50", "chargeback_won"));
  ASSERT_OK(statement);
  EXPECT_EQ(statement->matched, 5);
  EXPECT_EQ(statement->Count(DifferenceKind::kMissingThere), 1);
  EXPECT_EQ(statement->Count(DifferenceKind::kMissingHere), 1);
  std::map<DifferenceKind, std::vector<std::string>> found;
  for (const Difference& each : Open()) found[each.kind].push_back(each.key);
  EXPECT_THAT(found[DifferenceKind::kMissingThere], ::testing::ElementsAre("half"));
  EXPECT_THAT(found[DifferenceKind::kMissingHere], ::testing::ElementsAre("lost"));
  const auto next = Import(Line("late", "0.50", "chargeback_won"), absl::Hours(24));
  ASSERT_OK(next);
  EXPECT_EQ(next->matched, 1);
  EXPECT_EQ(Open().size(), 2u);
  ExpectSound();
}

}  // namespace
}  // namespace huiyin::aftersales
