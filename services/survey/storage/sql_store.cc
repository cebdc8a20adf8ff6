#include "services/survey/storage/sql_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"

namespace huiyin::survey {
namespace {

constexpr char kInvitationColumns[] =
    "id, tenant, trigger_kind, episode, survey_id, survey_version, state, suppression, "
    "customer_id, ticket_id, rma_id, language, created_at, expires_at, shown_at, answered_at, "
    "subject, rule_id, order_id, channel, agent, queue, category, product, tier, purpose, "
    "started_at, reminded_at";

Invitation ReadInvitation(const db::Row& row) {
  Invitation i;
  i.id = InvitationId(row.Text(0));
  i.tenant = TenantId(row.Text(1));
  i.trigger = static_cast<Trigger>(row.Int(2));
  i.episode = row.Int(3);
  i.survey_id = row.Str(4);
  i.survey_version = static_cast<uint32_t>(row.Int(5));
  i.state = static_cast<InvitationState>(row.Int(6));
  i.suppression = static_cast<Suppression>(row.Int(7));
  i.customer = CustomerId(row.Text(8));
  i.ticket = TicketId(row.Text(9));
  i.rma = RmaId(row.Text(10));
  i.language = row.Str(11);
  i.created_at = row.Time(12);
  i.expires_at = row.Time(13);
  i.shown_at = row.OptionalTime(14);
  i.answered_at = row.OptionalTime(15);
  i.subject = row.Str(16);
  i.rule_id = row.Str(17);
  i.order = OrderId(row.Text(18));
  i.facts = {static_cast<int>(row.Int(19)), row.Str(20), row.Str(21),
             static_cast<int>(row.Int(22)), row.Str(23), static_cast<int>(row.Int(24))};
  i.purpose = static_cast<Purpose>(row.Int(25));
  i.started_at = row.OptionalTime(26);
  i.reminded_at = row.OptionalTime(27);
  return i;
}

constexpr char kResponseColumns[] =
    "invitation_id, tenant, survey_id, survey_version, complete, language, customer_id, ticket_id, "
    "rma_id, recovery, created_at, updated_at";

Response ReadResponse(const db::Row& row) {
  Response r;
  r.id = InvitationId(row.Text(0));
  r.tenant = TenantId(row.Text(1));
  r.survey_id = row.Str(2);
  r.survey_version = static_cast<uint32_t>(row.Int(3));
  r.complete = row.Bool(4);
  r.language = row.Str(5);
  r.customer = CustomerId(row.Text(6));
  r.ticket = TicketId(row.Text(7));
  r.rma = RmaId(row.Text(8));
  r.recovery = static_cast<Recovery>(row.Int(9));
  r.created_at = row.Time(10);
  r.updated_at = row.Time(11);
  return r;
}

// A SELECT with the conditions that a filter needs: few texts, so statements stay cached.
class Select {
 public:
  Select(std::string_view columns, std::string_view table, const TenantId& tenant)
      : sql_(std::string("SELECT ").append(columns).append(" FROM ").append(table)) {
    sql_ += " WHERE tenant = ?";
    args_.push_back(tenant.value());
  }
  void Where(std::string_view condition, db::Value value) {
    sql_.append(" AND ").append(condition);
    args_.push_back(value);
  }
  void WhereGiven(std::string_view condition, const std::string& value) {
    if (!value.empty()) Where(condition, value);
  }
  void And(std::string_view condition) { sql_.append(" AND ").append(condition); }
  absl::Status Run(db::Session& session, std::string_view id_column, const Page& page,
                   absl::FunctionRef<void(const db::Row&)> each) {
    if (!page.before_id.empty()) Where(std::string(id_column) + " < ?", page.before_id);
    sql_.append(" ORDER BY ").append(id_column).append(" DESC LIMIT ?");
    args_.push_back(page.size);
    return session.Query(sql_, db::Values(args_), each);
  }

 private:
  std::string sql_;
  std::vector<db::Value> args_;
};

}  // namespace

absl::StatusOr<bool> SqlStore::AddInvitation(const Invitation& i) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute(
          "INSERT INTO invitation (id, tenant, trigger_kind, subject, episode, survey_id, "
          "survey_version, state, suppression, customer_id, ticket_id, rma_id, language, "
          "created_at, expires_at, rule_id, order_id, channel, agent, queue, category, product, "
          "tier, purpose) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (tenant, trigger_kind, subject, episode) DO NOTHING",
          {i.id.value(),     i.tenant.value(), i.trigger,       i.subject,     i.episode,
           i.survey_id,      i.survey_version, i.state,         i.suppression, i.customer.value(),
           i.ticket.value(), i.rma.value(),    i.language,      i.created_at,  i.expires_at,
           i.rule_id,        i.order.value(),  i.facts.channel, i.facts.agent, i.facts.queue,
           i.facts.category, i.facts.product,  i.facts.tier,    i.purpose}));
  return rows == 1;
}

