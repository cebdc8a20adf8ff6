#include <algorithm>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/rma_bytes.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/sql_where.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kRmaColumns =
    "rma_id, order_id, customer_id, ticket_id, currency, country, language, customer_note, "
    "ship_by, version, lines, log";

// An RMA as its row has it: without terms of exchanges and later changes, its log not replayed.
struct Stored {
  Rma rma;
  std::vector<Action> log;
  absl::Status status;
};

Stored ReadRma(const db::Row& row) {
  Stored stored;
  Rma& rma = stored.rma;
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
  stored.status = DecodeLines(row.Text(10), rma.lines);
  if (stored.status.ok()) stored.status = DecodeActions(row.Text(11), 1, stored.log);
  return stored;
}

int64_t Mismatches(const Rma& rma) {
  int64_t units = 0;
  for (const RmaLine& line : rma.lines) {
    units += line.q.graded[static_cast<int>(Grade::kWrongItem)] + line.q.Missing();
  }
  return units;
}

absl::Status AddExchanges(db::Session& session, const TenantId& tenant, Rma& rma) {
  return session.Query(
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

absl::StatusOr<Rma> Whole(db::Session& session, const TenantId& tenant, Stored stored) {
  HUIYIN_RETURN_IF_ERROR(stored.status);
  Rma& rma = stored.rma;
  std::vector<Action>& log = stored.log;
  absl::Status status;
  HUIYIN_RETURN_IF_ERROR(session.Query(
      "SELECT first_sequence, actions FROM rma_change WHERE tenant = ? AND rma_id = ? "
      "ORDER BY first_sequence",
      {tenant.value(), rma.id.value()}, [&](const db::Row& row) {
        if (status.ok()) status = DecodeActions(row.Text(1), row.Int(0), log);
      }));
  HUIYIN_RETURN_IF_ERROR(status);
  const bool has_terms = std::any_of(log.begin(), log.end(), [](const Action& action) {
    return action.type == ActionType::kExchangeOffered;
  });
  if (has_terms) HUIYIN_RETURN_IF_ERROR(AddExchanges(session, tenant, rma));
  HUIYIN_RETURN_IF_ERROR(Replay(rma, std::move(log)));
  return std::move(rma);
}

}  // namespace

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
  Stored stored;
  HUIYIN_ASSIGN_OR_RETURN(const bool found,
                          session_.QueryOne(kSql, {tenant.value(), id.value()},
                                            [&](const db::Row& row) { stored = ReadRma(row); }));
  if (!found) return std::optional<Rma>();
  return Whole(session_, tenant, std::move(stored));
}

absl::Status SqlStore::InsertRma(const TenantId& tenant, const Rma& rma,
                                 const Judgement& judgement) {
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute(
              "INSERT INTO rma (tenant, rma_id, order_id, customer_id, ticket_id, currency, "
              "country, language, customer_note, ship_by, version, approval, logistics, "
              "back_leg, outcome, created_at, updated_at, closed_at, mismatches, lines, log, "
              "policy_version, inputs, verdict) "
              "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              {tenant.value(),
               rma.id.value(),
               rma.order.value(),
               rma.customer.value(),
               rma.ticket.value(),
               rma.currency,
               rma.country,
               rma.language,
               rma.customer_note,
               rma.ship_by,
               rma.version,
               rma.approval,
               rma.logistics,
               rma.back_leg,
               rma.outcome,
               rma.created,
               rma.updated,
               rma.closed,
               Mismatches(rma),
               EncodeLines(rma.lines),
               EncodeActions(rma.actions),
               judgement.verdict.policy_version,
               judgement.inputs.Encode(),
               judgement.verdict.Encode()})
          .status());
  return PutExchanges(tenant, rma);
}

absl::Status SqlStore::SaveRma(const TenantId& tenant, Rma& rma, size_t stored_actions) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute(
          "UPDATE rma SET ship_by = ?, version = version + 1, approval = ?, "
          "logistics = ?, back_leg = ?, outcome = ?, updated_at = ?, closed_at = ?, "
          "mismatches = ? WHERE tenant = ? AND rma_id = ? AND version = ?",
          {rma.ship_by, rma.approval, rma.logistics, rma.back_leg, rma.outcome, rma.updated,
           rma.closed, Mismatches(rma), tenant.value(), rma.id.value(), rma.version}));
  if (rows != 1) return absl::AbortedError("the RMA was changed meanwhile");
  ++rma.version;
  HUIYIN_RETURN_IF_ERROR(PutExchanges(tenant, rma));
  if (rma.actions.size() == stored_actions) return absl::OkStatus();
  const auto news = std::span(rma.actions).subspan(stored_actions);
  return session_
      .Execute(
          "INSERT INTO rma_change (tenant, rma_id, first_sequence, actions) "
          "VALUES (?, ?, ?, ?)",
          {tenant.value(), rma.id.value(), news.front().sequence, EncodeActions(news)})
      .status();
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
  std::vector<Stored> page_of;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT ", kRmaColumns, " FROM rma", where.sql(), " ORDER BY rma_id DESC LIMIT ?"),
      where.values(), [&](const db::Row& row) { page_of.push_back(ReadRma(row)); }));
  std::vector<Rma> rmas;
  for (Stored& stored : page_of) {
    HUIYIN_ASSIGN_OR_RETURN(Rma rma, Whole(session_, tenant, std::move(stored)));
    rmas.push_back(std::move(rma));
  }
  return rmas;
}

absl::Status SqlStore::ReplaceVerdict(const TenantId& tenant, const RmaId& rma,
                                      const Judgement& judgement) {
  return session_
      .Execute("UPDATE rma SET inputs = ?, verdict = ? WHERE tenant = ? AND rma_id = ?",
               {judgement.inputs.Encode(), judgement.verdict.Encode(), tenant.value(), rma.value()})
      .status();
}

absl::StatusOr<std::optional<Judgement>> SqlStore::FindVerdict(const TenantId& tenant,
                                                               const RmaId& rma) {
  std::string inputs, verdict;
  HUIYIN_ASSIGN_OR_RETURN(
      const bool found,
      session_.QueryOne("SELECT inputs, verdict FROM rma WHERE tenant = ? AND rma_id = ?",
                        {tenant.value(), rma.value()}, [&](const db::Row& row) {
                          inputs = row.Str(0);
                          verdict = row.Str(1);
                        }));
  if (!found || verdict.empty()) return std::optional<Judgement>();
  Judgement stored;
  HUIYIN_ASSIGN_OR_RETURN(stored.inputs, VerdictInputs::Decode(inputs));
  HUIYIN_ASSIGN_OR_RETURN(stored.verdict, Verdict::Decode(verdict));
  return std::optional(std::move(stored));
}

}  // namespace huiyin::aftersales
