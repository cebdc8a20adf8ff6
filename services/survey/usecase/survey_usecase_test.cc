#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>

#include "libs/testing/fake_clock.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/status.h"
#include "services/survey/usecase/answer.h"
#include "services/survey/usecase/invite.h"
#include "services/survey/usecase/results.h"

namespace huiyin::survey {
namespace {

using ::testing::ElementsAre;
using testing::HasReason;
using testing::StatusIs;

// Keeps everything in memory; lists are not needed here.
class FakeStore final : public Store {
 public:
  absl::StatusOr<bool> AddInvitation(const Invitation& invitation) override {
    for (const auto& [id, other] : invitations) {
      if (other.tenant == invitation.tenant && other.trigger == invitation.trigger &&
          other.ticket == invitation.ticket && other.rma == invitation.rma &&
          other.episode == invitation.episode) {
        return false;
      }
    }
    invitations[invitation.id] = invitation;
    return true;
  }
  absl::Status UpdateInvitation(const Invitation& invitation, InvitationState was) override {
    Invitation& stored = invitations.at(invitation.id);
    if (stored.state != was) return absl::AbortedError("state changed");
    stored = invitation;
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<InvitationId>> RemoveScheduled(const TenantId& tenant,
                                                            const TicketId& ticket) override {
    std::vector<InvitationId> removed;
    std::erase_if(invitations, [&](const auto& entry) {
      const Invitation& i = entry.second;
      const bool match = i.tenant == tenant && i.ticket == ticket && i.rma.empty() &&
                         i.state == InvitationState::kScheduled;
      if (match) removed.push_back(i.id);
      return match;
    });
    return removed;
  }
  absl::StatusOr<std::optional<Invitation>> FindInvitation(const InvitationId& id) override {
    const auto it = invitations.find(id);
    return it == invitations.end() ? std::nullopt : std::optional(it->second);
  }
  absl::StatusOr<std::vector<Invitation>> ListInvitations(const TenantId&, const InvitationFilter&,
                                                          absl::Time, const Page&) override {
    return absl::UnimplementedError("not used");
  }
  absl::Status LockContact(const TenantId&, const CustomerId&) override { return absl::OkStatus(); }
  absl::StatusOr<std::vector<absl::Time>> InvitedSince(const TenantId& tenant,
                                                       const CustomerId& customer,
                                                       absl::Time since) override {
    std::vector<absl::Time> times;
    for (const auto& [id, i] : invitations) {
      if (i.tenant == tenant && i.customer == customer && i.created_at >= since &&
          i.state != InvitationState::kScheduled && i.state != InvitationState::kSuppressed) {
        times.push_back(i.created_at);
      }
    }
    return times;
  }
  absl::Status PutResponse(const Response& response) override {
    responses[response.id] = response;
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<Response>> FindResponse(const InvitationId& id) override {
    const auto it = responses.find(id);
    return it == responses.end() ? std::nullopt : std::optional(it->second);
  }
  absl::StatusOr<std::vector<Response>> ListResponses(const TenantId&, const ResponseFilter&,
                                                      const Page&) override {
    return absl::UnimplementedError("not used");
  }
  absl::Status AddScore(const TenantId&, const InvitationId&, SurveyKind kind, int score) override {
    scores.emplace_back(kind, score);
    return absl::OkStatus();
  }
  absl::StatusOr<ResultCounts> CountResults(const TenantId&, absl::Time, absl::Time) override {
    return ResultCounts{};
  }

  std::map<InvitationId, Invitation> invitations;
  std::map<InvitationId, Response> responses;
  std::vector<std::pair<SurveyKind, int>> scores;
};

class FakePublisher final : public Publisher {
 public:
  absl::Status Invited(const Invitation& invitation, SurveyKind) override {
    invited.push_back(invitation);
    return absl::OkStatus();
  }
  absl::Status Answered(const Invitation&, const Response& response,
                        const std::vector<Score>& scores) override {
    answered.push_back(response);
    main_scores.push_back(scores.at(0).score);
    return absl::OkStatus();
  }
  std::vector<Invitation> invited;
  std::vector<Response> answered;
  std::vector<int> main_scores;
};

class FakeScheduler final : public Scheduler {
 public:
  absl::Status Schedule(const InvitationId& id, absl::Time at) override {
    due[id] = at;
    return absl::OkStatus();
  }
  absl::Status Cancel(const InvitationId& id) override {
    due.erase(id);
    return absl::OkStatus();
  }
  std::map<InvitationId, absl::Time> due;
};

class SurveyTest : public ::testing::Test {
 protected:
  SurveyTest() {
    setup_.rules.triggers = {{Trigger::kTicketResolved, "ticket", absl::Minutes(10)},
                             {Trigger::kRmaCompleted, "rma", absl::ZeroDuration()}};
    setup_.rules.caps = {absl::Hours(24), 2, absl::Hours(240)};
  }

  Episode Resolved(const char* ticket, const char* customer = "c1", int64_t number = 0) {
    return {TenantId("t1"),
            Trigger::kTicketResolved,
            number,
            CustomerId(customer),
            TicketId(ticket),
            RmaId(),
            "zh"};
  }
  // Lets every timer fire that is due.
  void FireTimers() {
    const auto due = scheduler_.due;
    for (const auto& [id, at] : due) {
      if (at > clock_.Now()) continue;
      scheduler_.due.erase(id);
      ASSERT_OK(MakeInvitation(unit_, id));
    }
  }
  // One invitation that may be answered.
  Invitation Invite(const char* ticket = "ticket-1", const char* customer = "c1") {
    EXPECT_OK(ScheduleInvitation(unit_, Resolved(ticket, customer)));
    clock_.Advance(absl::Minutes(10));
    FireTimers();
    return events_.invited.back();
  }
  absl::StatusOr<SubmitAnswerResult> Submit(const InvitationId& id, std::vector<Answer> answers,
                                            bool complete) {
    return SubmitAnswer(unit_, {id, std::move(answers), complete, ""});
  }

  testing::FakeClock clock_;
  testing::SequentialIds ids_;
  FakeStore store_;
  FakePublisher events_;
  FakeScheduler scheduler_;
  SurveySetup setup_{Catalogue(DefaultSurveys()), {}, TokenSigner({{1, std::string(32, 'k')}})};
  Unit unit_{store_, events_, scheduler_, clock_, ids_, setup_};
};

TEST_F(SurveyTest, InvitesAfterTheDelayAndOncePerEpisode) {
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-1")));
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-1")));
  clock_.Advance(absl::Minutes(9));
  FireTimers();
  EXPECT_TRUE(events_.invited.empty());
  clock_.Advance(absl::Minutes(1));
  FireTimers();
  ASSERT_EQ(events_.invited.size(), 1u);
  EXPECT_EQ(events_.invited[0].survey_id, "ticket");
  EXPECT_EQ(events_.invited[0].language, "zh");
  ASSERT_OK(MakeInvitation(unit_, events_.invited[0].id));
  EXPECT_EQ(events_.invited.size(), 1u);
}

TEST_F(SurveyTest, ReopeningTakesTheScheduledInvitationBackAndTheNextEpisodeGetsItsOwn) {
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-1")));
  ASSERT_OK(CancelScheduled(unit_, TenantId("t1"), TicketId("ticket-1")));
  EXPECT_TRUE(scheduler_.due.empty());
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-1", "c1", 1)));
  clock_.Advance(absl::Minutes(10));
  FireTimers();
  ASSERT_EQ(events_.invited.size(), 1u);
  EXPECT_EQ(events_.invited[0].episode, 1);
}

TEST_F(SurveyTest, CoolDownSuppressesAndSaysSo) {
  Invite("ticket-1");
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-2")));
  clock_.Advance(absl::Minutes(10));
  FireTimers();
  EXPECT_EQ(events_.invited.size(), 1u);
  const auto suppressed = std::count_if(
      store_.invitations.begin(), store_.invitations.end(),
      [](const auto& entry) { return entry.second.suppression == Suppression::kCoolDown; });
  EXPECT_EQ(suppressed, 1);
}

TEST_F(SurveyTest, UnknownCustomersAreNotCountedTogether) {
  Invite("ticket-1", "");
  Invite("ticket-2", "");
  EXPECT_EQ(events_.invited.size(), 2u);
}

TEST_F(SurveyTest, CapsHoldUnderRandomTraffic) {
  std::mt19937 random(20260101);
  for (int step = 0; step < 3000; ++step) {
    clock_.Advance(absl::Minutes(random() % 120));
    const std::string customer = "c" + std::to_string(random() % 5);
    const std::string ticket = "ticket-" + std::to_string(step);
    ASSERT_OK(ScheduleInvitation(unit_, Resolved(ticket.c_str(), customer.c_str())));
    if (random() % 3 == 0) FireTimers();
  }
  std::map<CustomerId, std::vector<absl::Time>> asked;
  for (const Invitation& i : events_.invited) asked[i.customer].push_back(i.created_at);
  ASSERT_EQ(asked.size(), 5u);
  for (auto& [customer, times] : asked) {
    std::sort(times.begin(), times.end());
    for (size_t i = 1; i < times.size(); ++i) EXPECT_GE(times[i] - times[i - 1], absl::Hours(24));
    for (size_t i = 2; i < times.size(); ++i) EXPECT_GE(times[i] - times[i - 2], absl::Hours(240));
  }
}

TEST_F(SurveyTest, ShownAndAnsweredAreSeparateFacts) {
  const Invitation invitation = Invite();
  const auto shown = ShowSurvey(unit_, invitation.id, "");
  ASSERT_OK(shown);
  EXPECT_EQ(shown->language, "zh");
  const absl::Time first = clock_.Now();
  EXPECT_EQ(store_.invitations[invitation.id].state, InvitationState::kShown);
  clock_.Advance(absl::Hours(1));
  ASSERT_OK(ShowSurvey(unit_, invitation.id, "en"));
  EXPECT_EQ(store_.invitations[invitation.id].shown_at, first);
  EXPECT_EQ(store_.invitations[invitation.id].answered_at, std::nullopt);
}

TEST_F(SurveyTest, PartialAnswersResume) {
  const Invitation invitation = Invite();
  ASSERT_OK(Submit(invitation.id, {{"csat", 2, {}}}, false));
  EXPECT_TRUE(events_.answered.empty());
  const auto shown = ShowSurvey(unit_, invitation.id, "");
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

TEST_F(SurveyTest, UnusableLinksGetOneAnswerAndChangeNothing) {
  const Invitation answered = Invite("ticket-1", "c1");
  const Invitation expired = Invite("ticket-2", "c2");
  ASSERT_OK(Submit(answered.id, {{"csat", 5, {}}}, true));
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-3", "c1")));
  const InvitationId scheduled = scheduler_.due.begin()->first;
  clock_.Set(expired.expires_at);
  const auto before = store_.responses.size();
  for (const InvitationId& id : {answered.id, expired.id, scheduled, InvitationId("none")}) {
    const auto shown = ShowSurvey(unit_, id, "");
    const auto submitted = Submit(id, {{"csat", 1, {}}}, true);
    EXPECT_EQ(shown.status(), LinkInvalid()) << id.value();
    EXPECT_EQ(submitted.status(), LinkInvalid()) << id.value();
    EXPECT_THAT(submitted, HasReason("SURVEY_LINK_INVALID"));
  }
  EXPECT_EQ(store_.responses.size(), before);
  EXPECT_EQ(events_.answered.size(), 1u);
}

TEST_F(SurveyTest, BadAnswersStoreNothing) {
  const Invitation invitation = Invite();
  EXPECT_THAT(Submit(invitation.id, {{"csat", 9, {}}}, true),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Submit(invitation.id, {}, true), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(store_.responses.empty());
  EXPECT_EQ(store_.invitations[invitation.id].state, InvitationState::kInvited);
}

TEST_F(SurveyTest, InvitationsOfOtherTenantsAreNotFound) {
  const Invitation invitation = Invite();
  const View view{store_, clock_, setup_};
  EXPECT_OK(GetInvitation(view, {TenantId("t1"), "agent"}, invitation.id));
  EXPECT_THAT(GetInvitation(view, {TenantId("t2"), "agent"}, invitation.id),
              HasReason("INVITATION_NOT_FOUND"));
}

}  // namespace
}  // namespace huiyin::survey
