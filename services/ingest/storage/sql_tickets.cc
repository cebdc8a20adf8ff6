// SqlStore: tickets, identities, deadlines.
#include <cstdlib>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/timers/timers.h"
#include "services/ingest/storage/sql_filter.h"
#include "services/ingest/storage/sql_store.h"

namespace huiyin::ingest {
namespace {

// In the order that ReadTicket reads.
#define TICKET_COLUMNS                                                                          \
  "t.no, t.tenant, t.id, t.state, t.state_before_merge, t.channel, t.external_user_id, "        \
  "t.customer_id, t.subject, t.order_id, t.product_id, t.assignee, t.decision_id, "             \
  "t.decision_sequence, t.category, t.second_category, t.sentiment, t.urgency, t.priority, "    \
  "t.language, t.queue, t.needs_review, t.rating, t.message_count, t.reopened_count, "          \
  "t.merged_into, t.follows, t.created_at, t.updated_at, t.last_activity_at, "                  \
  "t.first_response_at, t.last_customer_message_at, t.last_agent_message_at, t.waiting_since, " \
  "t.resolved_at, t.closed_at, t.snoozed_until, t.revision"
#define SELECT_TICKET "SELECT " TICKET_COLUMNS " FROM ticket t "

class Reader {
 public:
  explicit Reader(const db::Row& row) : row_(row) {}
  int64_t Int() { return row_.Int(column_++); }
  int Int32() { return static_cast<int>(Int()); }
  std::string Str() { return row_.Str(column_++); }
  absl::Time Time() { return row_.Time(column_++); }
  std::optional<absl::Time> OptionalTime() { return row_.OptionalTime(column_++); }

 private:
  const db::Row& row_;
  int column_ = 0;
};

Ticket ReadTicket(const db::Row& row) {
  Reader in(row);
  Ticket ticket;
  ticket.no = in.Int();
  ticket.tenant = TenantId(in.Str());
  ticket.id = TicketId(in.Str());
  ticket.state = static_cast<State>(in.Int());
  ticket.state_before_merge = static_cast<State>(in.Int());
  ticket.identity.channel = static_cast<Channel>(in.Int());
  ticket.identity.external_user_id = in.Str();
  ticket.customer = CustomerId(in.Str());
  ticket.subject = in.Str();
  ticket.order = OrderId(in.Str());
  ticket.product = ProductId(in.Str());
  ticket.assignee = in.Str();
  Triage& triage = ticket.triage;
  triage.decision_id = in.Str();
  triage.sequence = in.Int();
  triage.category = in.Int32();
  triage.second_category = in.Int32();
  triage.sentiment = in.Int32();
  triage.urgency = in.Int32();
  triage.priority = in.Int32();
  triage.language = in.Str();
  triage.queue = in.Str();
  triage.needs_review = in.Int() != 0;
  ticket.rating = in.Int32();
  ticket.message_count = in.Int32();
  ticket.reopened_count = in.Int32();
  ticket.merged_into = TicketId(in.Str());
  ticket.follows = TicketId(in.Str());
  ticket.created_at = in.Time();
  ticket.updated_at = in.Time();
  ticket.last_activity_at = in.Time();
  ticket.first_response_at = in.OptionalTime();
  ticket.last_customer_message_at = in.OptionalTime();
  ticket.last_agent_message_at = in.OptionalTime();
  ticket.waiting_since = in.OptionalTime();
  ticket.resolved_at = in.OptionalTime();
  ticket.closed_at = in.OptionalTime();
  ticket.snoozed_until = in.OptionalTime();
  ticket.revision = in.Int();
  return ticket;
}

// What messages alone change; no index but that of changes holds any of it.
absl::Status UpdateActivity(db::Session& session, const Ticket& t) {
  return session
      .Execute(
          "UPDATE ticket SET message_count = ?, updated_at = ?, last_activity_at = ?, "
          "first_response_at = ?, last_customer_message_at = ?, last_agent_message_at = ?, "
          "waiting_since = ?, revision = ? WHERE no = ?",
          {t.message_count, t.updated_at, t.last_activity_at, t.first_response_at,
           t.last_customer_message_at, t.last_agent_message_at, t.waiting_since, t.revision, t.no})
      .status();
}

absl::Status UpdateTriage(db::Session& session, const Ticket& t) {
  const Triage& d = t.triage;
  return session
      .Execute(
          "UPDATE ticket SET decision_id = ?, decision_sequence = ?, category = ?, "
          "second_category = ?, sentiment = ?, urgency = ?, priority = ?, language = ?, "
          "queue = ?, needs_review = ?, updated_at = ?, revision = ? WHERE no = ?",
          {d.decision_id, d.sequence, d.category, d.second_category, d.sentiment, d.urgency,
           d.priority, d.language, d.queue, d.needs_review, t.updated_at, t.revision, t.no})
      .status();
}

absl::Status UpdateFacts(db::Session& session, const Ticket& t) {
  return session
      .Execute(
          "UPDATE ticket SET state = ?, state_before_merge = ?, customer_id = ?, "
          "subject = ?, order_id = ?, product_id = ?, assignee = ?, reopened_count = ?, "
          "merged_into = ?, resolved_at = ?, closed_at = ?, snoozed_until = ? WHERE no = ?",
          {t.state, t.state_before_merge, t.customer.value(), t.subject, t.order.value(),
           t.product.value(), t.assignee, t.reopened_count, t.merged_into.value(), t.resolved_at,
           t.closed_at, t.snoozed_until, t.no})
      .status();
}

// The other columns being equal, have those of UpdateFacts changed?
bool FactsDiffer(const Ticket& a, const Ticket& b) {
  const auto facts = [](const Ticket& t) {
    return std::tie(t.state, t.state_before_merge, t.customer, t.subject, t.order, t.product,
                    t.assignee, t.reopened_count, t.merged_into, t.resolved_at, t.closed_at,
                    t.snoozed_until);
  };
  return facts(a) != facts(b);
}

constexpr const char* KindOf(Deadline deadline) {
  return deadline == Deadline::kClose ? kCloseTimer : kSnoozeTimer;
}

}  // namespace

db::Transaction& SqlStore::tx() {
  if (tx_ == nullptr) std::abort();  // a query changes something: a programming error
  return *tx_;
}

absl::StatusOr<std::vector<Ticket>> SqlStore::QueryTickets(std::string_view sql, db::Values args) {
  std::vector<Ticket> tickets;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(sql, args, [&](const db::Row& row) { tickets.push_back(ReadTicket(row)); }));
  return tickets;
}

