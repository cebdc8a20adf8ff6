#include "services/survey/usecase/invite.h"

#include <algorithm>
#include <map>
#include <random>

#include "services/survey/usecase/policy.h"
#include "services/survey/usecase/testing/survey_fixture.h"

namespace huiyin::survey {
namespace {

using InviteTest = SurveyTest;

TEST_F(InviteTest, InvitesAfterTheDelayAndOncePerEpisode) {
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

TEST_F(InviteTest, ReopeningTakesTheScheduledInvitationBackAndTheNextEpisodeGetsItsOwn) {
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-1")));
  ASSERT_OK(CancelScheduled(unit_, TenantId("t1"), TicketId("ticket-1")));
  EXPECT_TRUE(scheduler_.due.empty());
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-1", "c1", 1)));
  clock_.Advance(absl::Minutes(10));
  FireTimers();
  ASSERT_EQ(events_.invited.size(), 1u);
  EXPECT_EQ(events_.invited[0].episode, 1);
}

TEST_F(InviteTest, CoolDownSuppressesAndSaysSo) {
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

TEST_F(InviteTest, UnknownCustomersAreNotCountedTogether) {
  Invite("ticket-1", "");
  Invite("ticket-2", "");
  EXPECT_EQ(events_.invited.size(), 2u);
}

TEST_F(InviteTest, OrdersAreAskedAboutInTheLanguageOfTheirCountry) {
  setup_.rules.triggers[0].trigger = Trigger::kDelivered;
  const struct {
    const char *country, *preferred, *language;
  } kCases[] = {{"FR", "", "fr"},   {"DE", "", "de"}, {"TW", "", "zh-Hant"}, {"CN", "", "zh"},
                {"FR", "zh", "zh"}, {"", "", "en"},   {"ZZ", "", "en"}};
  int number = 0;
  for (const auto& test : kCases) {
    const std::string id = "c" + std::to_string(++number);
    ASSERT_OK(NoteOrder(unit_, TenantId("t1"), CustomerId(id), 0, test.country));
    if (*test.preferred != 0) {
      Customer preference;
      preference.tenant = TenantId("t1");
      preference.id = CustomerId(id);
      preference.language = test.preferred;
      ASSERT_OK(UpdatePreference(unit_, preference));
    }
    Episode delivered = Resolved(id.c_str(), id.c_str());
    delivered.trigger = Trigger::kDelivered;
    delivered.ticket = TicketId();
    delivered.language.clear();
    ASSERT_OK(ScheduleInvitation(unit_, delivered));
    const auto& made =
        std::find_if(store_.invitations.begin(), store_.invitations.end(),
                     [&](const auto& entry) { return entry.second.customer == CustomerId(id); });
    ASSERT_NE(made, store_.invitations.end());
    EXPECT_EQ(made->second.language, test.language) << test.country;
  }
}

TEST_F(InviteTest, NobodyIsAskedAfterTheErasure) {
  Invite("ticket-1");
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-2")));
  ASSERT_OK(ScheduleInvitation(unit_, Resolved("ticket-3", "c2")));
  for (int i = 0; i < 2; ++i) {
    ASSERT_OK(EraseCustomer(unit_, TenantId("t1"), CustomerId("c1"), "e1"));
  }
  EXPECT_EQ(scheduler_.due.size(), 1u);
  EXPECT_EQ(store_.invitations.size(), 2u);
  for (const auto& [id, invitation] : store_.invitations) {
    EXPECT_NE(invitation.customer, CustomerId("c1"));
  }
}

TEST_F(InviteTest, CapsHoldUnderRandomTraffic) {
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

TEST_F(InviteTest, QuietHoursOfTheCustomerPutInvitationsOff) {
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

TEST_F(InviteTest, WhoRefusedIsNotAskedNorReminded) {
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

TEST_F(InviteTest, RemindsOnceWhoeverHasNotFinished) {
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

TEST_F(InviteTest, TheFirstRuleThatFitsDecides) {
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

TEST_F(InviteTest, SamplingDrawsTheSameEpisodesEachTimeAndKeepsTheOthersAsFacts) {
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

TEST_F(InviteTest, RecoveryTicketsAreNotAskedAbout) {
  Episode recovery = Resolved("ticket-1");
  recovery.facts.channel = kSurveyChannel;
  ASSERT_OK(ScheduleInvitation(unit_, recovery));
  EXPECT_TRUE(store_.invitations.empty());
}

}  // namespace
}  // namespace huiyin::survey
