#include "services/survey/usecase/answer.h"

#include "services/survey/usecase/results.h"
#include "services/survey/usecase/testing/survey_fixture.h"

namespace huiyin::survey {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::StatusIs;

using AnswerTest = SurveyTest;

TEST_F(AnswerTest, ShownAndAnsweredAreSeparateFacts) {
  const Invitation invitation = Invite();
  const auto shown = ShowSurvey(unit_, {invitation.id, TenantId()}, "");
  ASSERT_OK(shown);
  EXPECT_EQ(shown->language, "zh");
  const absl::Time first = clock_.Now();
  EXPECT_EQ(store_.invitations[invitation.id].state, InvitationState::kShown);
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(ShowSurvey(unit_, {invitation.id, TenantId()}, "en"));
  EXPECT_EQ(store_.invitations[invitation.id].shown_at, first);
  EXPECT_EQ(store_.invitations[invitation.id].answered_at, std::nullopt);
}

TEST_F(AnswerTest, PartialAnswersResume) {
  const Invitation invitation = Invite();
  ASSERT_OK(Submit(invitation.id, {{"csat", 2, {}}}, false));
  EXPECT_TRUE(events_.answered.empty());
  const auto shown = ShowSurvey(unit_, {invitation.id, TenantId()}, "");
  ASSERT_OK(shown);
  EXPECT_THAT(shown->answers, ElementsAre(Answer{"csat", 2, {}}));
  const auto done = Submit(invitation.id, {{"comment", {}, "slow"}}, true);
  ASSERT_OK(done);
  EXPECT_TRUE(done->complete);
  ASSERT_EQ(events_.answered.size(), 1u);
  EXPECT_EQ(events_.answered[0].answers.size(), 2u);
  EXPECT_EQ(events_.answered[0].recovery, Recovery::kNeeded);
  EXPECT_THAT(events_.main_scores, ElementsAre(2));
}

TEST_F(AnswerTest, UnusableLinksGetOneAnswerAndChangeNothing) {
  const Invitation answered = Invite("ticket-1", "c1");
  const Invitation expired = Invite("ticket-2", "c2");
  ASSERT_OK(Submit(answered.id, {{"csat", 5, {}}}, true));
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-3", "c1")));
  const InvitationId scheduled = scheduler_.due.begin()->first;
  clock_.Set(expired.expires_at);
  const auto before = store_.responses.size();
  for (const InvitationId& id : {answered.id, expired.id, scheduled, InvitationId("none")}) {
    const auto shown = ShowSurvey(unit_, {id, TenantId()}, "");
    const auto submitted = Submit(id, {{"csat", 1, {}}}, true);
    EXPECT_EQ(shown.status(), LinkInvalid()) << id.value();
    EXPECT_EQ(submitted.status(), LinkInvalid()) << id.value();
    EXPECT_THAT(submitted, HasReason("SURVEY_LINK_INVALID"));
  }
  EXPECT_EQ(store_.responses.size(), before);
  EXPECT_EQ(events_.answered.size(), 1u);
}

TEST_F(AnswerTest, BadAnswersStoreNothing) {
  const Invitation invitation = Invite();
  EXPECT_THAT(Submit(invitation.id, {{"csat", 9, {}}}, true),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Submit(invitation.id, {}, true), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(store_.responses.empty());
  EXPECT_EQ(store_.invitations[invitation.id].state, InvitationState::kInvited);
}

TEST_F(AnswerTest, AForeignCallersTokenIsNoLink) {
  const Invitation invitation = Invite();
  EXPECT_EQ(ShowSurvey(unit_, {invitation.id, TenantId("t2")}, "").status(), LinkInvalid());
  EXPECT_OK(ShowSurvey(unit_, {invitation.id, TenantId("t1")}, ""));
}

TEST_F(AnswerTest, InvitationsOfOtherTenantsAreNotFound) {
  const Invitation invitation = Invite();
  const View view{store_, definitions_, recoveries_, reviews_, clock_, setup_};
  EXPECT_OK(GetInvitation(view, {TenantId("t1"), "agent"}, invitation.id));
  EXPECT_THAT(GetInvitation(view, {TenantId("t2"), "agent"}, invitation.id),
              HasReason("INVITATION_NOT_FOUND"));
}

}  // namespace
}  // namespace huiyin::survey
