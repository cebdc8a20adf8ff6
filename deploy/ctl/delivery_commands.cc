// huiyinctl dlq and events: how events fare between the services.
#include "deploy/client/call.h"
#include "deploy/client/delivery.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/text.h"
#include "huiyin/ops/v1/dead_letter_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::ops::v1;
using Stub = pb::DeadLetterService::Stub;
using terminal::Tone;

constexpr int kPage = 500;

std::vector<std::string> Chosen(const std::string& service) {
  return service.empty() ? client::Services() : std::vector<std::string>{service};
}

CLI::Option* ServiceOption(CLI::App& app, std::string& service) {
  return app.add_option("--service", service, "Only this service (default: all)")
      ->check(CLI::IsMember(client::Services()));
}

// Calls `each` for every dead letter of a service; stops at the first error.
absl::Status ForEachLetter(Ctl& ctl, const std::string& service, const std::string& consumer,
                           const std::function<absl::Status(const pb::DeadLetter&)>& each) {
  pb::ListDeadLettersRequest request;
  request.set_consumer(consumer);
  request.set_page_size(kPage);
  do {
    HUIYIN_ASSIGN_OR_RETURN(const auto page, client::CallAt(ctl.connection(), service,
                                                            &Stub::ListDeadLetters, request));
    for (const auto& letter : page.dead_letters()) HUIYIN_RETURN_IF_ERROR(each(letter));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

// --- dlq list -----------------------------------------------------------------------------------

struct List {
  std::string service, consumer;
};

void Declare(CLI::App& app, List& a) {
  ServiceOption(app, a.service);
  app.add_option("--consumer", a.consumer, "Only of this consumer");
}

absl::Status Run(Ctl& ctl, const List& a) {
  terminal::Table table(
      {{"service"}, {"letter"}, {"parked"}, {"event"}, {"aggregate"}, {"tries", true}, {"why"}});
  for (const std::string& service : Chosen(a.service)) {
    HUIYIN_RETURN_IF_ERROR(
        ForEachLetter(ctl, service, a.consumer, [&](const pb::DeadLetter& letter) {
          if (ctl.PrintedAsJson(letter, true)) return absl::OkStatus();
          table.Add({service, letter.id(), TimeText(letter.parked_at()),
                     letter.type().substr(letter.type().rfind('.') + 1),
                     letter.topic() + " " + letter.aggregate_id(),
                     std::to_string(letter.attempts()), letter.error()});
          return absl::OkStatus();
        }));
  }
  if (!ctl.json) ctl.Print(table, "Nothing is parked: every event was handled.");
  return absl::OkStatus();
}

// --- dlq replay ---------------------------------------------------------------------------------

struct Replay {
  std::string service, letter;
  bool all = false;
};

void Declare(CLI::App& app, Replay& a) {
  app.add_option("letter", a.letter, "Id of the letter");
  app.add_option("--service", a.service, "Service that parked it")
      ->required()
      ->check(CLI::IsMember(client::Services()));
  app.add_flag("--all", a.all, "Every letter of the service");
}

absl::Status Run(Ctl& ctl, const Replay& a) {
  if (a.letter.empty() == !a.all) return BadUsage("give a letter, or --all");
  std::vector<std::string> letters;
  if (a.all) {
    HUIYIN_RETURN_IF_ERROR(ForEachLetter(ctl, a.service, "", [&](const pb::DeadLetter& letter) {
      letters.push_back(letter.id());
      return absl::OkStatus();
    }));
  } else {
    letters.push_back(a.letter);
  }
  int64_t replayed = 0;
  absl::Status last;
  for (const std::string& letter : letters) {
    pb::ReplayDeadLetterRequest request;
    request.set_id(letter);
    const auto done = client::CallAt(ctl.connection(), a.service, &Stub::ReplayDeadLetter, request);
    replayed += done.ok() ? 1 : 0;
    if (!done.ok()) {
      last = done.status();
      if (a.all)
        ctl.err << letter << ": " << terminal::OneLine(std::string(last.message())) << '\n';
    }
  }
  if (!a.all && !last.ok()) return last;
  if (ctl.json) {
    ctl.out << "{\"replayed\": " << replayed << ", \"failed\": " << letters.size() - replayed
            << "}\n";
  } else {
    ctl.out << replayed << " handled, " << letters.size() - replayed << " still parked\n";
  }
  if (!last.ok()) ctl.EndAs(kPartly);
  return absl::OkStatus();
}

// --- events -------------------------------------------------------------------------------------

struct Events {
  double wait_seconds = 0;
};

void Declare(CLI::App& app, Events& a) {
  app.add_option("--wait", a.wait_seconds,
                 "Wait at most this long until all has arrived everywhere")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber);
}

void Print(Ctl& ctl, const client::Delivery& delivery) {
  terminal::Table table({{"topic"},
                         {"from"},
                         {"to"},
                         {"written", true},
                         {"seen", true},
                         {"behind", true},
                         {"parked", true}});
  for (const client::Reading& reading : delivery.readings) {
    const auto written = delivery.written.find(reading.topic);
    const int64_t count = written == delivery.written.end() ? 0 : written->second;
    const auto by = delivery.written_by.find(reading.topic);
    table.Add(
        {reading.topic,
         by == delivery.written_by.end() ? "" : by->second,
         reading.service,
         terminal::Grouped(count),
         terminal::Grouped(reading.seen),
         {terminal::Grouped(count - reading.seen),
          count > reading.seen ? Tone::kWarn : Tone::kPlain},
         {terminal::Grouped(reading.parked), reading.parked > 0 ? Tone::kBad : Tone::kPlain}});
  }
  table.Print(ctl.out, ctl.style);
}

void PrintJson(Ctl& ctl, const client::Delivery& delivery) {
  for (const client::Reading& reading : delivery.readings) {
    const auto written = delivery.written.find(reading.topic);
    ctl.out << "{\"topic\": \"" << reading.topic << "\", \"consumer\": \"" << reading.service
            << "\", \"written\": " << (written == delivery.written.end() ? 0 : written->second)
            << ", \"seen\": " << reading.seen << ", \"parked\": " << reading.parked << "}\n";
  }
}

absl::Status Run(Ctl& ctl, const Events& a) {
  HUIYIN_ASSIGN_OR_RETURN(const client::Delivery delivery,
                          a.wait_seconds > 0 ? client::WaitUntilDelivered(
                                                   ctl.connection(), absl::Seconds(a.wait_seconds))
                                             : client::GetDelivery(ctl.connection()));
  ctl.json ? PrintJson(ctl, delivery) : Print(ctl, delivery);
  return absl::OkStatus();
}

}  // namespace

void AddDeliveryCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& dlq = Group(app, "dlq", "Events that could not be handled and were parked");
  Command<List>(dlq, ctl, "list", "What is parked, and why", Declare, Run);
  Command<Replay>(dlq, ctl, "replay", "Handle parked events again", Declare, Run);
  Command<Events>(app, ctl, "events", "Events written, seen and parked, by topic", Declare, Run);
}

}  // namespace huiyin::ctl
