#include "services/triage/usecase/decide.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/status.h"
#include "services/triage/usecase/correct_decision.h"
#include "services/triage/usecase/memory_store.h"
#include "services/triage/usecase/queries.h"
#include "services/triage/usecase/simulate.h"

namespace huiyin::triage {
namespace {

using ::huiyin::testing::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

const TenantId kTenant("acme");
const TicketId kTicket("t1");

class DecideTest : public ::testing::Test {
 protected:
  static CustomerSpoke Opening() {
    CustomerSpoke spoke{.tenant = kTenant, .ticket = kTicket, .message = MessageId("t1-1")};
    spoke.opened =
        TicketFacts{.tenant = kTenant, .id = kTicket, .channel = Channel::kChat, .rating = 1};
    return spoke;
  }
  static CustomerSpoke Later(int number) {
    return {
        .tenant = kTenant, .ticket = kTicket, .message = MessageId(absl::StrCat("t1-", number))};
  }
  static Reading About(Category category, Urgency urgency = Urgency::kNormal) {
    return {.language = "en",
            .category = category,
            .category_p = 0.6f,
            .urgency = urgency,
            .needs_review = true};
  }
  Decision MustDecide(const CustomerSpoke& spoke, const Reading& reading) {
    absl::StatusOr<Decision> decision = Decide(unit_, spoke, reading, "");
    EXPECT_OK(decision);
    return *std::move(decision);
  }

