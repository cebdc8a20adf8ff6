#include "services/survey/storage/sql_store.h"

#include <gmock/gmock.h>

#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/survey/storage/definition_json.h"
#include "services/survey/storage/sql_definition_store.h"

namespace huiyin::survey {
namespace {

using ::testing::ElementsAre;
using testing::StatusIs;

const absl::Time kNow = absl::FromUnixSeconds(1767225600);

class SurveyStoreContract : public testing::DatabaseTest {
 protected:
  SurveyStoreContract() { ApplySchema("survey", Schema()); }

  void Write(absl::FunctionRef<void(SqlStore&)> body) {
    ASSERT_OK(database().Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      body(store);
      return absl::OkStatus();
    }));
  }
  static Invitation Make(const std::string& id, const std::string& ticket,
                         const std::string& customer = "c1") {
    Invitation i;
    i.tenant = TenantId("t1");
    i.id = InvitationId(id);
    i.survey_id = "ticket";
    i.customer = CustomerId(customer);
    i.ticket = TicketId(ticket);
    i.subject = ticket;
    i.language = "zh";
    i.created_at = kNow;
    i.expires_at = kNow + absl::Hours(1);
    return i;
  }
  // Adds an invitation that was made.
  static void Add(SqlStore& store, Invitation i, InvitationState state) {
    EXPECT_EQ(store.AddInvitation(i).value(), true);
    i.state = state;
    EXPECT_OK(store.UpdateInvitation(i, InvitationState::kScheduled));
  }
  static std::vector<std::string> Ids(const absl::StatusOr<std::vector<Invitation>>& found) {
    EXPECT_OK(found);
    std::vector<std::string> ids;
    for (const Invitation& i : *found) ids.push_back(i.id.value());
    return ids;
  }
};
HUIYIN_ON_ALL_DATABASES(SurveyStoreContract);

TEST_P(SurveyStoreContract, AnErasedCustomersScoresStayUnderAnotherName) {
  Write([](SqlStore& store) {
    Add(store, Make("i1", "ticket-1"), InvitationState::kInvited);
    Add(store, Make("i2", "ticket-2", "c2"), InvitationState::kInvited);
    EXPECT_EQ(store.AddInvitation(Make("i3", "ticket-3")).value(), true);
    for (const char* id : {"i1", "i2"}) {
      Response response;
      response.id = InvitationId(id);
      response.tenant = TenantId("t1");
      response.customer = CustomerId(id[1] == '1' ? "c1" : "c2");
      response.survey_id = "ticket";
      response.answers = {{.question_id = "q", .score = 2},
                          {.question_id = "r", .text = "my name"}};
      EXPECT_OK(store.PutResponse(response));
    }
    const auto removed =
        store.EraseCustomer(TenantId("t1"), CustomerId("c1"), CustomerId("erased-e"));
    ASSERT_OK(removed);
    EXPECT_THAT(*removed, ElementsAre(InvitationId("i3")));
    const auto erased = store.FindResponse(InvitationId("i1"));
    ASSERT_OK(erased);
    ASSERT_TRUE(erased->has_value());
    EXPECT_EQ((*erased)->customer, CustomerId("erased-e"));
    ASSERT_EQ((*erased)->answers.size(), 2u);
    EXPECT_EQ((*erased)->answers[0].score, 2);
    EXPECT_EQ((*erased)->answers[1].text.value_or("?"), "");
    const auto other = store.FindResponse(InvitationId("i2"));
    EXPECT_EQ((*other)->answers[1].text.value_or("?"), "my name");
    EXPECT_EQ(store.FindInvitation(InvitationId("i1")).value()->customer, CustomerId("erased-e"));
    EXPECT_OK(
        store.EraseCustomer(TenantId("t1"), CustomerId("c1"), CustomerId("erased-f")).status());
  });
}

