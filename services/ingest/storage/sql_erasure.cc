// SqlStore: a customer is erased.
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/timers/timers.h"
#include "services/ingest/storage/sql_store.h"

namespace huiyin::ingest {
namespace {

struct Words {
  int number;
  std::string before, after;
};

}  // namespace

absl::Status SqlStore::EraseCustomer(const CustomerId& customer, Erasure& erasure) {
  const std::string& tenant = erasure.tenant.value();
  std::vector<int64_t> tickets;
  // Also those that the customer wrote on a channel before it was known who it is. Seldom asked,
  // and indexes would cost every new ticket: the tenant's rows are read.
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT no FROM ticket WHERE tenant = ? AND (customer_id = ? OR (customer_id = '' AND "
      "external_user_id <> '' AND (channel, external_user_id) IN (SELECT channel, "
      "external_user_id FROM identity WHERE tenant = ? AND customer_id = ?)))",
      {tenant, customer.value(), tenant, customer.value()},
      [&](const db::Row& row) { tickets.push_back(row.Int(0)); }));
  for (const int64_t no : tickets) HUIYIN_RETURN_IF_ERROR(EraseTicket(no, customer, erasure));
  HUIYIN_RETURN_IF_ERROR(EraseUploads("SELECT id FROM upload WHERE tenant = ? AND owner = ?",
                                      {tenant, customer.value()}, erasure));
  HUIYIN_RETURN_IF_ERROR(session_
                             .Execute("DELETE FROM identity WHERE tenant = ? AND customer_id = ?",
                                      {tenant, customer.value()})
                             .status());
  return session_
      .Execute(
          "INSERT INTO customer_erasure (tenant, id, requested_by, at, tickets, messages, uploads) "
          "VALUES (?, ?, ?, ?, ?, ?, ?)",
          {tenant, erasure.id, erasure.requested_by, erasure.at, erasure.tickets, erasure.messages,
           erasure.uploads})
      .status();
}

// Replies go too: they address the customer.
absl::Status SqlStore::EraseTicket(int64_t no, const CustomerId& customer, Erasure& erasure) {
  std::vector<Words> messages;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT m.number, m.body, t.subject, t.order_id FROM message m JOIN ticket t ON "
      "t.no = m.ticket_no WHERE m.ticket_no = ?",
      {no}, [&](const db::Row& row) {
        const int number = static_cast<int>(row.Int(0));
        messages.push_back({number, SearchText(number, row.Text(1), row.Text(2), row.Text(3)),
                            SearchText(number, "", "", row.Text(3))});
      }));
  for (const Words& message : messages) {
    HUIYIN_RETURN_IF_ERROR(search_.Change(session_, erasure.tenant, {no, message.number},
                                          message.before, message.after));
  }
  HUIYIN_RETURN_IF_ERROR(EraseUploads(
      "SELECT DISTINCT a.upload_id FROM message_attachment a JOIN message m ON m.seq = a.seq "
      "WHERE m.ticket_no = ?",
      {no}, erasure));
  for (const char* sql :
       {"DELETE FROM message_attachment WHERE seq IN (SELECT seq FROM message WHERE ticket_no = ?)",
        "DELETE FROM message_form WHERE seq IN (SELECT seq FROM message WHERE ticket_no = ?)",
        "DELETE FROM message_call WHERE seq IN (SELECT seq FROM message WHERE ticket_no = ?)"}) {
    HUIYIN_RETURN_IF_ERROR(session_.Execute(sql, {no}).status());
  }
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute("UPDATE message SET body = '', external_user_id = '', external_id = '', "
                   "author_id = CASE WHEN author = ? THEN '' ELSE author_id END, parts = 0 "
                   "WHERE ticket_no = ?",
                   {Author::kCustomer, no})
          .status());
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute("UPDATE state_change SET actor = '' WHERE ticket_no = ? AND actor = ?",
                   {no, customer.value()})
          .status());
  erasure.tickets += 1;
  erasure.messages += static_cast<int>(messages.size());
  return session_
      .Execute(
          "UPDATE ticket SET customer_id = '', external_user_id = '', subject = '', "
          "updated_at = ?, revision = revision + 1 WHERE no = ?",
          {erasure.at, no})
      .status();
}

// The bytes are outside the transaction: a timer removes them after it.
absl::Status SqlStore::EraseUploads(std::string_view sql, std::initializer_list<db::Value> args,
                                    Erasure& erasure) {
  std::vector<std::string> ids;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(sql, args, [&](const db::Row& row) { ids.push_back(row.Str(0)); }));
  for (const std::string& id : ids) {
    HUIYIN_RETURN_IF_ERROR(timers::Set(tx(), {.kind = kUploadErasureTimer,
                                              .key = id,
                                              .due = erasure.at,
                                              .payload = erasure.tenant.value()}));
  }
  erasure.uploads += static_cast<int>(ids.size());
  return absl::OkStatus();
}

}  // namespace huiyin::ingest