  MemoryStore store_;
  MemoryDesk desk_;
  RememberingPublisher publisher_;
  testing::FakeClock clock_;
  testing::SequentialIds ids_;
  PolicyBook policies_;
  Unit unit_{store_, desk_, publisher_, clock_, ids_, policies_};
  const Caller agent_{.tenant = kTenant, .subject = "li.na"};
};

TEST_F(DecideTest, StoresPublishesAndPutsInForceTheFirstDecision) {
  const Decision decision = MustDecide(Opening(), About(Category::kPayment, Urgency::kHigh));
  EXPECT_EQ(decision.verdict.priority, Priority::kP1);
  EXPECT_EQ(decision.inputs.rating, 1);
  EXPECT_EQ(decision.created, clock_.Now());
  EXPECT_THAT(publisher_.published, ElementsAre(Pair(decision.id, DecisionId())));
  EXPECT_EQ(CurrentDecision(store_, agent_, kTicket)->id, decision.id);
}

TEST_F(DecideTest, ALaterMessageMakesADecisionThatReplacesTheFirst) {
  const Decision first = MustDecide(Opening(), About(Category::kOther));
  const Decision second = MustDecide(Later(2), About(Category::kQuality));
  EXPECT_EQ(second.replaces, first.id);
  EXPECT_EQ(second.inputs.customer_messages, 2);
  EXPECT_THAT(publisher_.published,
              ElementsAre(Pair(first.id, DecisionId()), Pair(second.id, first.id)));
  EXPECT_EQ(CurrentDecision(store_, agent_, kTicket)->id, second.id);
}

TEST_F(DecideTest, ReadsTheNewestMessagesTogetherAndCountsAll) {
  MustDecide(Opening(), About(Category::kOther));
  for (int i = 2; i <= 20; ++i) MustDecide(Later(i), About(Category::kOther));
  const auto facts = WithMessage(store_, Later(21));
  ASSERT_OK(facts);
  EXPECT_THAT(facts->messages, SizeIs(kMessagesRead));
  EXPECT_EQ(facts->messages.back(), MessageId("t1-21"));
  EXPECT_EQ(facts->customer_messages, 21);
}

TEST_F(DecideTest, CountsAMessageOnce) {
  MustDecide(Opening(), About(Category::kOther));
  EXPECT_EQ(WithMessage(store_, Opening())->customer_messages, 1);
}

TEST_F(DecideTest, AMessageFromBeforeTheErasureDecidesNothingAnew) {
  CustomerSpoke opening = Opening();
  opening.opened->customer = CustomerId("ann");
  const Decision first = MustDecide(opening, About(Category::kPayment));
  const absl::Time erased = clock_.Now();
  ASSERT_OK(store_.EraseCustomer(kTenant, CustomerId("ann"), erased));
  CustomerSpoke late = Later(2);
  late.at = erased;
  EXPECT_EQ(MustDecide(late, About(Category::kOther)).id, first.id);
  CustomerSpoke afterwards = Later(3);
  afterwards.at = erased + absl::Microseconds(1);
  const Decision anew = MustDecide(afterwards, About(Category::kQuality));
  EXPECT_EQ(anew.replaces, first.id);
  EXPECT_FALSE(anew.erased);
  EXPECT_THAT(publisher_.published, SizeIs(2));
}

TEST_F(DecideTest, ACorrectionAfterTheErasureCanBeReplayed) {
  CustomerSpoke opening = Opening();
  opening.opened->customer = CustomerId("ann");
  const Decision first = MustDecide(opening, About(Category::kPayment));
  ASSERT_OK(store_.EraseCustomer(kTenant, CustomerId("ann"), clock_.Now()));
  const auto right = CorrectDecision(
      unit_, agent_, {.ticket = kTicket, .decision = first.id, .category = Category::kRefund});
  ASSERT_OK(right);
  View view{store_, desk_, clock_, policies_};
  EXPECT_THAT(ReplayDecision(view, kTenant, first.id), HasReason("INPUTS_ERASED"));
  const auto replay = ReplayDecision(view, kTenant, right->id);
  ASSERT_OK(replay);
  EXPECT_EQ(replay->stored, replay->replayed);
}

TEST_F(DecideTest, ALaterMessageOfATicketNeverSeenIsAnError) {
  EXPECT_THAT(Decide(unit_, Later(2), About(Category::kOther), ""), HasReason("TICKET_UNKNOWN"));
  EXPECT_THAT(store_.decisions, IsEmpty());
}

TEST_F(DecideTest, ACorrectionReplacesTheLabelsDecidesPriorityAgainAndIsKept) {
  const Decision wrong = MustDecide(Opening(), About(Category::kOther, Urgency::kLow));
  const auto right = CorrectDecision(unit_, agent_,
                                     {.ticket = kTicket,
                                      .decision = wrong.id,
                                      .category = Category::kPayment,
                                      .urgency = Urgency::kHigh});
  ASSERT_OK(right);
  EXPECT_EQ(right->reading.category, Category::kPayment);
  EXPECT_EQ(right->reading.category_p, 1);
  EXPECT_FALSE(right->reading.needs_review);
  EXPECT_EQ(right->verdict.priority, Priority::kP1);
  EXPECT_EQ(right->corrected_by, "li.na");
  ASSERT_THAT(store_.corrections, SizeIs(1));
  EXPECT_EQ(store_.corrections[0].corrected, wrong.id);
  EXPECT_THAT(publisher_.published,
              ElementsAre(Pair(wrong.id, DecisionId()), Pair(right->id, wrong.id)));
}

TEST_F(DecideTest, ACorrectionOfADecisionNoLongerInForceIsRefused) {
  const Decision first = MustDecide(Opening(), About(Category::kOther));
  MustDecide(Later(2), About(Category::kQuality));
  EXPECT_THAT(
      CorrectDecision(unit_, agent_,
                      {.ticket = kTicket, .decision = first.id, .category = Category::kStock}),
      HasReason("DECISION_REPLACED"));
  EXPECT_THAT(store_.corrections, IsEmpty());
}

TEST_F(DecideTest, TheModelNeverOverridesAPerson) {
  const Decision wrong = MustDecide(Opening(), About(Category::kOther));
  const auto right = CorrectDecision(
      unit_, agent_, {.ticket = kTicket, .decision = wrong.id, .category = Category::kInvoice});
  ASSERT_OK(right);
  MustDecide(Later(2), About(Category::kPraise));
  EXPECT_EQ(CurrentDecision(store_, agent_, kTicket)->id, right->id);
  EXPECT_EQ(store_.FindTicket(kTenant, kTicket)->value().customer_messages, 2);
}

TEST_F(DecideTest, AnotherTenantFindsNothing) {
  const Decision decision = MustDecide(Opening(), About(Category::kOther));
  const Caller stranger{.tenant = TenantId("other"), .subject = "x"};
  EXPECT_THAT(CurrentDecision(store_, stranger, kTicket), HasReason("DECISION_NOT_FOUND"));
  EXPECT_THAT(
      CorrectDecision(unit_, stranger,
                      {.ticket = kTicket, .decision = decision.id, .category = Category::kStock}),
      HasReason("DECISION_NOT_FOUND"));
}

}  // namespace
}  // namespace huiyin::triage