TEST_P(SurveyStoreContract, KeepsAnInvitationWhole) {
  Write([](SqlStore& store) {
    Invitation i = Make("i1", "ticket-1");
    i.episode = 2;
    EXPECT_EQ(store.AddInvitation(i).value(), true);
    i.state = InvitationState::kShown;
    i.shown_at = kNow + absl::Seconds(5);
    EXPECT_OK(store.UpdateInvitation(i, InvitationState::kScheduled));
    const auto found = store.FindInvitation(InvitationId("i1"));
    ASSERT_OK(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->tenant, TenantId("t1"));
    EXPECT_EQ((*found)->episode, 2);
    EXPECT_EQ((*found)->customer, CustomerId("c1"));
    EXPECT_EQ((*found)->ticket, TicketId("ticket-1"));
    EXPECT_EQ((*found)->language, "zh");
    EXPECT_EQ((*found)->state, InvitationState::kShown);
    EXPECT_EQ((*found)->shown_at, kNow + absl::Seconds(5));
    EXPECT_EQ((*found)->answered_at, std::nullopt);
    EXPECT_EQ((*found)->expires_at, kNow + absl::Hours(1));
    EXPECT_EQ(store.FindInvitation(InvitationId("none"))->has_value(), false);
  });
}

TEST_P(SurveyStoreContract, OneInvitationPerEpisode) {
  Write([](SqlStore& store) {
    EXPECT_EQ(store.AddInvitation(Make("i1", "ticket-1")).value(), true);
    EXPECT_EQ(store.AddInvitation(Make("i2", "ticket-1")).value(), false);
    Invitation later = Make("i3", "ticket-1");
    later.episode = 1;
    EXPECT_EQ(store.AddInvitation(later).value(), true);
  });
}

TEST_P(SurveyStoreContract, UpdateNeedsTheStateItStartedFrom) {
  Write([](SqlStore& store) {
    const Invitation i = Make("i1", "ticket-1");
    EXPECT_EQ(store.AddInvitation(i).value(), true);
    EXPECT_THAT(store.UpdateInvitation(i, InvitationState::kInvited),
                StatusIs(absl::StatusCode::kAborted));
  });
}

TEST_P(SurveyStoreContract, RemovesOnlyWhatIsStillScheduled) {
  Write([](SqlStore& store) {
    EXPECT_EQ(store.AddInvitation(Make("i1", "ticket-1")).value(), true);
    Invitation made = Make("i2", "ticket-1");
    made.episode = 1;
    Add(store, made, InvitationState::kInvited);
    EXPECT_EQ(store.AddInvitation(Make("i3", "ticket-2")).value(), true);
    EXPECT_THAT(store.RemoveScheduled(TenantId("t1"), TicketId("ticket-1")).value(),
                ElementsAre(InvitationId("i1")));
    EXPECT_EQ(store.FindInvitation(InvitationId("i1"))->has_value(), false);
    EXPECT_EQ(store.FindInvitation(InvitationId("i3"))->has_value(), true);
  });
}

TEST_P(SurveyStoreContract, ListsNewestFirstInPagesByFilter) {
  Write([](SqlStore& store) {
    Add(store, Make("i1", "ticket-1"), InvitationState::kInvited);
    Add(store, Make("i2", "ticket-2"), InvitationState::kShown);
    Add(store, Make("i3", "ticket-3", "c2"), InvitationState::kInvited);
    Invitation other = Make("i4", "ticket-4");
    other.tenant = TenantId("t2");
    Add(store, other, InvitationState::kInvited);

    const TenantId tenant("t1");
    EXPECT_THAT(Ids(store.ListInvitations(tenant, {}, kNow, {2, ""})), ElementsAre("i3", "i2"));
    EXPECT_THAT(Ids(store.ListInvitations(tenant, {}, kNow, {2, "i2"})), ElementsAre("i1"));
    InvitationFilter filter;
    filter.customer = CustomerId("c1");
    filter.state = InvitationState::kInvited;
    EXPECT_THAT(Ids(store.ListInvitations(tenant, filter, kNow, {})), ElementsAre("i1"));
    const absl::Time late = kNow + absl::Hours(1);
    EXPECT_THAT(Ids(store.ListInvitations(tenant, filter, late, {})), ElementsAre());
    filter.expired = true;
    EXPECT_THAT(Ids(store.ListInvitations(tenant, filter, late, {})), ElementsAre("i2", "i1"));
  });
}

