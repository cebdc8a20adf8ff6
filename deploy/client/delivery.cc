#include "deploy/client/delivery.h"

#include <array>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "deploy/client/call.h"
#include "huiyin/ops/v1/delivery_service.grpc.pb.h"

namespace huiyin::client {
namespace {

namespace pb = huiyin::ops::v1;

constexpr absl::Duration kPause = absl::Milliseconds(250);

struct Subscription {
  std::string_view service, topic;
};

// Who reads what (ARCHITECTURE.md). Written down here so that a reader that has seen nothing at all
// is missed.
constexpr std::array<Subscription, 15> kSubscriptions = {{{"triage", "ticket"},
                                                          {"triage", "order"},
                                                          {"triage", "customer"},
                                                          {"ingest", "decision"},
                                                          {"survey", "ticket"},
                                                          {"survey", "decision"},
                                                          {"survey", "order"},
                                                          {"survey", "rma"},
                                                          {"survey", "customer"},
                                                          {"analytics", "ticket"},
                                                          {"analytics", "decision"},
                                                          {"analytics", "order"},
                                                          {"analytics", "rma"},
                                                          {"analytics", "survey"},
                                                          {"analytics", "customer"}}};

std::map<std::pair<std::string, std::string>, int64_t> CountsOf(const Delivery& delivery) {
  std::map<std::pair<std::string, std::string>, int64_t> counts;
  for (const auto& [topic, written] : delivery.written) counts[{"", topic}] = written;
  for (const Reading& reading : delivery.readings) {
    counts[{reading.service, reading.topic}] = reading.seen;
  }
  return counts;
}

}  // namespace

int64_t Delivery::Missing() const {
  int64_t missing = 0;
  for (const Reading& reading : readings) {
    const auto it = written.find(reading.topic);
    missing += std::max<int64_t>(0, (it == written.end() ? 0 : it->second) - reading.seen);
  }
  return missing;
}

int64_t Delivery::Parked() const {
  int64_t parked = 0;
  for (const Reading& reading : readings) parked += reading.parked;
  return parked;
}

absl::StatusOr<Delivery> GetDelivery(Connection& connection) {
  Delivery delivery;
  std::map<std::pair<std::string, std::string>, pb::SeenTopic> seen;
  for (const std::string& service : Services()) {
    HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                            CallAt(connection, service, &pb::DeliveryService::Stub::GetDelivery,
                                   pb::GetDeliveryRequest()));
    for (const auto& topic : answer.written()) {
      delivery.written[topic.topic()] = topic.written();
      delivery.written_by[topic.topic()] = service;
    }
    for (const auto& topic : answer.seen()) seen[{service, topic.topic()}] = topic;
  }
  for (const Subscription& subscription : kSubscriptions) {
    Reading reading{std::string(subscription.service), std::string(subscription.topic)};
    const auto it = seen.find({reading.service, reading.topic});
    if (it != seen.end()) {
      reading.seen = it->second.seen();
      reading.parked = it->second.parked();
    }
    delivery.readings.push_back(std::move(reading));
  }
  return delivery;
}

absl::StatusOr<Delivery> WaitUntilDelivered(Connection& connection, absl::Duration timeout,
                                            const std::function<void(const Delivery&)>& watch) {
  const absl::Time deadline = connection.clock().Now() + timeout;
  Delivery before;
  for (;;) {
    HUIYIN_ASSIGN_OR_RETURN(Delivery now, GetDelivery(connection));
    watch(now);
    if (now.Missing() == 0 && !now.written.empty() && CountsOf(now) == CountsOf(before)) return now;
    if (connection.clock().Now() > deadline) {
      std::vector<std::string> late;
      for (const Reading& reading : now.readings) {
        const int64_t written = now.written[reading.topic];
        if (reading.seen < written) {
          late.push_back(absl::StrCat(reading.service, " has seen ", reading.seen, " of ", written,
                                      " events of topic ", reading.topic));
        }
      }
      return Error(absl::StatusCode::kDeadlineExceeded, "NOT_SETTLED",
                   late.empty() ? "events keep coming" : absl::StrJoin(late, "; "));
    }
    before = std::move(now);
    absl::SleepFor(kPause);
  }
}

}  // namespace huiyin::client
