// huiyinctl ticket: taking in, reading and finding.
#include <iostream>
#include <iterator>

#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/ctl/ticket_view.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::ingest::v1;
namespace common = huiyin::common::v1;
using Stub = pb::TicketService::Stub;

constexpr int kMaxPage = 200;

// --- create -------------------------------------------------------------------------------------

struct Create {
  common::Channel channel = common::CHANNEL_API;
  std::string text, user, customer, external_id, subject, language, order, product, name, caller,
      recording, request_id;
  std::vector<std::string> tags, files;
  uint32_t rating = 0;
};

void Declare(CLI::App& app, Create& a) {
  EnumOption(app, "--channel", a.channel, "Where it came in (default api)");
  app.add_option("--text", a.text, "What was said; \"-\" reads standard input")->required();
  app.add_option("--user", a.user, "Id of the customer on the channel; without it anonymous");
  app.add_option("--customer", a.customer, "Customer, when known");
  app.add_option("--external-id", a.external_id, "The channel's id of the message");
  app.add_option("--subject", a.subject, "One line on what it is about");
  app.add_option("--language", a.language, "BCP 47, when known");
  app.add_option("--order", a.order, "Order it is about");
  app.add_option("--product", a.product, "Product it is about");
  app.add_option("--rating", a.rating, "Stars of a review, 1-5");
  app.add_option("--name", a.name, "Form: name the customer gave");
  app.add_option("--tag", a.tags, "Form: what was ticked; repeatable")->delimiter(',');
  app.add_option("--caller", a.caller, "Phone: number of the caller");
  app.add_option("--recording", a.recording, "Phone: URL of the recording");
  app.add_option("--file", a.files,
                 "Name of a file sent along, or of a finished upload; repeatable");
  app.add_option("--request-id", a.request_id, "UUID; the same one again changes nothing");
  app.footer(
      "Example: huiyinctl ticket create --channel review --product P-KET15 --rating 1 "
      "--text \"漏水，还有糊味\"");
}

void SetContent(const Create& a, const std::string& text, pb::Feedback& feedback) {
  switch (a.channel) {
    case common::CHANNEL_FORM: {
      auto& form = *feedback.mutable_form();
      form.set_description(text);
      form.mutable_fields()->set_customer_name(a.name);
      form.mutable_fields()->set_order_number(a.order);
      for (const auto& tag : a.tags) form.mutable_fields()->add_type_tags(tag);
      break;
    }
    case common::CHANNEL_PHONE: {
      auto& call = *feedback.mutable_call();
      call.set_transcript(text);
      call.mutable_data()->set_caller(a.caller.empty() ? a.user : a.caller);
      call.mutable_data()->set_recording_url(a.recording);
      break;
    }
    case common::CHANNEL_REVIEW:
      feedback.mutable_review()->set_text(text);
      feedback.mutable_review()->set_rating(a.rating);
      break;
    default:
      feedback.set_text(text);
  }
}