absl::Status SqlStore::UpdateInvitation(const Invitation& i, InvitationState was) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("UPDATE invitation SET state = ?, suppression = ?, created_at = ?, "
                       "expires_at = ?, shown_at = ?, started_at = ?, answered_at = ?, "
                       "reminded_at = ? WHERE id = ? AND state = ?",
                       {i.state, i.suppression, i.created_at, i.expires_at, i.shown_at,
                        i.started_at, i.answered_at, i.reminded_at, i.id.value(), was}));
  return rows == 1 ? PutProducts(i)
                   : absl::AbortedError("the invitation was changed by somebody else");
}

absl::Status SqlStore::PutProducts(const Invitation& i) {
  std::vector<db::Value> rows;
  for (size_t at = 0; at < i.products.size(); ++at) {
    for (const db::Value value : {db::Value(i.id.value()), db::Value(i.products[at].id),
                                  db::Value(at), db::Value(i.products[at].reviewed)}) {
      rows.push_back(value);
    }
  }
  if (rows.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO invitation_product (invitation_id, product_id, position, reviewed) "
          "VALUES (?, ?, ?, ?) "
          "ON CONFLICT (invitation_id, product_id) DO UPDATE SET reviewed = excluded.reviewed",
          4, rows)
      .status();
}

absl::Status SqlStore::LoadProducts(Invitation& i) {
  if (i.purpose != Purpose::kProductReview) return absl::OkStatus();
  return session_.Query(
      "SELECT product_id, reviewed FROM invitation_product WHERE invitation_id = ? "
      "ORDER BY position",
      {i.id.value()}, [&](const db::Row& row) {
        i.products.push_back({row.Str(0), row.Bool(1)});
      });
}

absl::StatusOr<std::vector<InvitationId>> SqlStore::RemoveScheduled(const TenantId& tenant,
                                                                    const TicketId& ticket) {
  std::vector<InvitationId> removed;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "DELETE FROM invitation WHERE tenant = ? AND ticket_id = ? AND trigger_kind = ? AND "
      "state = ? RETURNING id",
      {tenant.value(), ticket.value(), Trigger::kTicketResolved, InvitationState::kScheduled},
      [&](const db::Row& row) { removed.emplace_back(row.Text(0)); }));
  return removed;
}

absl::StatusOr<std::optional<Invitation>> SqlStore::FindInvitation(const InvitationId& id) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kInvitationColumns, " FROM invitation WHERE id = ?");
  std::optional<Invitation> found;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(kSql, {id.value()}, [&](const db::Row& row) { found = ReadInvitation(row); }));
  if (found) HUIYIN_RETURN_IF_ERROR(LoadProducts(*found));
  return found;
}

absl::StatusOr<std::vector<Invitation>> SqlStore::ListInvitations(const TenantId& tenant,
                                                                  const InvitationFilter& filter,
                                                                  absl::Time now,
                                                                  const Page& page) {
  Select select(kInvitationColumns, "invitation", tenant);
  select.WhereGiven("ticket_id = ?", filter.ticket.value());
  select.WhereGiven("rma_id = ?", filter.rma.value());
  select.WhereGiven("customer_id = ?", filter.customer.value());
  const bool open = filter.state && (*filter.state == InvitationState::kInvited ||
                                     *filter.state == InvitationState::kShown ||
                                     *filter.state == InvitationState::kPartial);
  if (filter.expired) {
    select.And("state IN (1, 2, 3)");
    select.Where("expires_at <= ?", now);
  } else if (filter.state) {
    select.Where("state = ?", *filter.state);
    if (open) select.Where("expires_at > ?", now);
  }
  std::vector<Invitation> found;
  HUIYIN_RETURN_IF_ERROR(select.Run(
      session_, "id", page, [&](const db::Row& row) { found.push_back(ReadInvitation(row)); }));
  for (Invitation& invitation : found) HUIYIN_RETURN_IF_ERROR(LoadProducts(invitation));
  return found;
}

absl::Status SqlStore::LockContact(const TenantId& tenant, const CustomerId& customer) {
  return session_
      .Execute(
          "INSERT INTO contact (tenant, customer_id, locks) VALUES (?, ?, 1) "
          "ON CONFLICT (tenant, customer_id) DO UPDATE SET locks = contact.locks + 1",
          {tenant.value(), customer.value()})
      .status();
}

absl::StatusOr<std::vector<Contact>> SqlStore::ContactsSince(const TenantId& tenant,
                                                             const CustomerId& customer,
                                                             const InvitationId& invitation,
                                                             absl::Time since) {
  std::vector<Contact> contacts;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT id, created_at, reminded_at FROM invitation WHERE tenant = ? AND customer_id = ? AND "
      "state <= 4 AND (created_at >= ? OR reminded_at >= ?)",
      {tenant.value(), customer.value(), since, since}, [&](const db::Row& row) {
        const bool own = row.Text(0) == invitation.value();
        for (const auto& at : {row.OptionalTime(1), row.OptionalTime(2)}) {
          if (at && *at >= since) contacts.push_back({*at, own});
        }
      }));
  return contacts;
}

