#include "services/survey/storage/sql_recovery_store.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::survey {
namespace {

constexpr char kColumns[] =
    "id, tenant, state, reason, customer_id, origin, rma_id, order_id, product, language, score, "
    "comment, ticket_id, call_back_due, call_back, call_back_note, called_by, attempts, "
    "created_at, opened_at, ended_at, rating";

RecoveryCase ReadCase(const db::Row& row) {
  RecoveryCase c;
  c.id = InvitationId(row.Text(0));
  c.tenant = TenantId(row.Text(1));
  c.state = static_cast<RecoveryState>(row.Int(2));
  c.reason = static_cast<RecoveryReason>(row.Int(3));
  c.customer = CustomerId(row.Text(4));
  c.origin = TicketId(row.Text(5));
  c.rma = RmaId(row.Text(6));
  c.order = OrderId(row.Text(7));
  c.product = row.Str(8);
  c.language = row.Str(9);
  c.score = row.Str(10);
  c.comment = row.Str(11);
  c.ticket = TicketId(row.Text(12));
  c.call_back_due = row.OptionalTime(13);
  c.call_back = static_cast<CallBackOutcome>(row.Int(14));
  c.call_back_note = row.Str(15);
  c.called_by = row.Str(16);
  c.attempts = static_cast<int>(row.Int(17));
  c.created_at = row.Time(18);
  c.opened_at = row.OptionalTime(19);
  c.ended_at = row.OptionalTime(20);
  c.rating = static_cast<int>(row.Int(21));
  return c;
}

std::optional<RecoveryCase> First(std::vector<RecoveryCase> cases) {
  if (cases.empty()) return std::nullopt;
  return std::move(cases.front());
}

}  // namespace

absl::StatusOr<std::vector<RecoveryCase>> SqlRecoveryStore::Query(const std::string& rest,
                                                                  db::Values args) {
  std::vector<RecoveryCase> found;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(absl::StrCat("SELECT ", kColumns, " FROM recovery ", rest), args,
                     [&](const db::Row& row) { found.push_back(ReadCase(row)); }));
  return found;
}

absl::Status SqlRecoveryStore::PutCase(const RecoveryCase& c) {
  static const std::string kSql = absl::StrCat(
      "INSERT INTO recovery (", kColumns,
      ", next_attempt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?) "
      "ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason, "
      "language = excluded.language, score = excluded.score, rating = excluded.rating, "
      "comment = excluded.comment, ticket_id = excluded.ticket_id, "
      "call_back_due = excluded.call_back_due, call_back = excluded.call_back, "
      "call_back_note = excluded.call_back_note, called_by = excluded.called_by, "
      "opened_at = excluded.opened_at, ended_at = excluded.ended_at");
  return session_
      .Execute(kSql, {c.id.value(),       c.tenant.value(), c.state,       c.reason,
                      c.customer.value(), c.origin.value(), c.rma.value(), c.order.value(),
                      c.product,          c.language,       c.score,       c.comment,
                      c.ticket.value(),   c.call_back_due,  c.call_back,   c.call_back_note,
                      c.called_by,        c.attempts,       c.created_at,  c.opened_at,
                      c.ended_at,         c.rating,         c.created_at})
      .status();
}

absl::StatusOr<std::optional<RecoveryCase>> SqlRecoveryStore::FindCase(const InvitationId& id) {
  const std::array<db::Value, 1> args = {id.value()};
  HUIYIN_ASSIGN_OR_RETURN(auto found, Query("WHERE id = ?", args));
  return First(std::move(found));
}

absl::StatusOr<std::optional<RecoveryCase>> SqlRecoveryStore::FindCaseOfTicket(
    const TenantId& tenant, const TicketId& ticket) {
  const std::array<db::Value, 2> args = {tenant.value(), ticket.value()};
  HUIYIN_ASSIGN_OR_RETURN(auto found, Query("WHERE tenant = ? AND ticket_id = ?", args));
  return First(std::move(found));
}

absl::StatusOr<std::vector<RecoveryCase>> SqlRecoveryStore::ListCases(const TenantId& tenant,
                                                                      const RecoveryFilter& filter,
                                                                      const Page& page) {
  std::string rest = "WHERE tenant = ?";
  std::vector<db::Value> args = {tenant.value()};
  const auto where = [&](const char* condition, db::Value value) {
    rest += condition;
    args.push_back(value);
  };
  if (filter.state) {
    where(" AND state = ?", *filter.state);
  } else {
    where(" AND state <> ?", RecoveryState::kNotNeeded);
  }
  if (filter.to_call_only) {
    where(" AND call_back_due IS NOT NULL AND call_back = ?", CallBackOutcome::kNone);
  }
  if (!page.before_id.empty()) where(" AND id < ?", page.before_id);
  where(" ORDER BY id DESC LIMIT ?", page.size);
  return Query(rest, args);
}

absl::StatusOr<std::vector<RecoveryCase>> SqlRecoveryStore::ClaimCases(absl::Time now,
                                                                       absl::Time lease_until,
                                                                       int most) {
  const std::array<db::Value, 3> args = {RecoveryState::kPending, now, most};
  HUIYIN_ASSIGN_OR_RETURN(
      auto due, Query("WHERE state = ? AND next_attempt <= ? ORDER BY next_attempt LIMIT ?", args));
  std::vector<RecoveryCase> claimed;
  for (RecoveryCase& c : due) {
    // Another replica may have been faster.
    HUIYIN_ASSIGN_OR_RETURN(
        const int64_t rows,
        session_.Execute("UPDATE recovery SET next_attempt = ?, attempts = attempts + 1 WHERE "
                         "id = ? AND state = ? AND next_attempt <= ?",
                         {lease_until, c.id.value(), RecoveryState::kPending, now}));
    if (rows == 0) continue;
    ++c.attempts;
    claimed.push_back(std::move(c));
  }
  return claimed;
}

absl::Status SqlRecoveryStore::PutOff(const InvitationId& id, absl::Time until) {
  return session_.Execute("UPDATE recovery SET next_attempt = ? WHERE id = ?", {until, id.value()})
      .status();
}

}  // namespace huiyin::survey
