// SqlStore: messages, the timeline.
#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"
#include "services/ingest/storage/sql_store.h"

namespace huiyin::ingest {
namespace {

constexpr int64_t kForm = 1, kCall = 2, kAttachments = 4;

// In the order that ReadMessage reads.
#define MESSAGE_COLUMNS                                                                   \
  "m.seq, m.ticket_no, m.number, m.author, m.author_id, m.is_public, m.channel, "         \
  "m.external_user_id, m.external_id, m.body, m.language, m.rating, m.answers, m.parts, " \
  "m.sent_at, m.created_at, t.id"
#define SELECT_MESSAGE \
  "SELECT " MESSAGE_COLUMNS " FROM message m JOIN ticket t ON t.no = m.ticket_no "

Message ReadMessage(const db::Row& row) {
  Message message;
  message.sequence = row.Int(0);
  message.ticket_no = row.Int(1);
  message.number = static_cast<int>(row.Int(2));
  message.author = static_cast<Author>(row.Int(3));
  message.author_id = row.Str(4);
  message.is_public = row.Bool(5);
  message.identity = {static_cast<Channel>(row.Int(6)), row.Str(7)};
  message.external_id = row.Str(8);
  message.body = row.Str(9);
  message.language = row.Str(10);
  message.rating = static_cast<int>(row.Int(11));
  message.answers = row.Str(12);
  message.sent_at = row.Time(14);
  message.created_at = row.Time(15);
  message.ticket = TicketId(row.Text(16));
  return message;
}

int64_t PartsOf(const Message& message) {
  return (message.form.has_value() ? kForm : 0) | (message.call.has_value() ? kCall : 0) |
         (message.attachments.empty() ? 0 : kAttachments);
}

absl::Status LoadForm(db::Session& session, Message& message) {
  return session.Query(
      "SELECT customer_name, order_number, type_tags FROM message_form WHERE seq = ?",
      {message.sequence}, [&](const db::Row& row) {
        FormFields& form = message.form.emplace();
        form.customer_name = row.Str(0);
        form.order_number = row.Str(1);
        const std::string tags = row.Str(2);
        for (absl::string_view tag : absl::StrSplit(tags, '\n', absl::SkipEmpty())) {
          form.type_tags.emplace_back(tag);
        }
      });
}

absl::Status LoadCall(db::Session& session, Message& message) {
  return session.Query(
      "SELECT caller, recording_url, duration FROM message_call WHERE seq = ?", {message.sequence},
      [&](const db::Row& row) {
        message.call = CallData{row.Str(0), row.Str(1), absl::Microseconds(row.Int(2))};
      });
}

absl::Status LoadAttachments(db::Session& session, Message& message) {
  return session.Query(
      "SELECT upload_id, file_name, content_type, size FROM message_attachment "
      "WHERE seq = ? ORDER BY position",
      {message.sequence}, [&](const db::Row& row) {
        message.attachments.push_back({UploadId(row.Text(0)), row.Str(1), row.Str(2), row.Int(3)});
      });
}

}  // namespace

absl::StatusOr<std::optional<MessageRef>> SqlStore::FindExternal(const TenantId& tenant,
                                                                 Channel channel,
                                                                 std::string_view external_id) {
  std::optional<MessageRef> ref;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT t.id, m.number FROM message m JOIN ticket t ON t.no = m.ticket_no "
      "WHERE m.tenant = ? AND m.channel = ? AND m.external_id = ? AND m.external_id <> ''",
      {tenant.value(), channel, external_id}, [&](const db::Row& row) {
        ref = MessageRef{TicketId(row.Text(0)), static_cast<int>(row.Int(1))};
      }));
  return ref;
}

