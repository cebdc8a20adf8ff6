#include <algorithm>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/sql_where.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kRmaColumns =
    "rma_id, order_id, customer_id, ticket_id, currency, country, language, customer_note, "
    "ship_by, "
    "version";

Rma ReadRma(const db::Row& row) {
  Rma rma;
  rma.id = RmaId(row.Str(0));
  rma.order = OrderId(row.Str(1));
  rma.customer = CustomerId(row.Str(2));
  rma.ticket = TicketId(row.Str(3));
  rma.currency = row.Str(4);
  rma.country = row.Str(5);
  rma.language = row.Str(6);
  rma.customer_note = row.Str(7);
  rma.ship_by = row.OptionalTime(8);
  rma.version = row.Int(9);
  return rma;
}

// Ids have no line breaks (checked where they come in).
std::vector<std::string> SplitIds(std::string_view text) {
  if (text.empty()) return {};
  return absl::StrSplit(absl::string_view(text.data(), text.size()), '\n');
}

}  // namespace

absl::Status SqlStore::Complete(const TenantId& tenant, Rma& rma) {
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT line_id, order_line_id, kind, reason, evidence_ids, exchange_sku, keep_goods, "
      "expected_refund_minor, restocking_fee_minor, product_id, sku, lot, category, refund_at "
      "FROM rma_line WHERE tenant = ? AND rma_id = ? ORDER BY position",
      {tenant.value(), rma.id.value()}, [&](const db::Row& row) {
        RmaLine line;
        line.id = row.Str(0);
        line.order_line_id = row.Str(1);
        line.kind = static_cast<RmaKind>(row.Int(2));
        line.reason = row.Str(3);
        line.evidence_ids = SplitIds(row.Text(4));
        line.exchange_sku = row.Str(5);
        line.keep_goods = row.Bool(6);
        line.expected_refund = row.Int(7);
        line.restocking_fee = row.Int(8);
        line.product_id = row.Str(9);
        line.sku = row.Str(10);
        line.lot = row.Str(11);
        line.category = row.Str(12);
        line.refund_at = static_cast<RefundAt>(row.Int(13));
        rma.lines.push_back(std::move(line));
      }));
  HUIYIN_RETURN_IF_ERROR(AddAnswers(tenant, rma));
  std::vector<Action> log;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT sequence, type, line_id, quantity, grade, actor_kind, actor_id, note, at, "
      "evidence_ids "
      "FROM rma_action WHERE tenant = ? AND rma_id = ? ORDER BY sequence",
      {tenant.value(), rma.id.value()}, [&](const db::Row& row) {
        log.push_back({.sequence = row.Int(0),
                       .type = static_cast<ActionType>(row.Int(1)),
                       .line_id = row.Str(2),
                       .quantity = row.Int(3),
                       .grade = static_cast<Grade>(row.Int(4)),
                       .actor = {static_cast<ActorKind>(row.Int(5)), row.Str(6)},
                       .note = row.Str(7),
                       .evidence_ids = SplitIds(row.Text(9)),
                       .at = row.Time(8)});
      }));
  const bool has_terms = std::any_of(log.begin(), log.end(), [](const Action& action) {
    return action.type == ActionType::kExchangeOffered;
  });
  if (has_terms) HUIYIN_RETURN_IF_ERROR(AddExchanges(tenant, rma));
  return Replay(rma, std::move(log));
}

absl::Status SqlStore::AddAnswers(const TenantId& tenant, Rma& rma) {
  return session_.Query(
      "SELECT line_id, question_id, question, answer FROM rma_answer WHERE tenant = ? AND "
      "rma_id = ? ORDER BY line_id, position",
      {tenant.value(), rma.id.value()}, [&](const db::Row& row) {
        RmaLine* line = rma.Line(row.Text(0));
        if (line != nullptr) line->answers.push_back({row.Str(1), row.Str(2), row.Str(3)});
      });
}