absl::Status SqlStore::PutResponse(const Response& r) {
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO response (invitation_id, tenant, survey_id, survey_version, "
                   "complete, language, customer_id, ticket_id, rma_id, recovery, created_at, "
                   "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                   "ON CONFLICT (invitation_id) DO UPDATE SET complete = excluded.complete, "
                   "language = excluded.language, recovery = excluded.recovery, "
                   "updated_at = excluded.updated_at",
                   {r.id.value(), r.tenant.value(), r.survey_id, r.survey_version, r.complete,
                    r.language, r.customer.value(), r.ticket.value(), r.rma.value(), r.recovery,
                    r.created_at, r.updated_at})
          .status());
  HUIYIN_RETURN_IF_ERROR(
      session_.Execute("DELETE FROM answer WHERE invitation_id = ?", {r.id.value()}).status());
  std::vector<std::string> picks;
  for (const Answer& a : r.answers) picks.push_back(absl::StrJoin(a.picks, ","));
  std::vector<db::Value> rows;
  for (size_t i = 0; i < r.answers.size(); ++i) {
    const Answer& a = r.answers[i];
    for (db::Value value :
         {db::Value(r.id.value()), db::Value(a.product), db::Value(a.question_id), db::Value(i),
          db::Value(a.score), a.text ? db::Value(*a.text) : db::Value(nullptr),
          db::Value(picks[i])}) {
      rows.push_back(value);
    }
  }
  if (rows.empty()) return absl::OkStatus();
  return session_
      .ExecuteMany(
          "INSERT INTO answer (invitation_id, product_id, question_id, position, score, body, "
          "picks) VALUES (?, ?, ?, ?, ?, ?, ?)",
          7, rows)
      .status();
}

absl::Status SqlStore::LoadAnswers(Response& response) {
  return session_.Query(
      "SELECT question_id, score, body, picks, product_id FROM answer WHERE invitation_id = ? "
      "ORDER BY position",
      {response.id.value()}, [&](const db::Row& row) {
        Answer answer{row.Str(0), std::nullopt, std::nullopt};
        if (!row.IsNull(1)) answer.score = static_cast<int>(row.Int(1));
        if (!row.IsNull(2)) answer.text = row.Str(2);
        answer.picks = absl::StrSplit(row.Str(3), ',', absl::SkipEmpty());
        answer.product = row.Str(4);
        response.answers.push_back(std::move(answer));
      });
}

absl::StatusOr<std::optional<Response>> SqlStore::FindResponse(const InvitationId& id) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kResponseColumns, " FROM response WHERE invitation_id = ?");
  std::optional<Response> found;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(kSql, {id.value()}, [&](const db::Row& row) { found = ReadResponse(row); }));
  if (found) HUIYIN_RETURN_IF_ERROR(LoadAnswers(*found));
  return found;
}

absl::StatusOr<std::vector<Response>> SqlStore::ListResponses(const TenantId& tenant,
                                                              const ResponseFilter& filter,
                                                              const Page& page) {
  Select select(kResponseColumns, "response", tenant);
  select.WhereGiven("ticket_id = ?", filter.ticket.value());
  select.WhereGiven("rma_id = ?", filter.rma.value());
  if (filter.recovery) select.Where("recovery = ?", *filter.recovery);
  std::vector<Response> found;
  HUIYIN_RETURN_IF_ERROR(select.Run(session_, "invitation_id", page, [&](const db::Row& row) {
    found.push_back(ReadResponse(row));
  }));
  for (Response& response : found) HUIYIN_RETURN_IF_ERROR(LoadAnswers(response));
  return found;
}

absl::Status SqlStore::AddScore(const TenantId& tenant, const InvitationId& id, SurveyKind kind,
                                int score) {
  return session_
      .Execute("INSERT INTO score (invitation_id, kind, tenant, score) VALUES (?, ?, ?, ?)",
               {id.value(), kind, tenant.value(), score})
      .status();
}

absl::StatusOr<std::string> InstallationSecret(db::Transaction& tx,
                                               const std::string& fresh_secret) {
  HUIYIN_RETURN_IF_ERROR(tx.Execute("INSERT INTO signing_key (id, secret) VALUES (1, ?) "
                                    "ON CONFLICT (id) DO NOTHING",
                                    {db::Blob{fresh_secret}})
                             .status());
  std::string secret;
  HUIYIN_RETURN_IF_ERROR(tx.Query("SELECT secret FROM signing_key WHERE id = 1", {},
                                  [&](const db::Row& row) { secret = row.Str(0); }));
  return secret;
}

}  // namespace huiyin::survey
