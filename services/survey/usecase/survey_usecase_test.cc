#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>

#include "libs/testing/fake_clock.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/status.h"
#include "services/survey/usecase/answer.h"
#include "services/survey/usecase/definitions.h"
#include "services/survey/usecase/invite.h"
#include "services/survey/usecase/policy.h"
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
          other.subject == invitation.subject && other.episode == invitation.episode) {
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
  absl::StatusOr<std::vector<Contact>> ContactsSince(const TenantId& tenant,
                                                     const CustomerId& customer,
                                                     const InvitationId& invitation,
                                                     absl::Time since) override {
    std::vector<Contact> contacts;
    for (const auto& [id, i] : invitations) {
      if (i.tenant != tenant || i.customer != customer || i.state == InvitationState::kScheduled ||
          i.state == InvitationState::kSuppressed) {
        continue;
      }
      if (i.created_at >= since) contacts.push_back({i.created_at, id == invitation});
      if (i.reminded_at && *i.reminded_at >= since) {
        contacts.push_back({*i.reminded_at, id == invitation});
      }
    }
    return contacts;
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
  absl::StatusOr<std::vector<ResultGroup>> CountResults(const TenantId&, absl::Time, absl::Time,
                                                        ResultDimension) override {
    return absl::UnimplementedError("not used");
  }
  absl::StatusOr<std::vector<Remark>> ListRemarks(const TenantId&, absl::Time, absl::Time,
                                                  int) override {
    return absl::UnimplementedError("not used");
  }

  std::map<InvitationId, Invitation> invitations;
  std::map<InvitationId, Response> responses;
  std::vector<std::pair<SurveyKind, int>> scores;
};

class FakeDefinitions final : public DefinitionStore {
 public:
  absl::StatusOr<SurveyPtr> FindSurvey(const TenantId&, const std::string& id,
                                       uint32_t version) override {
    const auto found = surveys.find({id, version});
    return found == surveys.end() ? SurveyPtr() : found->second;
  }
  absl::StatusOr<SurveyPtr> NewestSurvey(const TenantId&, const std::string& id,
                                         bool published_only) override {
    SurveyPtr newest;
    for (const auto& [key, survey] : surveys) {
      const bool fits = !published_only || survey->state == SurveyState::kPublished;
      if (key.first == id && fits) newest = survey;
    }
    return newest;
  }
  absl::StatusOr<std::vector<SurveyPtr>> NewestSurveys(const TenantId&) override {
    std::map<std::string, SurveyPtr> newest;
    for (const auto& [key, survey] : surveys) newest[key.first] = survey;
    std::vector<SurveyPtr> list;
    for (const auto& [id, survey] : newest) list.push_back(survey);
    return list;
  }
  absl::Status PutSurvey(const TenantId&, const Survey& survey) override {
    surveys[{survey.id, survey.version}] = std::make_shared<const Survey>(survey);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<StoredRules>> FindRules(const TenantId&) override { return rules; }
  absl::Status PutRules(const TenantId&, const StoredRules& stored) override {
    rules = stored;
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<Customer>> FindCustomer(const TenantId&,
                                                       const CustomerId& id) override {
    const auto found = customers.find(id);
    return found == customers.end() ? std::nullopt : std::optional(found->second);
  }
  absl::Status PutCustomer(const Customer& customer) override {
    customers[customer.id] = customer;
    return absl::OkStatus();
  }
  absl::StatusOr<EpisodeFacts> FindFacts(const TenantId&, const std::string& subject) override {
    return facts[subject];
  }
  absl::Status PutFacts(const TenantId&, const std::string& subject,
                        const EpisodeFacts& learned) override {
    facts[subject] = learned;
    return absl::OkStatus();
  }

  std::map<std::pair<std::string, uint32_t>, SurveyPtr> surveys;
  std::optional<StoredRules> rules;
  std::map<CustomerId, Customer> customers;
  std::map<std::string, EpisodeFacts> facts;
};

class FakeRecoveries final : public RecoveryStore {
 public:
  absl::Status PutCase(const RecoveryCase& recovery) override {
    cases[recovery.id] = recovery;
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<RecoveryCase>> FindCase(const InvitationId& id) override {
    const auto found = cases.find(id);
    return found == cases.end() ? std::nullopt : std::optional(found->second);
  }
  absl::StatusOr<std::optional<RecoveryCase>> FindCaseOfTicket(const TenantId&,
                                                               const TicketId& ticket) override {
    for (const auto& [id, recovery] : cases) {
      if (recovery.ticket == ticket) return recovery;
    }
    return std::nullopt;
  }
  absl::StatusOr<std::vector<RecoveryCase>> ListCases(const TenantId&, const RecoveryFilter&,
                                                      const Page&) override {
    return absl::UnimplementedError("not used");
  }
  absl::StatusOr<std::vector<RecoveryCase>> ClaimCases(absl::Time, absl::Time, int) override {
    return absl::UnimplementedError("not used");
  }
  absl::Status PutOff(const InvitationId&, absl::Time) override {
    return absl::UnimplementedError("not used");
  }

  std::map<InvitationId, RecoveryCase> cases;
};

class FakePublisher final : public Publisher {
 public:
  absl::Status Invited(const Invitation& invitation, const Survey&) override {
    invited.push_back(invitation);
    return absl::OkStatus();
  }
  absl::Status Reminded(const Invitation& invitation) override {
    reminded.push_back(invitation);
    return absl::OkStatus();
  }
  absl::Status Answered(const Invitation&, const Response& response,
                        const std::vector<Score>& scores) override {
    answered.push_back(response);
    main_scores.push_back(scores.at(0).score);
    return absl::OkStatus();
  }
  std::vector<Invitation> invited, reminded;
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
  absl::Status ScheduleReminder(const InvitationId& id, absl::Time at) override {
    reminders[id] = at;
    return absl::OkStatus();
  }
  std::map<InvitationId, absl::Time> due, reminders;
};

class SurveyTest : public ::testing::Test {
 protected:
  SurveyTest() {
    TriggerRule ticket, rma;
    ticket.id = ticket.survey_id = "ticket";
    ticket.delay = absl::Minutes(10);
    rma.id = rma.survey_id = "rma";
    rma.trigger = Trigger::kRmaCompleted;
    setup_.rules.triggers = {ticket, rma};
    setup_.rules.caps = {absl::Hours(24), 2, absl::Hours(240)};
  }

  Episode Resolved(const char* ticket, const char* customer = "c1", int64_t number = 0) {
    Episode episode;
    episode.tenant = TenantId("t1");
    episode.subject = ticket;
    episode.number = number;
    episode.customer = CustomerId(customer);
    episode.ticket = TicketId(ticket);
    episode.language = "zh";
    return episode;
  }
  // Lets every timer fire that is due.
  void FireTimers() {
    const auto due = scheduler_.due;
    for (const auto& [id, at] : due) {
      if (at > clock_.Now()) continue;
      scheduler_.due.erase(id);
      ASSERT_OK(MakeInvitation(unit_, id));
    }
    const auto reminders = scheduler_.reminders;
    for (const auto& [id, at] : reminders) {
      if (at > clock_.Now()) continue;
      scheduler_.reminders.erase(id);
      ASSERT_OK(RemindCustomer(unit_, id));
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
    return SubmitAnswer(unit_, {{id, TenantId()}, std::move(answers), complete, ""});
  }

  testing::FakeClock clock_;
  testing::SequentialIds ids_;
  FakeStore store_;
  FakeDefinitions definitions_;
  FakeRecoveries recoveries_;
  FakePublisher events_;
  FakeScheduler scheduler_;
  SurveySetup setup_{Catalogue(DefaultSurveys()), {}, TokenSigner({{1, std::string(32, 'k')}})};
  Unit unit_{store_, definitions_, recoveries_, events_, scheduler_, clock_, ids_, setup_};
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

TEST_F(SurveyTest, PartialAnswersResume) {
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

TEST_F(SurveyTest, UnusableLinksGetOneAnswerAndChangeNothing) {
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
  const View view{store_, definitions_, recoveries_, clock_, setup_};
  EXPECT_OK(GetInvitation(view, {TenantId("t1"), "agent"}, invitation.id));
  EXPECT_THAT(GetInvitation(view, {TenantId("t2"), "agent"}, invitation.id),
              HasReason("INVITATION_NOT_FOUND"));
}

TEST_F(SurveyTest, QuietHoursOfTheCustomerPutInvitationsOff) {
  Rules rules = setup_.rules;
  rules.quiet = {22 * 60, 8 * 60};
  definitions_.rules = StoredRules{rules, clock_.Now()};
  Customer customer{TenantId("t1"), CustomerId("c1")};
  customer.country = "CN";
  definitions_.customers[customer.id] = customer;
  absl::TimeZone shanghai;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Shanghai", &shanghai));
  clock_.Set(absl::FromCivil(absl::CivilMinute(2026, 3, 1, 22, 30), shanghai));
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-1")));
  clock_.Advance(absl::Minutes(10));
  FireTimers();
  EXPECT_TRUE(events_.invited.empty());
  ASSERT_EQ(scheduler_.due.size(), 1u);
  EXPECT_EQ(scheduler_.due.begin()->second,
            absl::FromCivil(absl::CivilMinute(2026, 3, 2, 8, 0), shanghai));
  clock_.Set(scheduler_.due.begin()->second);
  FireTimers();
  EXPECT_EQ(events_.invited.size(), 1u);
}

TEST_F(SurveyTest, WhoRefusedIsNotAskedNorReminded) {
  setup_.rules.reminder_delay = absl::Hours(72);
  Customer refused{TenantId("t1"), CustomerId("c1")};
  refused.consent = Consent::kRefused;
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-1", "c2")));
  clock_.Advance(absl::Minutes(10));
  FireTimers();
  ASSERT_EQ(events_.invited.size(), 1u);
  refused.id = CustomerId("c2");
  ASSERT_OK(UpdatePreference(unit_, refused));
  clock_.Advance(absl::Hours(72));
  FireTimers();
  EXPECT_TRUE(events_.reminded.empty());
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-2", "c2")));
  clock_.Advance(absl::Minutes(10));
  FireTimers();
  EXPECT_EQ(events_.invited.size(), 1u);
  EXPECT_EQ(store_.invitations.rbegin()->second.suppression, Suppression::kNoConsent);
}

TEST_F(SurveyTest, RemindsOnceWhoeverHasNotFinished) {
  setup_.rules.reminder_delay = absl::Hours(72);
  const Invitation open = Invite("ticket-1", "c1");
  const Invitation done = Invite("ticket-2", "c2");
  ASSERT_OK(Submit(done.id, {{"csat", 5, {}}}, true));
  clock_.Advance(absl::Hours(72));
  FireTimers();
  ASSERT_OK(RemindCustomer(unit_, open.id));
  ASSERT_EQ(events_.reminded.size(), 1u);
  EXPECT_EQ(events_.reminded[0].id, open.id);
  // It counts as a contact.
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-3", "c1")));
  clock_.Advance(absl::Minutes(10));
  FireTimers();
  EXPECT_EQ(events_.invited.size(), 2u);
}

TEST_F(SurveyTest, TheFirstRuleThatFitsDecides) {
  TriggerRule vip = setup_.rules.triggers[0], shop = vip;
  vip.id = "vip";
  vip.tiers = {4};
  vip.survey_id = "";
  shop.survey_id = "effort";
  shop.channels = {2};
  setup_.rules.triggers = {vip, shop};
  Customer customer{TenantId("t1"), CustomerId("vip")};
  customer.tier = 4;
  definitions_.customers[customer.id] = customer;
  Episode chat = Resolved("ticket-1", "c1"), mail = Resolved("ticket-2", "c2"),
          spared = Resolved("ticket-3", "vip");
  chat.facts.channel = spared.facts.channel = 2;
  mail.facts.channel = 5;
  for (const Episode& episode : {chat, mail, spared}) {
    ASSERT_OK(ScheduleInvitation(unit_, episode));
  }
  ASSERT_EQ(store_.invitations.size(), 1u);
  EXPECT_EQ(store_.invitations.begin()->second.survey_id, "effort");
}

TEST_F(SurveyTest, SamplingDrawsTheSameEpisodesEachTimeAndKeepsTheOthersAsFacts) {
  setup_.rules.triggers[0].sample_percent = 30;
  setup_.rules.caps = {absl::ZeroDuration(), 1000, absl::Hours(1)};
  for (int i = 0; i < 2000; ++i) {
    const std::string ticket = "ticket-" + std::to_string(i);
    ASSERT_OK(ScheduleInvitation(unit_, Resolved(ticket.c_str(), ticket.c_str())));
    ASSERT_OK(ScheduleInvitation(unit_, Resolved(ticket.c_str(), ticket.c_str())));
  }
  ASSERT_EQ(store_.invitations.size(), 2000u);
  // 600 ± 5 standard deviations of a fair draw.
  EXPECT_NEAR(static_cast<double>(scheduler_.due.size()), 600, 103);
}

TEST_F(SurveyTest, RecoveryTicketsAreNotAskedAbout) {
  Episode recovery = Resolved("ticket-1");
  recovery.facts.channel = kSurveyChannel;
  ASSERT_OK(ScheduleInvitation(unit_, recovery));
  EXPECT_TRUE(store_.invitations.empty());
}

TEST_F(SurveyTest, DraftsAreNotAskedUntilPublished) {
  WriteSurveyCommand command;
  command.tenant = TenantId("t1");
  command.content = *setup_.catalogue.Newest("effort");
  command.content.id = "ticket";
  const auto draft = UpdateSurvey(unit_, command);
  ASSERT_OK(draft);
  EXPECT_EQ(draft->version, 2u);
  Invite("ticket-1", "c1");
  EXPECT_EQ(events_.invited.back().survey_version, 1u);
  ASSERT_OK(PublishSurvey(unit_, {TenantId("t1"), "ticket", EtagOf(*draft)}));
  Invite("ticket-2", "c2");
  EXPECT_EQ(events_.invited.back().survey_version, 2u);
  EXPECT_THAT(PublishSurvey(unit_, {TenantId("t1"), "ticket", ""}), HasReason("NO_DRAFT"));
  command.etag = EtagOf(*draft);
  EXPECT_THAT(UpdateSurvey(unit_, command), HasReason("ETAG_MISMATCH"));
}

TEST_F(SurveyTest, AForeignCallersTokenIsNoLink) {
  const Invitation invitation = Invite();
  EXPECT_EQ(ShowSurvey(unit_, {invitation.id, TenantId("t2")}, "").status(), LinkInvalid());
  EXPECT_OK(ShowSurvey(unit_, {invitation.id, TenantId("t1")}, ""));
}

TEST_F(SurveyTest, UnhappyOrCommentedAnswersMakeACase) {
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

TEST_F(SurveyTest, RequestIdsOfACaseAreTheSameEachTime) {
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