absl::Status SqlStore::PutAnswers(const TenantId& tenant, const Rma& rma) {
  std::vector<db::Value> values;
  for (const RmaLine& line : rma.lines) {
    int64_t position = 0;
    for (const Answer& answer : line.answers) {
      values.insert(values.end(), {tenant.value(), rma.id.value(), line.id, position++,
                                   answer.question_id, answer.question, answer.answer});
    }
  }
  if (values.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO rma_answer (tenant, rma_id, line_id, position, question_id, question, "
          "answer) VALUES (?, ?, ?, ?, ?, ?, ?)",
          7, values)
      .status();
}

absl::Status SqlStore::AddExchanges(const TenantId& tenant, Rma& rma) {
  return session_.Query(
      "SELECT line_id, sku, product_id, product_name, units, paid_minor, price_minor, instant, "
      "expires_at FROM rma_exchange WHERE tenant = ? AND rma_id = ?",
      {tenant.value(), rma.id.value()}, [&](const db::Row& row) {
        RmaLine* line = rma.Line(row.Text(0));
        if (line == nullptr) return;  // Replay finds the offer without its terms
        line->exchange = Exchange{.sku = row.Str(1),
                                  .product_id = row.Str(2),
                                  .product_name = row.Str(3),
                                  .units = row.Int(4),
                                  .paid = row.Int(5),
                                  .price = row.Int(6),
                                  .instant = row.Bool(7),
                                  .expires = row.Time(8)};
      });
}

absl::Status SqlStore::PutExchanges(const TenantId& tenant, const Rma& rma) {
  for (const RmaLine& line : rma.lines) {
    if (!line.exchange) continue;
    const Exchange& terms = *line.exchange;
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute("INSERT INTO rma_exchange (tenant, rma_id, line_id, sku, product_id, "
                     "product_name, units, paid_minor, price_minor, instant, expires_at) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                     "ON CONFLICT (tenant, rma_id, line_id) DO UPDATE SET sku = excluded.sku, "
                     "product_id = excluded.product_id, product_name = excluded.product_name, "
                     "units = excluded.units, paid_minor = excluded.paid_minor, "
                     "price_minor = excluded.price_minor, instant = excluded.instant, "
                     "expires_at = excluded.expires_at",
                     {tenant.value(), rma.id.value(), line.id, terms.sku, terms.product_id,
                      terms.product_name, terms.units, terms.paid, terms.price, terms.instant,
                      terms.expires})
            .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Rma>> SqlStore::FindRma(const TenantId& tenant, const RmaId& id) {
  static const std::string kSql =
      Concat("SELECT ", kRmaColumns, " FROM rma WHERE tenant = ? AND rma_id = ?");
  std::optional<Rma> rma;
  HUIYIN_RETURN_IF_ERROR(session_
                             .QueryOne(kSql, {tenant.value(), id.value()},
                                       [&](const db::Row& row) { rma = ReadRma(row); })
                             .status());
  if (!rma) return rma;
  HUIYIN_RETURN_IF_ERROR(Complete(tenant, *rma));
  return rma;
}

absl::Status SqlStore::InsertActions(const TenantId& tenant, const Rma& rma, size_t from) {
  std::vector<db::Value> values;
  std::vector<std::string> photos;  // values refer to them
  photos.reserve(rma.actions.size() - from);
  for (size_t i = from; i < rma.actions.size(); ++i) {
    const Action& action = rma.actions[i];
    photos.push_back(absl::StrJoin(action.evidence_ids, "\n"));
    values.insert(values.end(), {tenant.value(), rma.id.value(), action.sequence, action.type,
                                 action.line_id, action.quantity, action.grade, action.actor.kind,
                                 action.actor.id, action.note, action.at, photos.back()});
  }
  if (values.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO rma_action (tenant, rma_id, sequence, type, line_id, quantity, "
          "grade, actor_kind, actor_id, note, at, evidence_ids) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          12, values)
      .status();
}

absl::Status SqlStore::InsertRma(const TenantId& tenant, const Rma& rma) {
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO rma (tenant, rma_id, order_id, customer_id, ticket_id, currency, "
                   "country, language, customer_note, ship_by, version, approval, logistics, "
                   "back_leg, outcome, created_at, updated_at, closed_at) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   {tenant.value(), rma.id.value(), rma.order.value(), rma.customer.value(),
                    rma.ticket.value(), rma.currency, rma.country, rma.language, rma.customer_note,
                    rma.ship_by, rma.version, rma.approval, rma.logistics, rma.back_leg,
                    rma.outcome, rma.created, rma.updated, rma.closed})
          .status());
  int64_t position = 0;
  for (const RmaLine& line : rma.lines) {
    const std::string evidence = absl::StrJoin(line.evidence_ids, "\n");
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute("INSERT INTO rma_line (tenant, rma_id, line_id, position, order_line_id, "
                     "kind, reason, evidence_ids, exchange_sku, keep_goods, "
                     "expected_refund_minor, restocking_fee_minor, product_id, sku, lot, "
                     "category, refund_at) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     {tenant.value(), rma.id.value(), line.id, position++, line.order_line_id,
                      line.kind, line.reason, evidence, line.exchange_sku, line.keep_goods,
                      line.expected_refund, line.restocking_fee, line.product_id, line.sku,
                      line.lot, line.category, line.refund_at})
            .status());
  }
  HUIYIN_RETURN_IF_ERROR(PutAnswers(tenant, rma));
  HUIYIN_RETURN_IF_ERROR(PutExchanges(tenant, rma));
  return InsertActions(tenant, rma, 0);
}

absl::Status SqlStore::SaveRma(const TenantId& tenant, Rma& rma, size_t stored_actions) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("UPDATE rma SET ship_by = ?, version = version + 1, approval = ?, "
                       "logistics = ?, back_leg = ?, outcome = ?, updated_at = ?, closed_at = ? "
                       "WHERE tenant = ? AND rma_id = ? AND version = ?",
                       {rma.ship_by, rma.approval, rma.logistics, rma.back_leg, rma.outcome,
                        rma.updated, rma.closed, tenant.value(), rma.id.value(), rma.version}));
  if (rows != 1) return absl::AbortedError("the RMA was changed meanwhile");
  ++rma.version;
  HUIYIN_RETURN_IF_ERROR(PutExchanges(tenant, rma));
  return InsertActions(tenant, rma, stored_actions);
}

