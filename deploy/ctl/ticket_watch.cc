// huiyinctl ticket watch: tickets as they change, until Ctrl-C.
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/ctl/ticket_view.h"
#include "deploy/terminal/text.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::ingest::v1;
namespace common = huiyin::common::v1;

constexpr absl::Duration kPatience = absl::Seconds(60);

struct Watch {
  std::vector<pb::TicketState> states;
  std::vector<common::Category> categories;
  std::vector<common::Priority> priorities;
  std::vector<common::Channel> channels;
  std::string resume;
  double seconds = 86400;
  int limit = 0;
};

void Declare(CLI::App& app, Watch& a) {
  EnumsOption(app, "--state", a.states, "States");
  EnumsOption(app, "--category", a.categories, "Categories");
  EnumsOption(app, "--priority", a.priorities, "Priorities");
  EnumsOption(app, "--channel", a.channels, "Channels");
  app.add_option("--resume", a.resume, "Go on after this token (printed with --json)");
  app.add_option("--for", a.seconds, "Seconds to watch (default: a day)")
      ->check(CLI::PositiveNumber);
  app.add_option("-n,--limit", a.limit, "Stop after this many changes")->check(CLI::PositiveNumber);
}

void PrintLine(Ctl& ctl, const pb::Ticket& ticket) {
  const pb::Triage& triage = ticket.triage();
  ctl.out << TimeText(ticket.update_time()) << "  " << ticket.id() << "  " << Label(ticket.state())
          << "  "
          << (triage.decision_id().empty()
                  ? "…"
                  : Label(triage.priority()) + " " + Label(triage.category()))
          << "  " << Label(ticket.channel()) << "  "
          << terminal::OneLine(ticket.customer_id().empty() ? ticket.external_user_id()
                                                            : ticket.customer_id())
          << std::endl;
}

absl::Status Run(Ctl& ctl, const Watch& a) {
  pb::WatchTicketsRequest request;
  request.set_resume_token(a.resume);
  auto& filter = *request.mutable_filter();
  for (const auto state : a.states) filter.add_states(state);
  for (const auto category : a.categories) filter.add_categories(category);
  for (const auto priority : a.priorities) filter.add_priorities(priority);
  for (const auto channel : a.channels) filter.add_channels(channel);
  const absl::Time end = ctl.clock.Now() + absl::Seconds(a.seconds);
  absl::Time last_word = absl::InfinitePast();
  int seen = 0;
  bool enough = false, greeted = false;
  while (!enough) {
    const absl::Status status =
        client::Stream(ctl.connection(), &pb::TicketService::Stub::WatchTickets, request,
                       end - ctl.clock.Now(), [&](const pb::WatchTicketsResponse& answer) {
                         last_word = ctl.clock.Now();
                         request.set_resume_token(answer.resume_token());
                         if (!greeted && !ctl.json)
                           ctl.err << "Watching; Ctrl-C ends it." << std::endl;
                         greeted = true;
                         // Signs of life carry a resume token, so programs get them too.
                         if (!ctl.PrintedAsJson(answer, true) && answer.has_ticket()) {
                           PrintLine(ctl, answer.ticket());
                         }
                         ctl.out.flush();
                         if (!answer.has_ticket()) return true;
                         enough = a.limit > 0 && ++seen >= a.limit;
                         return !enough;
                       });
    if (enough || ctl.clock.Now() >= end || absl::IsDeadlineExceeded(status)) break;
    // A restarting server ends the stream; the token goes on where it was.
    if (!status.ok() && (!absl::IsUnavailable(status) || ctl.clock.Now() - last_word > kPatience)) {
      return status;
    }
    absl::SleepFor(absl::Seconds(1));
  }
  return absl::OkStatus();
}

}  // namespace

void AddTicketWatch(CLI::App& ticket, Ctl& ctl) {
  Command<Watch>(ticket, ctl, "watch", "Tickets as they change, until Ctrl-C", Declare, Run);
}

}  // namespace huiyin::ctl
