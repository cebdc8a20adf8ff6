#include "services/ingest/storage/postgres_search.h"

#include "absl/strings/str_cat.h"
#include "services/ingest/storage/tenant_token.h"

namespace huiyin::ingest {

absl::Status PostgresSearch::Add(db::Session& session, const Ticket& ticket,
                                 const Message& message) {
  const std::string text =
      SearchText(message.number, message.body, ticket.subject, ticket.order.value());
  return Change(session, ticket.tenant, {message.ticket_no, message.number}, "", text);
}

absl::Status PostgresSearch::Change(db::Session& session, const TenantId& tenant,
                                    const SearchHit& message, std::string_view,
                                    std::string_view after) {
  // Tokens hold letters, marks and digits only, so they need no quotes in a tsvector.
  const std::string words = absl::StrCat(TenantToken(tenant), " ", IndexTokens(after));
  return session
      .Execute(
          "INSERT INTO message_words (ticket_no, number, words) VALUES (?, ?, CAST(? AS tsvector)) "
          "ON CONFLICT (ticket_no, number) DO UPDATE SET words = excluded.words",
          {message.ticket_no, message.message_number, words})
      .status();
}

absl::StatusOr<std::vector<SearchHit>> PostgresSearch::Find(db::Session& session,
                                                            const TenantId& tenant,
                                                            std::span<const QueryToken> tokens,
                                                            const SearchHit& before, int limit) {
  std::string query = TenantToken(tenant);
  for (const QueryToken& token : tokens) {
    absl::StrAppend(&query, " & ", token.text, token.prefix ? ":*" : "");
  }
  std::vector<SearchHit> hits;
  absl::Status status = session.Query(
      "SELECT ticket_no, number FROM message_words WHERE words @@ CAST(? AS tsquery) "
      "AND (ticket_no < ? OR (ticket_no = ? AND number < ?)) "
      "ORDER BY ticket_no DESC, number DESC LIMIT ?",
      {query, before.ticket_no, before.ticket_no, before.message_number, limit},
      [&](const db::Row& row) {
        hits.push_back({row.Int(0), static_cast<int>(row.Int(1))});
      });
  if (!status.ok()) return status;
  return hits;
}

}  // namespace huiyin::ingest