absl::Status Run(Ctl& ctl, const Create& a) {
  std::string text = a.text;
  if (text == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  pb::CreateTicketRequest request;
  request.set_request_id(a.request_id.empty() ? ctl.NewId() : a.request_id);
  pb::Feedback& feedback = *request.mutable_feedback();
  feedback.set_channel(a.channel);
  feedback.set_external_user_id(a.user);
  feedback.set_customer_id(a.customer);
  feedback.set_external_message_id(a.external_id);
  feedback.set_subject(a.subject);
  feedback.set_language(a.language);
  feedback.set_order_id(a.order);
  feedback.set_product_id(a.product);
  SetContent(a, text, feedback);
  for (const std::string& file : a.files) {
    auto& attachment = *feedback.add_attachments();
    (file.find("/uploads/") == std::string::npos ? *attachment.mutable_file_name()
                                                 : *attachment.mutable_upload()) = file;
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto response,
                          client::Call(ctl.connection(), &Stub::CreateTicket, request));
  if (ctl.PrintedAsJson(response)) return absl::OkStatus();
  ctl.out << Label(response.outcome()) << ": " << response.ticket().id() << "  (message "
          << response.message_id() << ")\n"
          << "huiyinctl ticket get " << response.ticket().id() << " shows what is decided.\n";
  return absl::OkStatus();
}

// --- get ----------------------------------------------------------------------------------------

struct Get {
  std::string ticket;
  bool no_messages = false;
};

void Declare(CLI::App& app, Get& a) {
  app.add_option("ticket", a.ticket, "Id or resource name")->required();
  app.add_flag("--no-messages", a.no_messages, "Only the ticket itself");
}

absl::Status Run(Ctl& ctl, const Get& a) {
  const std::string name = ResourceName("-", "tickets", a.ticket);
  pb::GetTicketRequest request;
  request.set_name(name);
  HUIYIN_ASSIGN_OR_RETURN(const auto ticket,
                          client::Call(ctl.connection(), &Stub::GetTicket, request));
  if (ctl.PrintedAsJson(ticket)) return absl::OkStatus();
  PrintTicket(ctl, ticket);
  if (a.no_messages) return absl::OkStatus();
  pb::ListMessagesRequest messages;
  messages.set_parent(name);
  do {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::ListMessages, messages));
    for (const auto& message : page.messages()) {
      ctl.out << '\n';
      PrintMessage(ctl, message);
    }
    messages.set_page_token(page.next_page_token());
  } while (!messages.page_token().empty());
  return absl::OkStatus();
}

// --- list and search ----------------------------------------------------------------------------

struct Filter {
  std::vector<pb::TicketState> states;
  std::vector<common::Category> categories;
  std::vector<common::Priority> priorities;
  std::vector<common::Channel> channels;
  std::string queue, assignee, customer, from, before;
  bool needs_review = false;
  int limit = 50;
};

void DeclareFilter(CLI::App& app, Filter& f) {
  EnumsOption(app, "--state", f.states, "States");
  EnumsOption(app, "--category", f.categories, "Categories, first or second");
  EnumsOption(app, "--priority", f.priorities, "Priorities");
  EnumsOption(app, "--channel", f.channels, "Channels");
  app.add_option("--queue", f.queue, "Queue");
  app.add_option("--assignee", f.assignee, "Agent; \"-\" for tickets that nobody works on");
  app.add_option("--customer", f.customer, "Customer");
  app.add_option("--from", f.from, "Created at or after: 2026-11-22, 24h, 7d");
  app.add_option("--before", f.before, "Created before");
  app.add_flag("--needs-review", f.needs_review, "Only those a person must look at");
  app.add_option("-n,--limit", f.limit, "At most this many (default 50)")
      ->check(CLI::PositiveNumber);
}

absl::Status Fill(const Ctl& ctl, const Filter& f, pb::TicketFilter& filter) {
  for (const auto state : f.states) filter.add_states(state);
  for (const auto category : f.categories) filter.add_categories(category);
  for (const auto priority : f.priorities) filter.add_priorities(priority);
  for (const auto channel : f.channels) filter.add_channels(channel);
  filter.set_queue(f.queue);
  filter.set_assignee(f.assignee);
  filter.set_customer_id(f.customer);
  filter.set_needs_review(f.needs_review);
  const absl::Time now = ctl.clock.Now();
  if (!f.from.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*filter.mutable_created_from(), ParseTime(f.from, now));
  }
  if (!f.before.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*filter.mutable_created_before(), ParseTime(f.before, now));
  }
  return absl::OkStatus();
}

struct List {
  Filter filter;
  std::string text;
};

void Declare(CLI::App& app, List& a) {
  DeclareFilter(app, a.filter);
  app.add_option("--text", a.text, "Words that a message of the ticket holds");
}

