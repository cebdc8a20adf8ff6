// What every Store must do, on each database.
#include <gmock/gmock.h>

#include "libs/testing/sequential_ids.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/triage/storage/sql_desk_store.h"
#include "services/triage/storage/sql_store.h"

namespace huiyin::triage {
namespace {

using ::huiyin::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const TenantId kTenant("acme");

const PriorityPolicy& Policy() {
  static const auto policy =
      PriorityPolicy::Compile("default-2", BuiltInPrioritySource("default-2").value()).value();
  return *policy;
}

Decision MakeDecision(IdGenerator& ids, const TicketId& ticket) {
  Decision decision;
  decision.tenant = kTenant;
  decision.id = DecisionId(ids.NewId());
  decision.ticket = ticket;
  decision.message = MessageId(ticket.value() + "-1");
  decision.reading = {
      .language = "zh-Hans",
      .mixed_language = "en",
      .category = Category::kRefund,
      .category_p = 0.75f,
      .second = Category::kQuality,
      .sentiment = Sentiment::kNegative,
      .sentiment_p = 0.5f,
      .urgency = Urgency::kHigh,
      .urgency_p = 0.25f,
      .needs_review = true,
      .terms = {"退款", "tab\tand\nline"},
      .findings = {{EntityKind::kPhone, "138****5678"}, {EntityKind::kAmount, "¥1"}},
      .model_version = "m-1"};
  decision.inputs = {.category = Category::kRefund,
                     .second = Category::kQuality,
                     .sentiment = Sentiment::kNegative,
                     .urgency = Urgency::kHigh,
                     .tier = CustomerTier::kGold,
                     .customer_messages = 3,
                     .rating = 2};
  decision.inputs.earlier_tickets = 2;
  decision.inputs.age = absl::Seconds(90);
  decision.inputs.order_value = Money(12345, "CNY");
  decision.inputs.channel = Channel::kSurvey;
  decision.verdict = Policy().Decide(decision.inputs);
  decision.created = absl::FromUnixMicros(1767225600123456);
  decision.replaces = DecisionId("before");
  return decision;
}

class StoreContract : public testing::DatabaseTest {
 protected:
  StoreContract() { ApplySchema("triage", Schema()); }
  // Runs `body` in a transaction of its own.
  void Write(absl::FunctionRef<void(Store&)> body) {
    EXPECT_OK(database().Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      body(store);
      return absl::OkStatus();
    }));
  }

  testing::SequentialIds ids_;
};

TEST_P(StoreContract, GivesDecisionsBackAsTheyWere) {
  const Decision decision = MakeDecision(ids_, TicketId("t1"));
  Write([&](Store& store) { ASSERT_OK(store.InsertDecision(decision)); });
  Write([&](Store& store) {
    const auto found = store.FindDecision(kTenant, decision.id);
    ASSERT_OK(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->reading, decision.reading);
    EXPECT_EQ((*found)->inputs, decision.inputs);
    EXPECT_EQ((*found)->verdict, decision.verdict);
    EXPECT_EQ((*found)->created, decision.created);
    EXPECT_EQ((*found)->replaces, decision.replaces);
    EXPECT_EQ((*found)->message, decision.message);
  });
}

TEST_P(StoreContract, StoredVerdictReplaysFromStoredInputs) {
  const Decision decision = MakeDecision(ids_, TicketId("t1"));
  Write([&](Store& store) {
    ASSERT_OK(store.InsertDecision(decision));
    const auto found = store.FindDecision(kTenant, decision.id);
    ASSERT_OK(found);
    EXPECT_EQ(Encode(Policy().Decide((*found)->inputs)), Encode((*found)->verdict));
  });
}

