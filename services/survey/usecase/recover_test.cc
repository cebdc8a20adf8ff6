#include "services/survey/usecase/recover.h"

#include "services/survey/usecase/testing/survey_fixture.h"

namespace huiyin::survey {
namespace {

using RecoverTest = SurveyTest;

TEST_F(RecoverTest, UnhappyOrCommentedAnswersMakeACase) {
  const Invitation low = Invite("ticket-1", "c1"), fine = Invite("ticket-2", "c2"),
                   said = Invite("ticket-3", "c3");
  ASSERT_OK(Submit(low.id, {{"csat", 2, {}}}, true));
  ASSERT_OK(Submit(fine.id, {{"csat", 5, {}}}, true));
  ASSERT_OK(Submit(said.id, {{"csat", 5, {}}, {"comment", {}, "but slow"}}, true));
  ASSERT_EQ(recoveries_.cases.size(), 2u);
  EXPECT_EQ(recoveries_.cases[low.id].reason, RecoveryReason::kLowScore);
  EXPECT_EQ(recoveries_.cases[low.id].score, "CSAT 2 (1-5)");
  EXPECT_EQ(recoveries_.cases[said.id].reason, RecoveryReason::kUnknown);
  EXPECT_EQ(recoveries_.cases[said.id].comment, "but slow");
}

TEST_F(RecoverTest, RequestIdsOfACaseAreTheSameEachTime) {
  RecoveryCase one, other;
  one.id = InvitationId("1");
  other.id = InvitationId("2");
  EXPECT_TRUE(IsUuid(RequestIdFor(one, "ticket")));
  EXPECT_EQ(RequestIdFor(one, "ticket"), RequestIdFor(one, "ticket"));
  EXPECT_NE(RequestIdFor(one, "ticket"), RequestIdFor(one, "link"));
  EXPECT_NE(RequestIdFor(one, "ticket"), RequestIdFor(other, "ticket"));
}

}  // namespace
}  // namespace huiyin::survey
