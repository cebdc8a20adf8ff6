#include "services/survey/storage/sql_store.h"

#include <gmock/gmock.h>

#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

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
    EXPECT_THAT(store.InvitedSince(TenantId("t1"), CustomerId("c1"), kNow).value(),
                ElementsAre(kNow));
    EXPECT_THAT(
        store.InvitedSince(TenantId("t1"), CustomerId("c1"), kNow + absl::Microseconds(1)).value(),
        ElementsAre());
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
    r.answers = {{"csat", 2, {}}, {"nps", 0, {}}, {"comment", {}, "太慢了"}};
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

    const auto counts = store.CountResults(i.tenant, kNow, kNow + absl::Hours(1));
    ASSERT_OK(counts);
    EXPECT_EQ(counts->invited, 2);
    EXPECT_EQ(counts->shown, 1);
    EXPECT_EQ(counts->started, 1);
    EXPECT_EQ(counts->answered, 1);
    EXPECT_EQ(counts->suppressed, 1);
    EXPECT_EQ(counts->recovery_needed, 1);
    EXPECT_THAT(counts->histograms[0], ElementsAre(0, 1, 0, 0, 0));
    EXPECT_EQ(counts->histograms[1].at(0), 1);
    EXPECT_EQ(store.CountResults(TenantId("t2"), kNow, kNow + absl::Hours(1))->invited, 0);
  });
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