absl::Status SqlStore::InsertMessage(const Ticket& ticket, Message& message) {
  const int64_t parts = PartsOf(message);
  HUIYIN_ASSIGN_OR_RETURN(
      message.sequence,
      session_.Insert(
          "INSERT INTO message (ticket_no, number, tenant, author, author_id, is_public, channel, "
          "external_user_id, external_id, body, language, rating, answers, parts, sent_at, "
          "created_at) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
          "ON CONFLICT DO NOTHING",
          "seq",
          {message.ticket_no, message.number, ticket.tenant.value(), message.author,
           message.author_id, message.is_public, message.identity.channel,
           message.identity.external_user_id, message.external_id, message.body, message.language,
           message.rating, message.answers, parts, message.sent_at, message.created_at}));
  if (message.sequence == 0) return absl::AbortedError("the message was stored meanwhile");
  if (parts != 0) HUIYIN_RETURN_IF_ERROR(InsertParts(message));
  return search_.Add(session_, ticket, message);
}

absl::Status SqlStore::InsertParts(const Message& message) {
  if (message.form.has_value()) {
    const std::string tags = absl::StrJoin(message.form->type_tags, "\n");
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute(
                "INSERT INTO message_form (seq, customer_name, order_number, type_tags) "
                "VALUES (?, ?, ?, ?)",
                {message.sequence, message.form->customer_name, message.form->order_number, tags})
            .status());
  }
  if (message.call.has_value()) {
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute("INSERT INTO message_call (seq, caller, recording_url, duration) "
                     "VALUES (?, ?, ?, ?)",
                     {message.sequence, message.call->caller, message.call->recording_url,
                      absl::ToInt64Microseconds(message.call->duration)})
            .status());
  }
  for (size_t i = 0; i < message.attachments.size(); ++i) {
    const Attachment& attachment = message.attachments[i];
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute("INSERT INTO message_attachment (seq, position, upload_id, file_name, "
                     "content_type, size) VALUES (?, ?, ?, ?, ?, ?)",
                     {message.sequence, i, attachment.upload.value(), attachment.file_name,
                      attachment.content_type, attachment.size})
            .status());
  }
  return absl::OkStatus();
}

absl::Status SqlStore::LoadParts(std::vector<Message>& messages,
                                 const std::vector<int64_t>& parts) {
  for (size_t i = 0; i < messages.size(); ++i) {
    if (parts[i] & kForm) HUIYIN_RETURN_IF_ERROR(LoadForm(session_, messages[i]));
    if (parts[i] & kCall) HUIYIN_RETURN_IF_ERROR(LoadCall(session_, messages[i]));
    if (parts[i] & kAttachments) HUIYIN_RETURN_IF_ERROR(LoadAttachments(session_, messages[i]));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Message>> SqlStore::QueryMessages(std::string_view sql,
                                                             db::Values args) {
  std::vector<Message> messages;
  std::vector<int64_t> parts;
  HUIYIN_RETURN_IF_ERROR(session_.Query(sql, args, [&](const db::Row& row) {
    messages.push_back(ReadMessage(row));
    parts.push_back(row.Int(13));
  }));
  HUIYIN_RETURN_IF_ERROR(LoadParts(messages, parts));
  return messages;
}

absl::StatusOr<std::optional<Message>> SqlStore::FindMessage(int64_t ticket_no, int number) {
  const db::Value args[] = {ticket_no, number};
  HUIYIN_ASSIGN_OR_RETURN(
      std::vector<Message> messages,
      QueryMessages(SELECT_MESSAGE "WHERE m.ticket_no = ? AND m.number = ?", args));
  if (messages.empty()) return std::nullopt;
  return std::move(messages.front());
}

absl::StatusOr<std::optional<MessageInTicket>> SqlStore::FindMessageInTicket(
    const TenantId& tenant, const MessageRef& ref) {
  std::vector<Message> messages;
  std::vector<int64_t> parts;
  MessageInTicket found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT " MESSAGE_COLUMNS
      ", t.customer_id, t.order_id, t.product_id, t.subject, t.created_at, t.reopened_count "
      "FROM ticket t JOIN message m ON m.ticket_no = t.no WHERE t.tenant = ? AND t.id = ? "
      "AND m.number = ?",
      {tenant.value(), ref.ticket.value(), ref.number}, [&](const db::Row& row) {
        messages.push_back(ReadMessage(row));
        parts.push_back(row.Int(13));
        found.customer = CustomerId(row.Text(17));
        found.order = OrderId(row.Text(18));
        found.product = ProductId(row.Text(19));
        found.subject = row.Str(20);
        found.ticket_created_at = row.Time(21);
        found.reopened_count = static_cast<int>(row.Int(22));
      }));
  if (messages.empty()) return std::nullopt;
  HUIYIN_RETURN_IF_ERROR(LoadParts(messages, parts));
  found.message = std::move(messages.front());
  return found;
}