TEST_P(SurveyStoreContract, CountsContactsOfTheCustomerOnly) {
  Write([](SqlStore& store) {
    EXPECT_OK(store.LockContact(TenantId("t1"), CustomerId("c1")));
    EXPECT_OK(store.LockContact(TenantId("t1"), CustomerId("c1")));
    Add(store, Make("i1", "ticket-1"), InvitationState::kInvited);
    Add(store, Make("i2", "ticket-2"), InvitationState::kSuppressed);
    Add(store, Make("i3", "ticket-3", "c2"), InvitationState::kInvited);
    EXPECT_EQ(store.AddInvitation(Make("i4", "ticket-4")).value(), true);
    const auto contacts = [&](const char* invitation, absl::Time since) {
      const auto found =
          store.ContactsSince(TenantId("t1"), CustomerId("c1"), InvitationId(invitation), since);
      EXPECT_OK(found);
      std::vector<std::pair<absl::Time, bool>> contacts;
      for (const Contact& contact : *found)
        contacts.emplace_back(contact.at, contact.same_invitation);
      return contacts;
    };
    EXPECT_THAT(contacts("i9", kNow), ElementsAre(std::pair(kNow, false)));
    EXPECT_THAT(contacts("i1", kNow), ElementsAre(std::pair(kNow, true)));
    EXPECT_THAT(contacts("i9", kNow + absl::Microseconds(1)), ElementsAre());
    Invitation reminded = *store.FindInvitation(InvitationId("i1")).value();
    reminded.reminded_at = kNow + absl::Hours(1);
    EXPECT_OK(store.UpdateInvitation(reminded, InvitationState::kInvited));
    EXPECT_THAT(contacts("i9", kNow + absl::Microseconds(1)),
                ElementsAre(std::pair(kNow + absl::Hours(1), false)));
  });
}

TEST_P(SurveyStoreContract, KeepsResponsesAndCountsThem) {
  Write([](SqlStore& store) {
    Invitation i = Make("i1", "ticket-1");
    Add(store, i, InvitationState::kInvited);
    Add(store, Make("i2", "ticket-2"), InvitationState::kSuppressed);
    Add(store, Make("i3", "ticket-3"), InvitationState::kShown);

    Response r;
    r.tenant = i.tenant;
    r.id = i.id;
    r.survey_id = "ticket";
    r.language = "zh";
    r.ticket = i.ticket;
    r.answers = {{"csat", 1, {}}, {"comment", {}, "太慢了"}};
    r.recovery = Recovery::kNeeded;
    r.created_at = r.updated_at = kNow;
    EXPECT_OK(store.PutResponse(r));
    r.answers = {{"csat", 2, {}},
                 {"nps", 0, {}},
                 {"comment", {}, "太慢了"},
                 {"why", {}, {}, {"late", "rude"}}};
    r.complete = true;
    EXPECT_OK(store.PutResponse(r));
    i.state = InvitationState::kAnswered;
    i.shown_at = i.answered_at = kNow;
    EXPECT_OK(store.UpdateInvitation(i, InvitationState::kInvited));
    EXPECT_OK(store.AddScore(i.tenant, i.id, SurveyKind::kCsat, 2));
    EXPECT_OK(store.AddScore(i.tenant, i.id, SurveyKind::kNps, 0));

    const auto found = store.FindResponse(i.id);
    ASSERT_OK(found);
    EXPECT_EQ((*found)->answers, r.answers);
    EXPECT_TRUE((*found)->complete);
    ResponseFilter filter;
    filter.recovery = Recovery::kNeeded;
    const auto listed = store.ListResponses(i.tenant, filter, {});
    ASSERT_OK(listed);
    ASSERT_EQ(listed->size(), 1u);
    EXPECT_EQ((*listed)[0].answers, r.answers);
    filter.recovery = Recovery::kNone;
    EXPECT_TRUE(store.ListResponses(i.tenant, filter, {})->empty());

    const auto groups =
        store.CountResults(i.tenant, kNow, kNow + absl::Hours(1), ResultDimension::kNone);
    ASSERT_OK(groups);
    ASSERT_EQ(groups->size(), 1u);
    const ResultCounts* counts = &groups->front().counts;
    EXPECT_EQ(counts->invited, 2);
    EXPECT_EQ(counts->shown, 1);
    EXPECT_EQ(counts->started, 1);
    EXPECT_EQ(counts->answered, 1);
    EXPECT_EQ(counts->suppressed, 1);
    EXPECT_EQ(counts->recovery_needed, 1);
    EXPECT_THAT(counts->histograms[0], ElementsAre(0, 1, 0, 0, 0));
    EXPECT_EQ(counts->histograms[1].at(0), 1);
    EXPECT_TRUE(
        store.CountResults(TenantId("t2"), kNow, kNow + absl::Hours(1), ResultDimension::kNone)
            ->empty());
    const auto remarks = store.ListRemarks(i.tenant, kNow, kNow + absl::Hours(1), 10);
    ASSERT_OK(remarks);
    ASSERT_EQ(remarks->size(), 1u);
    EXPECT_EQ((*remarks)[0].text, "太慢了");
    EXPECT_TRUE((*remarks)[0].low_score);
  });
}

