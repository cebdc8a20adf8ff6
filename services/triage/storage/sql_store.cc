#include "services/triage/storage/sql_store.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"

namespace huiyin::triage {
namespace {

// Lists are kept as C-escaped lines; a line of two parts is joined by a tab, which escaping keeps
// apart.
std::string PackLines(const std::vector<std::string>& lines) {
  return absl::StrJoin(lines, "\n", [](std::string* out, const std::string& line) {
    absl::StrAppend(out, absl::CEscape(line));
  });
}

std::vector<std::string> Lines(std::string_view packed) {
  return absl::StrSplit(absl::string_view(packed.data(), packed.size()), '\n', absl::SkipEmpty());
}

std::string Unescape(std::string_view text) {
  std::string plain;
  absl::CUnescape({text.data(), text.size()}, &plain);
  return plain;
}

std::vector<std::string> UnpackLines(std::string_view packed) {
  std::vector<std::string> lines = Lines(packed);
  for (std::string& line : lines) line = Unescape(line);
  return lines;
}

// "3\tabc" → {3, "abc"}.
std::pair<int, std::string> UnpackNumbered(const std::string& line) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(line, absl::MaxSplits('\t', 1));
  int number = 0;
  (void)absl::SimpleAtoi(parts.first, &number);
  return {number, Unescape(parts.second)};
}

std::string PackFindings(const std::vector<Finding>& findings) {
  return absl::StrJoin(findings, "\n", [](std::string* out, const Finding& finding) {
    absl::StrAppend(out, static_cast<int>(finding.kind), "\t", absl::CEscape(finding.text));
  });
}

std::string PackRules(const std::vector<ScoredRule>& rules) {
  return absl::StrJoin(rules, "\n", [](std::string* out, const ScoredRule& rule) {
    absl::StrAppend(out, rule.points, "\t", absl::CEscape(rule.rule_id));
  });
}

#define HUIYIN_DECISION_COLUMNS                                                                   \
  "d.tenant, d.decision_id, d.ticket_id, d.message_id, d.language, d.mixed_language, "            \
  "d.category, d.category_p, d.second_category, d.sentiment, d.sentiment_p, d.urgency, "          \
  "d.urgency_p, d.needs_review, d.terms, d.findings, d.model_version, d.tier, "                   \
  "d.customer_messages, d.rating, d.priority, d.score, d.rules, d.policy_version, d.created_at, " \
  "d.corrected_by, d.replaces, d.earlier_tickets, d.age_seconds, d.order_minor, "                 \
  "d.order_currency, d.channel, d.erased"

Decision ToDecision(const db::Row& row) {
  Decision decision;
  int c = 0;
  decision.tenant = TenantId(row.Text(c++));
  decision.id = DecisionId(row.Text(c++));
  decision.ticket = TicketId(row.Text(c++));
  decision.message = MessageId(row.Text(c++));
  Reading& reading = decision.reading;
  reading.language = row.Str(c++);
  reading.mixed_language = row.Str(c++);
  reading.category = static_cast<Category>(row.Int(c++));
  reading.category_p = static_cast<float>(row.Real(c++));
  if (!row.IsNull(c)) reading.second = static_cast<Category>(row.Int(c));
  ++c;
  reading.sentiment = static_cast<Sentiment>(row.Int(c++));
  reading.sentiment_p = static_cast<float>(row.Real(c++));
  reading.urgency = static_cast<Urgency>(row.Int(c++));
  reading.urgency_p = static_cast<float>(row.Real(c++));
  reading.needs_review = row.Bool(c++);
  reading.terms = UnpackLines(row.Text(c++));
  for (const std::string& line : Lines(row.Text(c++))) {
    auto [kind, text] = UnpackNumbered(line);
    reading.findings.push_back({static_cast<EntityKind>(kind), std::move(text)});
  }
  reading.model_version = row.Str(c++);
  PriorityInputs& inputs = decision.inputs;
  inputs.category = reading.category;
  inputs.second = reading.second;
  inputs.sentiment = reading.sentiment;
  inputs.urgency = reading.urgency;
  inputs.tier = static_cast<CustomerTier>(row.Int(c++));
  inputs.customer_messages = static_cast<int>(row.Int(c++));
  inputs.rating = static_cast<int>(row.Int(c++));
  PriorityVerdict& verdict = decision.verdict;
  verdict.priority = static_cast<Priority>(row.Int(c++));
  verdict.score = static_cast<int>(row.Int(c++));
  for (const std::string& line : Lines(row.Text(c++))) {
    auto [points, rule] = UnpackNumbered(line);
    verdict.rules.push_back({std::move(rule), points});
  }
  verdict.policy_version = row.Str(c++);
  decision.created = row.Time(c++);
  decision.corrected_by = row.Str(c++);
  decision.replaces = DecisionId(row.Text(c++));
  inputs.earlier_tickets = static_cast<int>(row.Int(c++));
  inputs.age = absl::Seconds(row.Int(c++));
  const int64_t minor = row.Int(c++);
  inputs.order_value = Money(minor, row.Text(c++));
  inputs.channel = static_cast<Channel>(row.Int(c++));
  decision.erased = row.Bool(c++);
  return decision;
}

}  // namespace