absl::StatusOr<std::optional<Ticket>> SqlStore::QueryTicket(std::string_view sql,
                                                            std::initializer_list<db::Value> args) {
  std::optional<Ticket> ticket;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(sql, args, [&](const db::Row& row) { ticket = ReadTicket(row); }));
  return ticket;
}

absl::StatusOr<std::optional<Ticket>> SqlStore::FindTicket(const TenantId& tenant,
                                                           const TicketId& id) {
  return QueryTicket(SELECT_TICKET "WHERE t.tenant = ? AND t.id = ?", {tenant.value(), id.value()});
}

absl::StatusOr<std::optional<Ticket>> SqlStore::FindTicketByNo(int64_t no) {
  return QueryTicket(SELECT_TICKET "WHERE t.no = ?", {no});
}

absl::StatusOr<std::optional<Ticket>> SqlStore::FindActiveTicketOf(const TenantId& tenant,
                                                                   const CustomerId& customer,
                                                                   const OrderId& order) {
  return QueryTicket(SELECT_TICKET
                     "WHERE t.tenant = ? AND t.customer_id = ? AND t.customer_id <> '' "
                     "AND t.order_id = ? AND t.state <= ? ORDER BY t.no DESC LIMIT 1",
                     {tenant.value(), customer.value(), order.value(), State::kSnoozed});
}

absl::Status SqlStore::InsertTicket(Ticket& t) {
  const Triage& d = t.triage;
  HUIYIN_ASSIGN_OR_RETURN(
      t.no,
      session_.Insert(
          "INSERT INTO ticket (tenant, id, state, state_before_merge, channel, external_user_id, "
          "customer_id, subject, order_id, product_id, assignee, decision_id, decision_sequence, "
          "category, second_category, sentiment, urgency, priority, language, queue, needs_review, "
          "rating, message_count, reopened_count, merged_into, follows, created_at, updated_at, "
          "last_activity_at, first_response_at, last_customer_message_at, last_agent_message_at, "
          "waiting_since, resolved_at, closed_at, snoozed_until, revision) VALUES "
          "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "?, "
          "?, ?, ?, ?, ?, ?, ?)",
          "no",
          {t.tenant.value(),
           t.id.value(),
           t.state,
           t.state_before_merge,
           t.identity.channel,
           t.identity.external_user_id,
           t.customer.value(),
           t.subject,
           t.order.value(),
           t.product.value(),
           t.assignee,
           d.decision_id,
           d.sequence,
           d.category,
           d.second_category,
           d.sentiment,
           d.urgency,
           d.priority,
           d.language,
           d.queue,
           d.needs_review,
           t.rating,
           t.message_count,
           t.reopened_count,
           t.merged_into.value(),
           t.follows.value(),
           t.created_at,
           t.updated_at,
           t.last_activity_at,
           t.first_response_at,
           t.last_customer_message_at,
           t.last_agent_message_at,
           t.waiting_since,
           t.resolved_at,
           t.closed_at,
           t.snoozed_until,
           t.revision}));
  return absl::OkStatus();
}

absl::Status SqlStore::UpdateTicket(const Ticket& before, Ticket& after) {
  after.revision = before.revision + 1;
  if (before.triage != after.triage) HUIYIN_RETURN_IF_ERROR(UpdateTriage(session_, after));
  if (FactsDiffer(before, after)) HUIYIN_RETURN_IF_ERROR(UpdateFacts(session_, after));
  if (std::tie(before.subject, before.order) != std::tie(after.subject, after.order)) {
    HUIYIN_RETURN_IF_ERROR(ChangeSearched(before, after));
  }
  return UpdateActivity(session_, after);
}