TEST_P(SurveyStoreContract, GroupsResultsByWhatWasKnown) {
  Write([](SqlStore& store) {
    for (int n = 0; n < 6; ++n) {
      Invitation i = Make("i" + std::to_string(n), "ticket-" + std::to_string(n));
      i.facts = {n % 2 == 0 ? 2 : 5, "agent-" + std::to_string(n % 3), "money", 6, "p1", 4};
      i.created_at = kNow + absl::Hours(24) * (n / 2);
      Add(store, i, InvitationState::kInvited);
    }
    const auto values = [&](ResultDimension by) {
      const auto groups = store.CountResults(TenantId("t1"), kNow, kNow + absl::Hours(72), by);
      EXPECT_OK(groups);
      std::vector<std::pair<std::string, int64_t>> found;
      for (const ResultGroup& group : *groups) {
        found.emplace_back(group.value, group.counts.invited);
      }
      return found;
    };
    using Pair = std::pair<std::string, int64_t>;
    EXPECT_THAT(values(ResultDimension::kAgent),
                ElementsAre(Pair("agent-0", 2), Pair("agent-1", 2), Pair("agent-2", 2)));
    EXPECT_THAT(values(ResultDimension::kChannel), ElementsAre(Pair("2", 3), Pair("5", 3)));
    EXPECT_THAT(values(ResultDimension::kCategory), ElementsAre(Pair("6", 6)));
    EXPECT_THAT(values(ResultDimension::kTier), ElementsAre(Pair("4", 6)));
    EXPECT_THAT(values(ResultDimension::kQueue), ElementsAre(Pair("money", 6)));
    EXPECT_THAT(values(ResultDimension::kProduct), ElementsAre(Pair("p1", 6)));
    EXPECT_THAT(values(ResultDimension::kSurvey), ElementsAre(Pair("ticket", 6)));
    EXPECT_THAT(values(ResultDimension::kLanguage), ElementsAre(Pair("zh", 6)));
    EXPECT_THAT(values(ResultDimension::kDay),
                ElementsAre(Pair("20454", 2), Pair("20455", 2), Pair("20456", 2)));
  });
}

