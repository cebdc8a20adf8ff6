// huiyinctl ticket: answering and changing.
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/ctl/ticket_view.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::ingest::v1;
using Stub = pb::TicketService::Stub;

std::string Name(const std::string& id) { return ResourceName("-", "tickets", id); }

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::Ticket>& ticket) {
  if (!ticket.ok()) return ticket.status();
  if (!ctl.PrintedAsJson(*ticket)) PrintTicket(ctl, *ticket);
  return absl::OkStatus();
}

// --- reply, note --------------------------------------------------------------------------------

struct Reply {
  std::string ticket, text, agent, answers;
  bool internal = false, customer = false;
};

void Declare(CLI::App& app, Reply& a) {
  app.add_option("ticket", a.ticket, "Id or resource name")->required();
  app.add_option("text", a.text, "What is said")->required();
  app.add_option("--agent", a.agent, "Who answers (default: the token's subject)");
  app.add_option("--answers", a.answers, "Message answered (default: the customer's last)");
  app.add_flag("--internal", a.internal, "A note that no customer sees");
  app.add_flag("--customer", a.customer, "The customer says it, not an agent");
}

absl::Status Run(Ctl& ctl, const Reply& a) {
  pb::AppendMessageRequest request;
  request.set_request_id(ctl.NewId());
  request.set_ticket(Name(a.ticket));
  request.set_author(a.customer ? pb::AUTHOR_KIND_CUSTOMER : pb::AUTHOR_KIND_AGENT);
  request.set_author_id(a.agent);
  request.set_internal(a.internal);
  request.set_body(a.text);
  request.set_answers_message_id(a.answers);
  HUIYIN_ASSIGN_OR_RETURN(const auto response,
                          client::Call(ctl.connection(), &Stub::AppendMessage, request));
  if (ctl.PrintedAsJson(response)) return absl::OkStatus();
  ctl.out << Label(response.outcome()) << ": ticket " << response.ticket().id() << " is "
          << Label(response.ticket().state()) << '\n';
  PrintMessage(ctl, response.message());
  return absl::OkStatus();
}

// --- update -------------------------------------------------------------------------------------

struct Update {
  std::string ticket, subject, customer, order, product, assignee, etag;
  pb::TicketState state = pb::TICKET_STATE_UNSPECIFIED;
  const CLI::App* app = nullptr;
};

void Declare(CLI::App& app, Update& a) {
  a.app = &app;
  app.add_option("ticket", a.ticket, "Id or resource name")->required();
  app.add_option("--subject", a.subject, "One line on what it is about");
  app.add_option("--customer", a.customer, "Customer");
  app.add_option("--order", a.order, "Order");
  app.add_option("--product", a.product, "Product");
  app.add_option("--assignee", a.assignee, "Agent who works on it; \"\" for nobody");
  EnumOption(app, "--state", a.state, "open, pending_customer or pending_internal");
  app.add_option("--etag", a.etag, "Only if it has not changed since");
}

absl::Status Run(Ctl& ctl, const Update& a) {
  pb::UpdateTicketRequest request;
  request.set_request_id(ctl.NewId());
  pb::Ticket& ticket = *request.mutable_ticket();
  ticket.set_name(Name(a.ticket));
  ticket.set_etag(a.etag);
  ticket.set_subject(a.subject);
  ticket.set_customer_id(a.customer);
  ticket.set_order_id(a.order);
  ticket.set_product_id(a.product);
  ticket.set_assignee(a.assignee);
  ticket.set_state(a.state);
  static constexpr std::pair<const char*, const char*> kFields[] = {
      {"--subject", "subject"},    {"--customer", "customer_id"}, {"--order", "order_id"},
      {"--product", "product_id"}, {"--assignee", "assignee"},    {"--state", "state"}};
  for (const auto& [option, field] : kFields) {
    if (a.app->count(option) > 0) request.mutable_update_mask()->add_paths(field);
  }
  if (request.update_mask().paths().empty()) return BadUsage("give at least one field to change");
  return Show(ctl, client::Call(ctl.connection(), &Stub::UpdateTicket, request));
}

// --- resolve, close, reopen, unmerge ------------------------------------------------------------

struct Named {
  std::string ticket, etag;
};

void Declare(CLI::App& app, Named& a) {
  app.add_option("ticket", a.ticket, "Id or resource name")->required();
  app.add_option("--etag", a.etag, "Only if it has not changed since");
}