absl::StatusOr<std::optional<TicketFacts>> SqlStore::FindTicket(const TenantId& tenant,
                                                                const TicketId& ticket) {
  std::optional<TicketFacts> found;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT channel, product_id, rating, created_at, messages, customer_messages, "
                     "current_decision, customer_id, order_id, erased_at "
                     "FROM ticket WHERE tenant = ? AND ticket_id = ?",
                     {tenant.value(), ticket.value()}, [&](const db::Row& row) {
                       TicketFacts facts{.tenant = tenant, .id = ticket};
                       facts.channel = static_cast<Channel>(row.Int(0));
                       facts.product_id = row.Str(1);
                       facts.rating = static_cast<int>(row.Int(2));
                       facts.created = row.Time(3);
                       for (const std::string& id : Lines(row.Text(4)))
                         facts.messages.emplace_back(id);
                       facts.customer_messages = static_cast<int>(row.Int(5));
                       facts.current = DecisionId(row.Text(6));
                       facts.customer = CustomerId(row.Text(7));
                       facts.order = OrderId(row.Text(8));
                       facts.erased = row.OptionalTime(9);
                       found = std::move(facts);
                     }));
  return found;
}

absl::Status SqlStore::PutTicket(const TicketFacts& ticket) {
  const std::string messages = absl::StrJoin(
      ticket.messages, "\n",
      [](std::string* out, const MessageId& id) { absl::StrAppend(out, id.value()); });
  return session_
      .Execute(
          "INSERT INTO ticket (tenant, ticket_id, channel, product_id, rating, created_at, "
          "messages, "
          "customer_messages, current_decision, customer_id, order_id) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (tenant, ticket_id) DO UPDATE SET messages = excluded.messages, "
          "customer_messages = excluded.customer_messages, "
          "current_decision = excluded.current_decision",
          {ticket.tenant.value(), ticket.id.value(), ticket.channel, ticket.product_id,
           ticket.rating, ticket.created, messages, ticket.customer_messages,
           ticket.current.value(), ticket.customer.value(), ticket.order.value()})
      .status();
}

absl::Status SqlStore::InsertDecision(const Decision& decision) {
  const Reading& reading = decision.reading;
  const std::string terms = PackLines(reading.terms), findings = PackFindings(reading.findings),
                    rules = PackRules(decision.verdict.rules);
  return session_
      .Execute(
          "INSERT INTO decision (tenant, decision_id, ticket_id, message_id, language, "
          "mixed_language, "
          "category, category_p, second_category, sentiment, sentiment_p, urgency, urgency_p, "
          "needs_review, terms, findings, model_version, tier, customer_messages, rating, "
          "priority, "
          "score, rules, policy_version, created_at, corrected_by, replaces, earlier_tickets, "
          "age_seconds, order_minor, order_currency, channel) VALUES "
          "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
          "?, ?, ?)",
          {decision.tenant.value(),
           decision.id.value(),
           decision.ticket.value(),
           decision.message.value(),
           reading.language,
           reading.mixed_language,
           reading.category,
           static_cast<double>(reading.category_p),
           reading.second,
           reading.sentiment,
           static_cast<double>(reading.sentiment_p),
           reading.urgency,
           static_cast<double>(reading.urgency_p),
           reading.needs_review,
           terms,
           findings,
           reading.model_version,
           decision.inputs.tier,
           decision.inputs.customer_messages,
           decision.inputs.rating,
           decision.verdict.priority,
           decision.verdict.score,
           rules,
           decision.verdict.policy_version,
           decision.created,
           decision.corrected_by,
           decision.replaces.value(),
           decision.inputs.earlier_tickets,
           absl::ToInt64Seconds(decision.inputs.age),
           decision.inputs.order_value.minor(),
           decision.inputs.order_value.currency(),
           decision.inputs.channel})
      .status();
}

absl::StatusOr<std::optional<Decision>> SqlStore::FindDecision(const TenantId& tenant,
                                                               const DecisionId& id) {
  std::optional<Decision> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT " HUIYIN_DECISION_COLUMNS " FROM decision d WHERE d.tenant = ? AND d.decision_id = ?",
      {tenant.value(), id.value()}, [&](const db::Row& row) { found = ToDecision(row); }));
  return found;
}

absl::StatusOr<std::vector<Decision>> SqlStore::ListDecisions(const TenantId& tenant,
                                                              const DecisionFilter& filter,
                                                              const DecisionId& before, int limit) {
  // "~" sorts after every UUID.
  const std::string bound = before.empty() ? "~" : before.value();
  std::string sql = "SELECT " HUIYIN_DECISION_COLUMNS " FROM decision d";
  std::vector<db::Value> args;
  if (filter.needs_review_only || filter.in_force_only) {
    sql +=
        " JOIN ticket t ON t.tenant = d.tenant AND t.ticket_id = d.ticket_id "
        "AND t.current_decision = d.decision_id";
  }
  sql += " WHERE d.tenant = ? AND d.decision_id < ?";
  args.push_back(tenant.value());
  args.push_back(bound);
  if (filter.needs_review_only) sql += " AND d.needs_review = 1";
  if (filter.ticket.has_value()) {
    sql += " AND d.ticket_id = ?";
    args.push_back(filter.ticket->value());
  }
  sql += " ORDER BY d.decision_id DESC LIMIT ?";
  args.push_back(limit);

  std::vector<Decision> decisions;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      sql, db::Values(args), [&](const db::Row& row) { decisions.push_back(ToDecision(row)); }));
  return decisions;
}

absl::Status SqlStore::InsertCorrection(const Correction& correction) {
  return session_
      .Execute(
          "INSERT INTO correction (tenant, corrected, corrected_by, ticket_id, agent, created_at) "
          "VALUES (?, ?, ?, ?, ?, ?)",
          {correction.tenant.value(), correction.corrected.value(), correction.by.value(),
           correction.ticket.value(), correction.agent, correction.created})
      .status();
}

}  // namespace huiyin::triage
