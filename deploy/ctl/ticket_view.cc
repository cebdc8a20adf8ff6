#include "deploy/ctl/ticket_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/text.h"
#include "huiyin/ingest/v1/ticket.pb.h"

namespace huiyin::ctl {

namespace pb = huiyin::ingest::v1;
using terminal::Tone;

namespace {

Tone ToneOf(huiyin::common::v1::Priority priority) {
  switch (priority) {
    case huiyin::common::v1::PRIORITY_P1:
      return Tone::kBad;
    case huiyin::common::v1::PRIORITY_P2:
      return Tone::kWarn;
    default:
      return Tone::kPlain;
  }
}

// "logistics", "logistics ?" when a person must look, "…" before the decision.
std::string CategoryText(const pb::Triage& triage) {
  if (triage.decision_id().empty()) return "…";
  return Label(triage.category()) + (triage.needs_review() ? " ?" : "");
}

}  // namespace

terminal::Table TicketTable() {
  return terminal::Table({{"ticket"},
                          {"created"},
                          {"state"},
                          {"prio"},
                          {"category"},
                          {"lang"},
                          {"channel"},
                          {"customer"},
                          {"msgs", true},
                          {"about"}});
}

void AddTicket(terminal::Table& table, const pb::Ticket& ticket, const std::string& text) {
  const pb::Triage& triage = ticket.triage();
  const std::string order =
      absl::StrCat(ticket.order_id(), ticket.order_id().empty() ? "" : " ", ticket.product_id());
  table.Add({ticket.id(),
             TimeText(ticket.create_time()),
             Label(ticket.state()),
             {Label(triage.priority()), ToneOf(triage.priority())},
             CategoryText(triage),
             triage.language(),
             Label(ticket.channel()),
             ticket.customer_id().empty() ? ticket.external_user_id() : ticket.customer_id(),
             std::to_string(ticket.message_count()),
             !text.empty() ? text : (ticket.subject().empty() ? order : ticket.subject())});
}

void PrintTicket(Ctl& ctl, const pb::Ticket& ticket) {
  const pb::Triage& triage = ticket.triage();
  ctl.Print(Ctl::Facts{
      {"ticket", ticket.id()},
      {"state", Label(ticket.state())},
      {"subject", ticket.subject()},
      {"customer", ticket.customer_id()},
      {"came by", absl::StrCat(Label(ticket.channel()), " ", ticket.external_user_id())},
      {"order", ticket.order_id()},
      {"product", ticket.product_id()},
      {"rating", ticket.rating() == 0 ? "" : absl::StrCat(ticket.rating(), " of 5")},
      {"category", CategoryText(triage)},
      {"second", Label(triage.second_category())},
      {"priority", Label(triage.priority())},
      {"sentiment", Label(triage.sentiment())},
      {"urgency", Label(triage.urgency())},
      {"language", triage.language()},
      {"queue", triage.queue()},
      {"assignee", ticket.assignee()},
      {"messages", std::to_string(ticket.message_count())},
      {"reopened", ticket.reopened_count() == 0 ? "" : absl::StrCat(ticket.reopened_count(), "×")},
      {"merged into", BareId(ticket.merged_into())},
      {"follows", BareId(ticket.follows())},
      {"created", TimeText(ticket.create_time())},
      {"waiting since", TimeText(ticket.waiting_since())},
      {"first response", TimeText(ticket.first_response_time())},
      {"resolved", TimeText(ticket.resolve_time())},
      {"closed", TimeText(ticket.close_time())},
      {"snoozed until", TimeText(ticket.snoozed_until())},
      {"etag", ticket.etag()},
  });
}

void PrintMessage(Ctl& ctl, const pb::Message& message) {
  std::string head = absl::StrCat(TimeText(message.sent_time()), "  ", Label(message.author()));
  if (!message.author_id().empty()) absl::StrAppend(&head, " ", message.author_id());
  absl::StrAppend(&head, message.public_() ? "" : " (internal)");
  if (!message.external_user_id().empty()) {
    absl::StrAppend(&head, ", ", Label(message.channel()), " ", message.external_user_id());
  }
  if (message.rating() > 0) absl::StrAppend(&head, ", ", message.rating(), " of 5 stars");
  ctl.out << terminal::Paint(ctl.style, Tone::kDim, head) << "\n  "
          << terminal::OneLine(message.body()) << '\n';
  if (message.has_form() && message.form().type_tags_size() > 0) {
    ctl.out << "  form: " << absl::StrJoin(message.form().type_tags(), ", ") << '\n';
  }
  if (message.has_call()) {
    ctl.out << "  call from " << terminal::OneLine(message.call().caller()) << '\n';
  }
  for (const auto& attachment : message.attachments()) {
    ctl.out << "  file: " << terminal::OneLine(attachment.file_name()) << ' '
            << BareId(attachment.upload()) << '\n';
  }
}

}  // namespace huiyin::ctl