TEST_P(StoreContract, HidesOtherTenantsData) {
  const Decision decision = MakeDecision(ids_, TicketId("t1"));
  Write([&](Store& store) {
    ASSERT_OK(store.InsertDecision(decision));
    ASSERT_OK(store.PutTicket({.tenant = kTenant, .id = TicketId("t1")}));
    EXPECT_FALSE(store.FindDecision(TenantId("other"), decision.id)->has_value());
    EXPECT_FALSE(store.FindTicket(TenantId("other"), TicketId("t1"))->has_value());
    EXPECT_THAT(*store.ListDecisions(TenantId("other"), {}, DecisionId(), 10), IsEmpty());
  });
}

TEST_P(StoreContract, RefusesADecisionIdTwice) {
  const Decision decision = MakeDecision(ids_, TicketId("t1"));
  Write([&](Store& store) { ASSERT_OK(store.InsertDecision(decision)); });
  EXPECT_THAT(database().Write([&](db::Transaction& tx) {
    SqlStore store(tx);
    return store.InsertDecision(decision);
  }),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_P(StoreContract, ReplacesTicketFacts) {
  TicketFacts facts{.tenant = kTenant,
                    .id = TicketId("t1"),
                    .channel = Channel::kWechat,
                    .product_id = "P-1",
                    .rating = 4,
                    .created = absl::FromUnixMicros(17),
                    .messages = {MessageId("m1"), MessageId("m2")},
                    .customer_messages = 2};
  Write([&](Store& store) {
    ASSERT_OK(store.PutTicket(facts));
    facts.messages.emplace_back("m3");
    facts.customer_messages = 3;
    facts.current = DecisionId("d");
    ASSERT_OK(store.PutTicket(facts));
    const auto found = store.FindTicket(kTenant, TicketId("t1"));
    ASSERT_OK(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->messages, facts.messages);
    EXPECT_EQ((*found)->customer_messages, 3);
    EXPECT_EQ((*found)->current, facts.current);
    EXPECT_EQ((*found)->channel, Channel::kWechat);
    EXPECT_EQ((*found)->product_id, "P-1");
    EXPECT_EQ((*found)->created, facts.created);
  });
}

TEST_P(StoreContract, ListsNewestFirstPageByPageAndByTicket) {
  std::vector<DecisionId> made;
  Write([&](Store& store) {
    for (const char* ticket : {"t1", "t2", "t1"}) {
      const Decision decision = MakeDecision(ids_, TicketId(ticket));
      made.push_back(decision.id);
      ASSERT_OK(store.InsertDecision(decision));
    }
    const auto ids = [&](const DecisionFilter& filter, const DecisionId& before, int limit) {
      std::vector<DecisionId> found;
      const auto listed = store.ListDecisions(kTenant, filter, before, limit);
      EXPECT_OK(listed);
      for (const Decision& decision : *listed) found.push_back(decision.id);
      return found;
    };
    EXPECT_THAT(ids({}, DecisionId(), 2), ElementsAre(made[2], made[1]));
    EXPECT_THAT(ids({}, made[1], 2), ElementsAre(made[0]));
    EXPECT_THAT(ids({.ticket = TicketId("t1")}, DecisionId(), 9), ElementsAre(made[2], made[0]));
  });
}

TEST_P(StoreContract, ListsForReviewOnlyWhatIsInForce) {
  const Decision first = MakeDecision(ids_, TicketId("t1")),
                 second = MakeDecision(ids_, TicketId("t1"));
  Write([&](Store& store) {
    ASSERT_OK(store.InsertDecision(first));
    ASSERT_OK(store.InsertDecision(second));
    ASSERT_OK(store.PutTicket({.tenant = kTenant, .id = TicketId("t1"), .current = second.id}));
    const auto found = store.ListDecisions(kTenant, {.needs_review_only = true}, DecisionId(), 9);
    ASSERT_OK(found);
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ((*found)[0].id, second.id);
  });
}

TEST_P(StoreContract, AnErasedCustomersDecisionsStayWithoutWords) {
  const absl::Time at = absl::FromUnixMicros(1767225600123456);
  // "named" says who wrote, "ordered" only about which order; the others are other people's.
  const struct {
    const char *ticket, *tenant, *customer, *order;
    bool erased;
  } kTickets[] = {{"named", "acme", "ann", "o-2", true},
                  {"ordered", "acme", "", "o-1", true},
                  {"bobs", "acme", "bob", "o-1", false},
                  {"unknown", "acme", "", "", false},
                  {"elsewhere", "other", "ann", "o-1", false}};
  std::vector<Decision> made;
  Write([&](Store& store) {
    for (const auto& t : kTickets) {
      made.push_back(MakeDecision(ids_, TicketId(t.ticket)));
      made.back().tenant = TenantId(t.tenant);
      ASSERT_OK(store.InsertDecision(made.back()));
      ASSERT_OK(store.PutTicket({.tenant = TenantId(t.tenant),
                                 .id = TicketId(t.ticket),
                                 .customer = CustomerId(t.customer),
                                 .order = OrderId(t.order),
                                 .messages = {MessageId("m1")},
                                 .customer_messages = 1,
                                 .current = made.back().id}));
    }
  });
  ASSERT_OK(database().Write([&](db::Transaction& tx) {
    return SqlDeskStore(tx).PutOrder({.tenant = kTenant,
                                      .id = OrderId("o-1"),
                                      .customer = CustomerId("ann"),
                                      .version = 1,
                                      .tier = CustomerTier::kVip,
                                      .value = Money(500, "CNY"),
                                      .as_of = at});
  }));
  for (const absl::Duration later : {absl::ZeroDuration(), absl::Hours(1)}) {
    Write([&](Store& store) {
      EXPECT_OK(store.EraseCustomer(kTenant, CustomerId("ann"), at + later));
      EXPECT_OK(store.EraseCustomer(kTenant, CustomerId(), at + later));
    });
  }

  Write([&](Store& store) {
    for (size_t i = 0; i < made.size(); ++i) {
      SCOPED_TRACE(kTickets[i].ticket);
      const auto decision = store.FindDecision(made[i].tenant, made[i].id);
      ASSERT_OK(decision);
      ASSERT_TRUE(decision->has_value());
      EXPECT_EQ((*decision)->erased, kTickets[i].erased);
      EXPECT_EQ((*decision)->verdict, made[i].verdict);
      EXPECT_EQ((*decision)->reading.category, made[i].reading.category);
      const auto ticket = store.FindTicket(made[i].tenant, made[i].ticket);
      ASSERT_OK(ticket);
      EXPECT_EQ((*ticket)->current, made[i].id);
      EXPECT_EQ((*ticket)->customer_messages, 1);
      if (!kTickets[i].erased) {
        EXPECT_EQ((*decision)->reading, made[i].reading);
        EXPECT_EQ((*decision)->inputs, made[i].inputs);
        EXPECT_EQ((*ticket)->customer, CustomerId(kTickets[i].customer));
        EXPECT_FALSE((*ticket)->erased.has_value());
        continue;
      }
      EXPECT_THAT((*decision)->reading.terms, IsEmpty());
      EXPECT_THAT((*decision)->reading.findings, IsEmpty());
      EXPECT_EQ((*decision)->inputs.tier, CustomerTier::kUnknown);
      EXPECT_EQ((*decision)->inputs.earlier_tickets, 0);
      EXPECT_EQ((*decision)->inputs.order_value, Money(0, ""));
      EXPECT_EQ((*ticket)->customer, CustomerId());
      EXPECT_EQ((*ticket)->order, OrderId());
      EXPECT_THAT((*ticket)->messages, IsEmpty());
      EXPECT_EQ((*ticket)->erased, at);
    }
  });
  EXPECT_OK(database().Read([&](db::Session& session) -> absl::Status {
    const auto standing =
        SqlDeskStore(session).FindStanding(kTenant, CustomerId("ann"), OrderId("o-1"));
    EXPECT_EQ(standing->tier, CustomerTier::kUnknown);
    return standing.status();
  }));
}

HUIYIN_ON_ALL_DATABASES(StoreContract);

}  // namespace
}  // namespace huiyin::triage