TEST_P(SurveyStoreContract, KeepsDefinitionsInVersions) {
  Survey survey = DefaultSurveys().back();
  survey.id = "shop";
  survey.updated_at = kNow;
  Question why{"why", QuestionType::kSingleChoice, std::nullopt, false, {{"en", "Why?"}}, {}, 0,
               {}};
  why.choices = {{"late", {{"en", "Late"}, {"zh", "太晚"}}}, {"rude", {{"en", "Rude"}}}};
  survey.questions[0].branches = {{4, std::nullopt, "", ""}};
  survey.questions.push_back(why);
  ASSERT_OK(database().Write([&](db::Transaction& tx) {
    SqlDefinitionStore store(tx);
    const TenantId tenant("t1");
    EXPECT_OK(store.PutSurvey(tenant, survey));
    Survey draft = survey;
    draft.version = 2;
    draft.state = SurveyState::kDraft;
    EXPECT_OK(store.PutSurvey(tenant, draft));
    const auto found = store.FindSurvey(tenant, "shop", 1);
    EXPECT_OK(found);
    EXPECT_EQ(SurveyToJson(**found), SurveyToJson(survey));
    EXPECT_EQ((*found)->updated_at, kNow);
    EXPECT_EQ((*store.NewestSurvey(tenant, "shop", false))->version, 2u);
    EXPECT_EQ((*store.NewestSurvey(tenant, "shop", true))->version, 1u);
    EXPECT_EQ(store.NewestSurveys(tenant)->size(), 1u);
    EXPECT_EQ(*store.NewestSurvey(TenantId("t2"), "shop", false), nullptr);
    return absl::OkStatus();
  }));
}

TEST_P(SurveyStoreContract, KeepsPoliciesCustomersAndFacts) {
  Rules rules;
  TriggerRule rule;
  rule.id = "vip";
  rule.survey_id = "ticket";
  rule.delay = absl::Minutes(3);
  rule.channels = {1, 2};
  rule.tiers = {4};
  rule.countries = {"CN"};
  rule.sample_percent = 12.5;
  rules.triggers = {rule};
  rules.tier_caps = {{4, {absl::Hours(1), 2, absl::Hours(3)}}};
  rules.quiet = {1320, 480};
  rules.default_zone = "Asia/Shanghai";
  rules.reminder_delay = absl::Hours(7);
  rules.consent_required = true;
  ASSERT_OK(database().Write([&](db::Transaction& tx) {
    SqlDefinitionStore store(tx);
    const TenantId tenant("t1");
    EXPECT_FALSE(store.FindRules(tenant)->has_value());
    EXPECT_OK(store.PutRules(tenant, {rules, kNow}));
    const auto found = store.FindRules(tenant);
    EXPECT_OK(found);
    EXPECT_EQ(RulesToJson((*found)->rules), RulesToJson(rules));
    EXPECT_EQ((*found)->updated_at, kNow);
    const Customer customer{tenant, CustomerId("c1"), Consent::kRefused, "Asia/Tokyo", "ja", 4,
                            "JP"};
    EXPECT_OK(store.PutCustomer(customer));
    const auto known = store.FindCustomer(tenant, CustomerId("c1"));
    EXPECT_OK(known);
    EXPECT_EQ((*known)->consent, Consent::kRefused);
    EXPECT_EQ((*known)->zone + (*known)->language + (*known)->country, "Asia/TokyojaJP");
    EXPECT_EQ((*known)->tier, 4);
    EXPECT_OK(store.PutFacts(tenant, "rma-1", {2, "agent", "queue", 6, "p1", 0, true}));
    const auto facts = store.FindFacts(tenant, "rma-1");
    EXPECT_OK(facts);
    EXPECT_EQ(facts->agent + facts->queue + facts->product, "agentqueuep1");
    EXPECT_TRUE(facts->exchange);
    EXPECT_EQ(store.FindFacts(tenant, "rma-2")->channel, 0);
    return absl::OkStatus();
  }));
}

TEST_P(SurveyStoreContract, InstallationSecretStays) {
  const std::string first(32, '\x01'), second(32, '\x02');
  ASSERT_OK(database().Write([&](db::Transaction& tx) {
    EXPECT_EQ(InstallationSecret(tx, first).value(), first);
    EXPECT_EQ(InstallationSecret(tx, second).value(), first);
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace huiyin::survey