template <class Request>
Request Fill(Ctl& ctl, const Named& a) {
  Request request;
  request.set_request_id(ctl.NewId());
  request.set_name(Name(a.ticket));
  if constexpr (requires { request.set_etag(a.etag); }) request.set_etag(a.etag);
  return request;
}

absl::Status Resolve(Ctl& ctl, const Named& a) {
  return Show(ctl, client::Call(ctl.connection(), &Stub::ResolveTicket,
                                Fill<pb::ResolveTicketRequest>(ctl, a)));
}
absl::Status Close(Ctl& ctl, const Named& a) {
  return Show(ctl, client::Call(ctl.connection(), &Stub::CloseTicket,
                                Fill<pb::CloseTicketRequest>(ctl, a)));
}
absl::Status Reopen(Ctl& ctl, const Named& a) {
  return Show(ctl, client::Call(ctl.connection(), &Stub::ReopenTicket,
                                Fill<pb::ReopenTicketRequest>(ctl, a)));
}
absl::Status Unmerge(Ctl& ctl, const Named& a) {
  return Show(ctl, client::Call(ctl.connection(), &Stub::UnmergeTicket,
                                Fill<pb::UnmergeTicketRequest>(ctl, a)));
}

// --- snooze -------------------------------------------------------------------------------------

struct Snooze {
  std::string ticket, span, until;
};

void Declare(CLI::App& app, Snooze& a) {
  app.add_option("ticket", a.ticket, "Id or resource name")->required();
  auto* span = app.add_option("--for", a.span, "How long: 90m, 24h, 7d");
  app.add_option("--until", a.until, "Until when: 2026-12-01, 2026-12-01T09:00:00+08:00")
      ->excludes(span);
}

absl::Status Run(Ctl& ctl, const Snooze& a) {
  pb::SnoozeTicketRequest request;
  request.set_request_id(ctl.NewId());
  request.set_name(Name(a.ticket));
  if (!a.span.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const auto span, ParseSpan(a.span));
    *request.mutable_snooze_until() = FromTime(ctl.clock.Now() + span);
  } else if (!a.until.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_snooze_until(), ParseTime(a.until, ctl.clock.Now()));
  } else {
    return BadUsage("give --for or --until");
  }
  return Show(ctl, client::Call(ctl.connection(), &Stub::SnoozeTicket, request));
}

// --- merge --------------------------------------------------------------------------------------

struct Merge {
  std::string target;
  std::vector<std::string> sources;
  bool different_customers = false;
};

void Declare(CLI::App& app, Merge& a) {
  app.add_option("target", a.target, "Ticket that carries on")->required();
  app.add_option("sources", a.sources, "Tickets to fold in")->required();
  app.add_flag("--allow-different-customers", a.different_customers,
               "Even when they belong to different customers");
}

absl::Status Run(Ctl& ctl, const Merge& a) {
  pb::MergeTicketsRequest request;
  request.set_request_id(ctl.NewId());
  request.set_target(Name(a.target));
  for (const std::string& source : a.sources) request.add_sources(Name(source));
  request.set_allow_different_customers(a.different_customers);
  HUIYIN_ASSIGN_OR_RETURN(const auto response,
                          client::Call(ctl.connection(), &Stub::MergeTickets, request));
  if (ctl.PrintedAsJson(response)) return absl::OkStatus();
  PrintTicket(ctl, response.target());
  return absl::OkStatus();
}

}  // namespace

void AddTicketChanges(CLI::App& ticket, Ctl& ctl) {
  Command<Reply>(ticket, ctl, "reply", "Answer, or leave a note", Declare, Run);
  Command<Update>(ticket, ctl, "update", "Change fields, hand over to an agent", Declare, Run);
  Command<Named>(ticket, ctl, "resolve", "Mark as answered", Declare, Resolve);
  Command<Named>(ticket, ctl, "close", "Close a resolved ticket", Declare, Close);
  Command<Named>(ticket, ctl, "reopen", "Take up again", Declare, Reopen);
  Command<Snooze>(ticket, ctl, "snooze", "Put off", Declare, Run);
  Command<Merge>(ticket, ctl, "merge", "Fold tickets into one", Declare, Run);
  Command<Named>(ticket, ctl, "unmerge", "Take a merged ticket out again", Declare, Unmerge);
}

}  // namespace huiyin::ctl
