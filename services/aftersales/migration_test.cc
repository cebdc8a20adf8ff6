// What was stored as rows and became columns: RMAs (0070), shipments of orders (0073). Both
// databases.
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/testing/status.h"
#include "services/aftersales/test_world.h"

namespace huiyin::aftersales {
namespace {

class Migration : public ::testing::TestWithParam<db::Dialect> {};
HUIYIN_ON_ALL_DATABASES(Migration);

constexpr const char* kStoredBefore[] = {
    "INSERT INTO rma (tenant, rma_id, order_id, customer_id, ticket_id, currency, country, "
    "language, customer_note, ship_by, version, approval, logistics, back_leg, outcome, "
    "created_at, updated_at) VALUES ('acme', 'r1', 'o1', 'c1', '', 'CNY', 'CN', 'zh', 'n', NULL, "
    "3, 2, 4, 1, 0, 1000000, 9000000)",
    "INSERT INTO rma_line (tenant, rma_id, line_id, position, order_line_id, kind, reason, "
    "evidence_ids, exchange_sku, keep_goods, expected_refund_minor, restocking_fee_minor, "
    "product_id, sku, lot, category, refund_at) VALUES ('acme', 'r1', '2', 1, 'l2', 1, 'OTHER', "
    "'', '', 0, 300, 20, 'p2', 's2', '', 'HOME', 2)",
    "INSERT INTO rma_line (tenant, rma_id, line_id, position, order_line_id, kind, reason, "
    "evidence_ids, exchange_sku, keep_goods, expected_refund_minor, restocking_fee_minor, "
    "product_id, sku, lot, category, refund_at) VALUES ('acme', 'r1', '1', 0, 'l1', 1, "
    "'DEFECTIVE.杯', 'e1\ne2', 'x', 0, 500, 0, 'p1', 's1', 'lot;7', 'HOME', 1)",
    "INSERT INTO rma_answer (tenant, rma_id, line_id, position, question_id, question, answer) "
    "VALUES ('acme', 'r1', '1', 1, 'q2', 'Since when?', '两天: 2')",
    "INSERT INTO rma_answer (tenant, rma_id, line_id, position, question_id, question, answer) "
    "VALUES ('acme', 'r1', '1', 0, 'q1', '坏在哪里？', 'a;b')",
    "INSERT INTO rma_verdict (tenant, rma_id, policy_version, inputs, verdict) "
    "VALUES ('acme', 'r1', 'v7', 'inputs', 'verdict')",
    "INSERT INTO rma_step (tenant, rma_id, step, round, began_at, ended_at, due_at, overdue_at) "
    "VALUES ('acme', 'r1', 1, 1, 1000000, 2000000, 1500000, NULL)",
    "INSERT INTO rma_step (tenant, rma_id, step, round, began_at, ended_at, due_at, overdue_at) "
    "VALUES ('acme', 'r1', 2, 1, 2000000, NULL, 5000000, 6000000)",
};

// The log of a return of two lines, one unit each, of which one came back as something else.
std::vector<Action> Log() {
  const Actor customer{ActorKind::kCustomer, "c1"}, agent{ActorKind::kAgent, "小李"};
  const auto at = [](int64_t second) { return absl::FromUnixSeconds(second); };
  using T = ActionType;
  return {
      {.type = T::kSubmitted, .line_id = "1", .quantity = 1, .actor = customer, .at = at(1)},
      {.type = T::kSubmitted, .line_id = "2", .quantity = 1, .actor = customer, .at = at(1)},
      {.type = T::kSubmitted, .actor = customer, .at = at(1)},
      {.type = T::kApproved, .line_id = "1", .quantity = 1, .actor = agent, .at = at(2)},
      {.type = T::kApproved, .line_id = "2", .quantity = 1, .actor = agent, .at = at(2)},
      {.type = T::kApproved, .actor = agent, .note = "好; 12:", .at = at(2)},
      {.type = T::kReceived, .line_id = "1", .quantity = 1, .actor = agent, .at = at(3)},
      {.type = T::kReceived, .line_id = "2", .quantity = 1, .actor = agent, .at = at(3)},
      {.type = T::kReceived, .actor = agent, .at = at(3)},
      {.type = T::kInspected,
       .line_id = "1",
       .quantity = 1,
       .grade = Grade::kWrongItem,
       .actor = agent,
       .evidence_ids = {"e3", "e4"},
       .at = at(9)},
  };
}

absl::Status StoreAsBefore(db::Transaction& tx) {
  for (const char* const sql : kStoredBefore) HUIYIN_RETURN_IF_ERROR(tx.Execute(sql).status());
  int64_t sequence = 0;
  for (const Action& action : Log()) {
    const std::string photos = action.evidence_ids.empty() ? "" : "e3\ne4";
    HUIYIN_RETURN_IF_ERROR(
        tx.Execute("INSERT INTO rma_action (tenant, rma_id, sequence, type, line_id, quantity, "
                   "grade, actor_kind, actor_id, note, at, evidence_ids) "
                   "VALUES ('acme', 'r1', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   {++sequence, action.type, action.line_id, action.quantity, action.grade,
                    action.actor.kind, action.actor.id, action.note, action.at, photos})
            .status());
  }
  return absl::OkStatus();
}

std::vector<db::Migration> SchemaBefore(int version) {
  std::vector<db::Migration> before;
  for (const db::Migration& each : Schema()) {
    if (each.version < version) before.push_back(each);
  }
  return before;
}

TEST_P(Migration, RmasOfManyRowsAreReadAsTheyWere) {
  testing::TempDatabase temp(GetParam());
  temp.Migrate("aftersales", SchemaBefore(70));
  ASSERT_OK(temp.database().Write(StoreAsBefore));
  temp.Migrate("aftersales", Schema());

  ASSERT_OK(temp.database().Read([](db::Session& session) -> absl::Status {
    SqlStore store(session);
    const TenantId tenant("acme");
    HUIYIN_ASSIGN_OR_RETURN(const auto rma, store.FindRma(tenant, RmaId("r1")));
    EXPECT_TRUE(rma.has_value());
    if (!rma) return absl::OkStatus();
    EXPECT_EQ(rma->lines.size(), 2u);
    const RmaLine &first = rma->lines.at(0), &second = rma->lines.at(1);
    EXPECT_EQ(first.reason, "DEFECTIVE.杯");
    EXPECT_THAT(first.evidence_ids, ::testing::ElementsAre("e1", "e2"));
    EXPECT_EQ(first.exchange_sku, "x");
    EXPECT_EQ(first.lot, "lot;7");
    EXPECT_EQ(first.answers.size(), 2u);
    EXPECT_EQ(first.answers.at(0).question, "坏在哪里？");
    EXPECT_EQ(first.answers.at(0).answer, "a;b");
    EXPECT_EQ(first.answers.at(1).answer, "两天: 2");
    EXPECT_EQ(second.id, "2");
    EXPECT_EQ(second.restocking_fee, 20);
    EXPECT_EQ(second.refund_at, RefundAt::kCarrierScan);
    const std::vector<Action> log = Log();
    EXPECT_EQ(rma->actions.size(), log.size());
    for (size_t i = 0; i < log.size() && i < rma->actions.size(); ++i) {
      EXPECT_EQ(rma->actions[i].sequence, static_cast<int64_t>(i) + 1);
      EXPECT_EQ(rma->actions[i].type, log[i].type);
      EXPECT_EQ(rma->actions[i].actor.id, log[i].actor.id);
      EXPECT_EQ(rma->actions[i].note, log[i].note);
      EXPECT_EQ(rma->actions[i].evidence_ids, log[i].evidence_ids);
      EXPECT_EQ(rma->actions[i].at, log[i].at);
    }
    HUIYIN_ASSIGN_OR_RETURN(const auto verdict, store.FindVerdictBytes(tenant, RmaId("r1")));
    EXPECT_TRUE(verdict.has_value());
    if (verdict) {
      EXPECT_EQ(verdict->policy_version, "v7");
      EXPECT_EQ(verdict->inputs, "inputs");
      EXPECT_EQ(verdict->verdict, "verdict");
    }
    HUIYIN_ASSIGN_OR_RETURN(
        const CustomerHistory history,
        store.ReadHistory(tenant, CustomerId("c1"), absl::UnixEpoch(), absl::UnixEpoch()));
    EXPECT_EQ(history.recent_rmas, 1);
    EXPECT_EQ(history.mismatches, 1);
    HUIYIN_ASSIGN_OR_RETURN(const auto open, store.ListOpenSteps(tenant, RmaId("r1")));
    EXPECT_EQ(open.size(), 1u);
    EXPECT_EQ(open.at(0).span.step, Step::kSend);
    EXPECT_EQ(open.at(0).due, absl::FromUnixSeconds(5));
    EXPECT_EQ(open.at(0).overdue, absl::FromUnixSeconds(6));
    std::vector<std::optional<absl::Time>> ends;
    HUIYIN_RETURN_IF_ERROR(
        store.EachStep(tenant, absl::UnixEpoch(), absl::FromUnixSeconds(9),
                       [&](const StoredStep& step) { ends.push_back(step.span.ended); }));
    EXPECT_THAT(ends, ::testing::ElementsAre(absl::FromUnixSeconds(2), std::nullopt));
    return absl::OkStatus();
  }));
}

TEST_P(Migration, OrdersKeepTheirShipments) {
  testing::TempDatabase temp(GetParam());
  temp.Migrate("aftersales", SchemaBefore(73));
  const auto store_as_before = [](db::Transaction& tx) -> absl::Status {
    for (const char* const id : {"o1", "o2"}) {
      HUIYIN_RETURN_IF_ERROR(
          tx.Execute("INSERT INTO customer_order (tenant, order_id, customer_id, version, "
                     "content_hash, tier, country_of_sale, country_of_delivery, currency, "
                     "language, ordered_at, shipping_minor, fee_minor, created_at, updated_at) "
                     "VALUES ('acme', ?, 'c1', 1, 'h', 1, 'CN', 'CN', 'CNY', 'zh', 1, 0, 0, 1, 1)",
                     {std::string_view(id)})
              .status());
    }
    for (const char* const item : {"0, 's9', '顺丰', 'T;1', 5000000, NULL, 'l2', 3, '', 'SH'",
                                   "1, 's9', '顺丰', 'T;1', 5000000, NULL, 'l1', 1, '', 'SH'",
                                   "2, 's1', '', '', NULL, 8000000, 'l1', 2, 'CI-7', ''"}) {
      HUIYIN_RETURN_IF_ERROR(
          tx.Execute(absl::StrCat("INSERT INTO order_shipment_item (tenant, order_id, position, "
                                  "shipment_id, carrier, tracking_number, shipped_at, "
                                  "delivered_at, line_id, quantity, invoice_number, warehouse) "
                                  "VALUES ('acme', 'o1', ",
                                  item, ")"))
              .status());
    }
    return absl::OkStatus();
  };
  ASSERT_OK(temp.database().Write(store_as_before));
  temp.Migrate("aftersales", Schema());

  ASSERT_OK(temp.database().Read([](db::Session& session) -> absl::Status {
    SqlStore store(session);
    const TenantId tenant("acme");
    HUIYIN_ASSIGN_OR_RETURN(const auto order, store.FindOrder(tenant, OrderId("o1")));
    HUIYIN_ASSIGN_OR_RETURN(const auto bare, store.FindOrder(tenant, OrderId("o2")));
    EXPECT_TRUE(order.has_value() && bare.has_value());
    if (!order || !bare) return absl::OkStatus();
    EXPECT_THAT(bare->shipments, ::testing::IsEmpty());
    EXPECT_EQ(order->shipments.size(), 2u);
    const Shipment &first = order->shipments.at(0), &second = order->shipments.at(1);
    EXPECT_EQ(first.shipment_id, "s9");
    EXPECT_EQ(first.carrier, "顺丰");
    EXPECT_EQ(first.tracking_number, "T;1");
    EXPECT_EQ(first.warehouse, "SH");
    EXPECT_EQ(first.shipped_at, absl::FromUnixSeconds(5));
    EXPECT_EQ(first.delivered_at, std::nullopt);
    EXPECT_EQ(first.items.size(), 2u);
    EXPECT_EQ(first.items.at(0).line_id, "l2");
    EXPECT_EQ(first.items.at(0).quantity, 3);
    EXPECT_EQ(first.items.at(1).line_id, "l1");
    EXPECT_EQ(second.shipment_id, "s1");
    EXPECT_EQ(second.invoice_number, "CI-7");
    EXPECT_EQ(second.shipped_at, std::nullopt);
    EXPECT_EQ(order->Delivered("l1"), 2);
    EXPECT_EQ(order->DeliveredAt("l1"), absl::FromUnixSeconds(8));
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace huiyin::aftersales