absl::StatusOr<std::vector<Rma>> SqlStore::ListRmas(const TenantId& tenant, const RmaFilter& filter,
                                                    const Page& page) {
  Where where;
  where.And("tenant = ?", {tenant.value()});
  if (filter.customer) where.And("customer_id = ?", {filter.customer->value()});
  if (filter.order) where.And("order_id = ?", {filter.order->value()});
  if (filter.ticket) where.And("ticket_id = ?", {filter.ticket->value()});
  if (filter.open_only) where.And("outcome = ?", {Outcome::kNone});
  where.AndIn("approval", filter.approvals);
  if (!page.after.empty()) where.And("rma_id < ?", {page.after});
  where.AddValue(page.size);
  std::vector<Rma> rmas;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT ", kRmaColumns, " FROM rma", where.sql(), " ORDER BY rma_id DESC LIMIT ?"),
      where.values(), [&](const db::Row& row) { rmas.push_back(ReadRma(row)); }));
  for (Rma& rma : rmas) HUIYIN_RETURN_IF_ERROR(Complete(tenant, rma));
  return rmas;
}

absl::Status SqlStore::InsertVerdict(const TenantId& tenant, const RmaId& rma,
                                     const Judgement& judgement) {
  return session_
      .Execute(
          "INSERT INTO rma_verdict (tenant, rma_id, policy_version, inputs, verdict) "
          "VALUES (?, ?, ?, ?, ?)",
          {tenant.value(), rma.value(), judgement.verdict.policy_version, judgement.inputs.Encode(),
           judgement.verdict.Encode()})
      .status();
}

absl::Status SqlStore::ReplaceVerdict(const TenantId& tenant, const RmaId& rma,
                                      const Judgement& judgement) {
  return session_
      .Execute("UPDATE rma_verdict SET inputs = ?, verdict = ? WHERE tenant = ? AND rma_id = ?",
               {judgement.inputs.Encode(), judgement.verdict.Encode(), tenant.value(), rma.value()})
      .status();
}

absl::StatusOr<std::optional<Judgement>> SqlStore::FindVerdict(const TenantId& tenant,
                                                               const RmaId& rma) {
  std::string inputs, verdict;
  HUIYIN_ASSIGN_OR_RETURN(
      const bool found,
      session_.QueryOne("SELECT inputs, verdict FROM rma_verdict WHERE tenant = ? AND rma_id = ?",
                        {tenant.value(), rma.value()}, [&](const db::Row& row) {
                          inputs = row.Str(0);
                          verdict = row.Str(1);
                        }));
  if (!found) return std::optional<Judgement>();
  Judgement stored;
  HUIYIN_ASSIGN_OR_RETURN(stored.inputs, VerdictInputs::Decode(inputs));
  HUIYIN_ASSIGN_OR_RETURN(stored.verdict, Verdict::Decode(verdict));
  return std::optional(std::move(stored));
}

}  // namespace huiyin::aftersales