absl::Status SqlStore::ChangeSearched(const Ticket& before, const Ticket& after) {
  std::string body;
  HUIYIN_ASSIGN_OR_RETURN(
      const bool found,
      session_.QueryOne("SELECT body FROM message WHERE ticket_no = ? AND number = 1", {after.no},
                        [&](const db::Row& row) { body = row.Str(0); }));
  if (!found) return absl::OkStatus();
  return search_.Change(session_, after.tenant, {after.no, 1},
                        SearchText(1, body, before.subject, before.order.value()),
                        SearchText(1, body, after.subject, after.order.value()));
}

absl::StatusOr<std::vector<Ticket>> SqlStore::MergedInto(const TenantId& tenant,
                                                         const TicketId& target) {
  const db::Value args[] = {tenant.value(), target.value()};
  return QueryTickets(SELECT_TICKET
                      "WHERE t.tenant = ? AND t.merged_into = ? AND t.merged_into <> '' "
                      "ORDER BY t.no",
                      args);
}

absl::StatusOr<std::vector<Ticket>> SqlStore::ListTickets(const TenantId& tenant,
                                                          const TicketFilter& filter,
                                                          int64_t before_no, int limit) {
  Conditions where(tenant, filter);
  where.Add("t.no < ?", before_no);
  return QueryTickets(absl::StrCat(SELECT_TICKET, where.sql(), " ORDER BY t.no DESC LIMIT ", limit),
                      where.args());
}

absl::StatusOr<std::vector<Ticket>> SqlStore::FilterTickets(const TenantId& tenant,
                                                            const TicketFilter& filter,
                                                            std::span<const int64_t> nos) {
  if (nos.empty()) return std::vector<Ticket>();
  Conditions where(tenant, filter);
  where.AddIn("t.no", nos);
  return QueryTickets(absl::StrCat(SELECT_TICKET, where.sql()), where.args());
}

absl::StatusOr<std::vector<Ticket>> SqlStore::ListChanged(const TenantId& tenant,
                                                          const TicketFilter& filter,
                                                          absl::Time since, int64_t after_no,
                                                          int limit) {
  Conditions where(tenant, filter);
  where.Add("t.updated_at >= ?", since);
  where.Add("(t.updated_at, t.no) > (?, ?)", since, after_no);
  return QueryTickets(
      absl::StrCat(SELECT_TICKET, where.sql(), " ORDER BY t.updated_at, t.no LIMIT ", limit),
      where.args());
}

absl::StatusOr<std::optional<IdentityRecord>> SqlStore::FindIdentity(const TenantId& tenant,
                                                                     const Identity& identity) {
  std::optional<IdentityRecord> record;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT customer_id, current_ticket_no FROM identity "
      "WHERE tenant = ? AND channel = ? AND external_user_id = ?",
      {tenant.value(), identity.channel, identity.external_user_id}, [&](const db::Row& row) {
        record = IdentityRecord{CustomerId(row.Text(0)), row.Int(1)};
      }));
  return record;
}

absl::Status SqlStore::InsertIdentity(const TenantId& tenant, const Identity& identity,
                                      const IdentityRecord& record) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t stored,
      session_.Execute("INSERT INTO identity (tenant, channel, external_user_id, customer_id, "
                       "current_ticket_no) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                       {tenant.value(), identity.channel, identity.external_user_id,
                        record.customer.value(), record.current_ticket_no}));
  return stored == 1 ? absl::OkStatus() : absl::AbortedError("the identity was stored meanwhile");
}

absl::Status SqlStore::UpdateIdentity(const TenantId& tenant, const Identity& identity,
                                      const IdentityRecord& record) {
  return session_
      .Execute(
          "UPDATE identity SET customer_id = ?, current_ticket_no = ? "
          "WHERE tenant = ? AND channel = ? AND external_user_id = ?",
          {record.customer.value(), record.current_ticket_no, tenant.value(), identity.channel,
           identity.external_user_id})
      .status();
}

absl::StatusOr<std::vector<SearchHit>> SqlStore::Search(const TenantId& tenant,
                                                        std::span<const QueryToken> tokens,
                                                        const SearchHit& before, int limit) {
  return search_.Find(session_, tenant, tokens, before, limit);
}

absl::Status SqlStore::SetDeadline(Deadline deadline, const Ticket& ticket, absl::Time due) {
  return timers::Set(tx(), {.kind = KindOf(deadline),
                            .key = ticket.id.value(),
                            .due = due,
                            .payload = ticket.tenant.value()});
}

absl::Status SqlStore::CancelDeadline(Deadline deadline, const Ticket& ticket) {
  return timers::Cancel(tx(), KindOf(deadline), ticket.id.value());
}

}  // namespace huiyin::ingest