absl::Status Run(Ctl& ctl, const List& a) {
  pb::ListTicketsRequest request;
  HUIYIN_RETURN_IF_ERROR(Fill(ctl, a.filter, *request.mutable_filter()));
  request.mutable_filter()->set_text(a.text);
  terminal::Table table = TicketTable();
  int left = a.filter.limit;
  do {
    request.set_page_size(std::min(left, kMaxPage));
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::ListTickets, request));
    for (const auto& ticket : page.tickets()) {
      if (left-- <= 0) break;
      if (!ctl.PrintedAsJson(ticket, true)) AddTicket(table, ticket);
    }
    request.set_page_token(page.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  if (!ctl.json) ctl.Print(table, "No ticket passes this filter.");
  return absl::OkStatus();
}

struct Search {
  Filter filter;
  std::vector<std::string> words;
};

void Declare(CLI::App& app, Search& a) {
  app.add_option("words", a.words, "All of them must occur in one message")->required();
  DeclareFilter(app, a.filter);
  app.footer("Example: huiyinctl ticket search 退款 --state new,open");
}

absl::Status Run(Ctl& ctl, const Search& a) {
  pb::SearchTicketsRequest request;
  for (const std::string& word : a.words) {
    *request.mutable_query() += (request.query().empty() ? "" : " ") + word;
  }
  HUIYIN_RETURN_IF_ERROR(Fill(ctl, a.filter, *request.mutable_filter()));
  terminal::Table table = TicketTable();
  int left = a.filter.limit;
  do {
    request.set_page_size(std::min(left, kMaxPage));
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(ctl.connection(), &Stub::SearchTickets, request));
    for (const auto& match : page.matches()) {
      if (left-- <= 0) break;
      if (!ctl.PrintedAsJson(match, true)) AddTicket(table, match.ticket(), match.message().body());
    }
    request.set_page_token(page.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  if (!ctl.json) ctl.Print(table, "No message holds all of these words.");
  return absl::OkStatus();
}

// --- timeline -----------------------------------------------------------------------------------

struct Timeline {
  std::string customer;
  int limit = 50;
};

void Declare(CLI::App& app, Timeline& a) {
  app.add_option("customer", a.customer, "Customer id")->required();
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::PositiveNumber);
}

absl::Status Run(Ctl& ctl, const Timeline& a) {
  pb::ListTimelineRequest request;
  request.set_customer_id(a.customer);
  request.set_page_size(a.limit);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stub::ListTimeline, request));
  if (ctl.PrintedAsJson(page)) return absl::OkStatus();
  terminal::Table table({{"when"}, {"ticket"}, {"channel"}, {"who"}, {"what"}});
  for (const auto& entry : page.entries()) {
    if (entry.has_message()) {
      const pb::Message& message = entry.message();
      table.Add({TimeText(entry.time()), BareId(entry.ticket()), Label(message.channel()),
                 message.author_id().empty() ? Label(message.author()) : message.author_id(),
                 message.body()});
    } else {
      const auto& change = entry.state_change();
      table.Add({TimeText(entry.time()),
                 BareId(entry.ticket()),
                 "",
                 change.actor(),
                 {"→ " + Label(change.to()), terminal::Tone::kDim}});
    }
  }
  ctl.Print(table, "Nothing is known of this customer.");
  return absl::OkStatus();
}

}  // namespace

void AddTicketCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& ticket = Group(app, "ticket", "What customers say: take in, read, answer, settle");
  Command<Create>(ticket, ctl, "create", "Take in what a customer said", Declare, Run);
  Command<Get>(ticket, ctl, "get", "One ticket with its conversation", Declare, Run);
  Command<List>(ticket, ctl, "list", "Tickets, newest first", Declare, Run);
  Command<Search>(ticket, ctl, "search", "Tickets by the words in their messages", Declare, Run);
  Command<Timeline>(ticket, ctl, "timeline", "One customer across channels and tickets", Declare,
                    Run);
  AddTicketChanges(ticket, ctl);
  AddTicketImport(ticket, ctl);
  AddTicketWatch(ticket, ctl);
}

}  // namespace huiyin::ctl