absl::StatusOr<std::vector<Message>> SqlStore::ListMessages(std::span<const int64_t> ticket_nos,
                                                            int64_t after, int limit) {
  std::vector<Message> all;
  // Within a ticket numbers and sequences rise together.
  for (const int64_t no : ticket_nos) {
    const db::Value args[] = {no, after, limit};
    HUIYIN_ASSIGN_OR_RETURN(
        std::vector<Message> messages,
        QueryMessages(
            SELECT_MESSAGE "WHERE m.ticket_no = ? AND m.seq > ? ORDER BY m.number LIMIT ?", args));
    std::move(messages.begin(), messages.end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end(),
            [](const Message& a, const Message& b) { return a.sequence < b.sequence; });
  if (all.size() > static_cast<size_t>(limit)) all.resize(limit);
  return all;
}

absl::StatusOr<std::optional<Message>> SqlStore::LastCustomerMessage(
    std::span<const int64_t> ticket_nos) {
  std::optional<Message> last;
  for (const int64_t no : ticket_nos) {
    const db::Value args[] = {no, Author::kCustomer};
    HUIYIN_ASSIGN_OR_RETURN(std::vector<Message> messages,
                            QueryMessages(SELECT_MESSAGE "WHERE m.ticket_no = ? AND m.author = ? "
                                                         "ORDER BY m.number DESC LIMIT 1",
                                          args));
    if (messages.empty()) continue;
    if (!last.has_value() || last->sequence < messages.front().sequence) {
      last = std::move(messages.front());
    }
  }
  return last;
}

absl::Status SqlStore::InsertStateChange(const StateChange& change) {
  return session_
      .Execute(
          "INSERT INTO state_change (ticket_no, from_state, to_state, actor, at) "
          "VALUES (?, ?, ?, ?, ?)",
          {change.ticket_no, change.from, change.to, change.actor, change.at})
      .status();
}

absl::StatusOr<std::vector<Message>> SqlStore::TimelineMessages(const TenantId& tenant,
                                                                const CustomerId& customer,
                                                                const TimelinePosition& before,
                                                                int limit) {
  // At the same time, changes of state come first: all messages of that time are still to come.
  const int64_t below = before.is_change ? std::numeric_limits<int64_t>::max() : before.sequence;
  const db::Value args[] = {tenant.value(), customer.value(), before.time, below, limit};
  return QueryMessages(SELECT_MESSAGE
                       "WHERE t.tenant = ? AND t.customer_id = ? AND t.customer_id <> '' "
                       "AND (m.sent_at, m.seq) < (?, ?) "
                       "ORDER BY m.sent_at DESC, m.seq DESC LIMIT ?",
                       args);
}

absl::StatusOr<std::vector<StateChange>> SqlStore::TimelineChanges(const TenantId& tenant,
                                                                   const CustomerId& customer,
                                                                   const TimelinePosition& before,
                                                                   int limit) {
  const int64_t below = before.is_change ? before.sequence : 0;
  std::vector<StateChange> changes;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT c.seq, c.ticket_no, c.from_state, c.to_state, c.actor, c.at, t.id "
      "FROM state_change c JOIN ticket t ON t.no = c.ticket_no "
      "WHERE t.tenant = ? AND t.customer_id = ? AND t.customer_id <> '' "
      "AND (c.at, c.seq) < (?, ?) ORDER BY c.at DESC, c.seq DESC LIMIT ?",
      {tenant.value(), customer.value(), before.time, below, limit}, [&](const db::Row& row) {
        changes.push_back({.sequence = row.Int(0),
                           .ticket = TicketId(row.Text(6)),
                           .ticket_no = row.Int(1),
                           .from = static_cast<State>(row.Int(2)),
                           .to = static_cast<State>(row.Int(3)),
                           .actor = row.Str(4),
                           .at = row.Time(5)});
      }));
  return changes;
}

}  // namespace huiyin::ingest
