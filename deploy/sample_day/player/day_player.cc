#include "deploy/sample_day/player/day_player.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "deploy/client/delivery.h"
#include "deploy/sample_day/player/desk_player.h"
#include "deploy/sample_day/player/patience.h"
#include "deploy/sample_day/player/plan.h"
#include "deploy/sample_day/player/requests.h"
#include "deploy/sample_day/player/review_player.h"
#include "deploy/sample_day/player/story_player.h"
#include "deploy/sample_day/player/survey_player.h"
#include "deploy/terminal/progress.h"
#include "deploy/terminal/text.h"
#include "huiyin/aftersales/v1/order_service.grpc.pb.h"
#include "huiyin/aftersales/v1/refund_service.grpc.pb.h"
#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::sample_day {
namespace {

namespace aftersales = huiyin::aftersales::v1;
namespace analytics = huiyin::analytics::v1;

constexpr absl::Duration kOrdersPatience = absl::Minutes(2);
constexpr absl::Duration kPause = absl::Milliseconds(100);
constexpr absl::Duration kEarlyWarning = absl::Seconds(10);

// When the day was first played is kept by its first order; so the same day is played again, not
// another one.
absl::StatusOr<absl::Time> FindPlayTime(client::Connection& connection, const Day& day) {
  if (day.orders.empty()) return absl::InvalidArgumentError("the sample day has no orders");
  const Order& first = day.orders.front();
  aftersales::GetOrderRequest request;
  request.set_name(first.order_id);
  const auto order = Patiently(connection, &aftersales::OrderService::Stub::GetOrder, request);
  if (absl::IsNotFound(order.status())) {
    return absl::FromUnixSeconds(absl::ToUnixSeconds(connection.clock().Now()));
  }
  if (!order.ok()) return order.status();
  return rpc::FromProto(order->ordered_at()) - first.ordered_at;
}

absl::Status PushOrders(client::Connection& connection, const Day& day, absl::Time play_time,
                        terminal::Progress& progress, Outcome& outcome) {
  HUIYIN_ASSIGN_OR_RETURN(const auto channel, connection.Channel("aftersales"));
  aftersales::OrderService::Stub stub(channel);
  grpc::ClientContext context;
  HUIYIN_RETURN_IF_ERROR(connection.Prepare(context, kOrdersPatience));
  const auto stream = stub.UpsertOrders(&context);
  std::thread sender([&] {
    for (const Order& order : day.orders) {
      aftersales::UpsertOrdersRequest request;
      *request.mutable_order() = ToProto(order, play_time);
      if (!stream->Write(request)) break;
    }
    stream->WritesDone();
  });
  int64_t answered = 0;
  aftersales::UpsertOrdersResponse response;
  while (stream->Read(&response)) {
    progress.Update(++answered);
    if (response.result() == aftersales::UpsertOrdersResponse::RESULT_REFUSED) {
      outcome.Failed("order " + response.order_id(),
                     absl::InvalidArgumentError(response.error_message()));
    }
  }
  sender.join();
  return rpc::FromGrpc(stream->Finish());
}

// Runs `work(0)` … `work(count - 1)` on a few threads.
void SideBySide(int threads, size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      for (size_t at = next++; at < count; at = next++) work(at);
    });
  }
  for (std::thread& worker : workers) worker.join();
}

Landmarks PlayStories(client::Connection& connection, const Day& day, const PlayOptions& options,
                      absl::Time play_time, terminal::Progress& progress, Outcome& outcome) {
  const std::vector<Story> stories = StoriesOf(day);
  std::mutex mutex;
  Landmarks landmarks;
  int64_t done = 0;
  SideBySide(options.side_by_side, stories.size(), [&](size_t at) {
    StoryPlayer player(connection, outcome, play_time);
    for (const Step& step : stories[at].steps) {
      player.Play(step);
      std::lock_guard lock(mutex);
      progress.Update(++done);
    }
    std::lock_guard lock(mutex);
    landmarks.tickets.insert(player.landmarks().tickets.begin(), player.landmarks().tickets.end());
    landmarks.rmas.insert(player.landmarks().rmas.begin(), player.landmarks().rmas.end());
  });
  return landmarks;
}

// Until no refund is with the gateway and every event was seen by everybody.
absl::Status Settle(client::Connection& connection, const PlayOptions& options,
                    terminal::Progress& progress) {
  const absl::Time deadline = connection.clock().Now() + options.settle_timeout;
  aftersales::ListRefundsRequest under_way;
  under_way.add_states(aftersales::REFUND_STATE_APPROVED);
  under_way.add_states(aftersales::REFUND_STATE_SUBMITTED);
  under_way.add_states(aftersales::REFUND_STATE_UNKNOWN);
  for (;;) {
    HUIYIN_RETURN_IF_ERROR(
        client::WaitUntilDelivered(connection, deadline - connection.clock().Now(),
                                   [&](const client::Delivery& delivery) {
                                     int64_t seen = 0;
                                     for (const auto& reading : delivery.readings) {
                                       seen += reading.seen;
                                     }
                                     progress.Update(
                                         seen, absl::StrCat(delivery.Missing(), " on their way"));
                                   })
            .status());
    HUIYIN_ASSIGN_OR_RETURN(
        const auto refunds,
        Patiently(connection, &aftersales::RefundService::Stub::ListRefunds, under_way));
    if (refunds.refunds().empty()) return absl::OkStatus();
    if (connection.clock().Now() > deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat(refunds.refunds_size(), " refunds are still with the payment gateway"));
    }
    absl::SleepFor(kPause);
  }
}

// The early warning looks at the figures every few seconds (analytics.detect_every). The day has a
// defect in it, so the summary waits for the first alert; a day without any is worth the same short
// wait.
absl::Status AwaitEarlyWarning(client::Connection& connection) {
  const absl::Time deadline = connection.clock().Now() + kEarlyWarning;
  analytics::ListAlertsRequest request;
  request.set_parent(connection.parent());
  request.set_page_size(1);
  while (connection.clock().Now() < deadline) {
    HUIYIN_ASSIGN_OR_RETURN(
        const auto alerts,
        Patiently(connection, &analytics::AnalyticsService::Stub::ListAlerts, request));
    if (!alerts.alerts().empty()) break;
    absl::SleepFor(kPause);
  }
  return absl::OkStatus();
}

// "exchange" of RMA_KIND_EXCHANGE.
std::string KindText(aftersales::RmaKind kind) {
  std::string text = aftersales::RmaKind_Name(kind).substr(std::string_view("RMA_KIND_").size());
  std::replace(text.begin(), text.end(), '_', ' ');
  return absl::AsciiStrToLower(text);
}

// Counts how the day's returns stand, by kind, and over how many countries.
void CountReturns(client::Connection& connection, const Day& day, Outcome& outcome) {
  std::map<std::string, std::string> countries;
  for (const Order& order : day.orders) countries[order.order_id] = order.country_of_delivery;
  std::set<std::string> completed_in;
  aftersales::ListRmasRequest request;
  request.set_page_size(1000);
  const auto page = Patiently(connection, &aftersales::RmaService::Stub::ListRmas, request);
  if (!page.ok()) return outcome.Failed("list of returns", page.status());
  for (const aftersales::Rma& rma : page->rmas()) {
    const auto country = countries.find(rma.order_id());
    if (country == countries.end() || rma.lines().empty()) continue;
    const bool done = rma.outcome() == aftersales::RMA_OUTCOME_COMPLETED;
    if (done) completed_in.insert(country->second);
    outcome.Count(absl::StrCat("returns: ", KindText(rma.lines(0).kind()), " ",
                               done                 ? "completed"
                               : rma.outcome() == 0 ? "under way"
                                                    : "ended without"));
  }
  for (size_t i = 0; i < completed_in.size(); ++i) outcome.Count("returns: countries completed in");
}

}  // namespace

absl::Status PlayDay(client::Connection& connection, const Day& day, const PlayOptions& options,
                     std::ostream& out, const terminal::Style& style, Outcome& outcome,
                     absl::Time& play_time) {
  const bool terminal = style.columns > 0;
  const auto progress = [&](const std::string& label, size_t total) {
    return std::make_unique<terminal::Progress>(out, connection.clock(), terminal, label,
                                                static_cast<int64_t>(total));
  };
  HUIYIN_ASSIGN_OR_RETURN(play_time, FindPlayTime(connection, day));
  HUIYIN_RETURN_IF_ERROR(OpenDesk(connection));

  HUIYIN_RETURN_IF_ERROR(
      PushOrders(connection, day, play_time, *progress("orders", day.orders.size()), outcome));

  std::vector<const Action*> surveys;
  for (const Action& action : day.actions) {
    if (action.type == "SURVEY") surveys.push_back(&action);
  }
  const size_t steps = day.messages.size() + day.actions.size() - surveys.size();
  const Landmarks landmarks = PlayStories(connection, day, options, play_time,
                                          *progress("messages and actions", steps), outcome);
  HUIYIN_RETURN_IF_ERROR(Settle(connection, options, *progress("settling: events seen", 0)));

  // Invitations were made by what happened before; what was sent back arrives before its survey.
  std::vector<const Action*> sent_back;
  for (const Action& action : day.actions) {
    if (action.type == "RMA_SEND_BACK") sent_back.push_back(&action);
  }
  SideBySide(options.side_by_side, sent_back.size(),
             [&](size_t at) { DeliverGoods(connection, landmarks, *sent_back[at], outcome); });
  HUIYIN_RETURN_IF_ERROR(Settle(connection, options, *progress("settling: events seen", 0)));
  {
    const auto answers = progress("survey answers", surveys.size());
    std::mutex mutex;
    int64_t done = 0;
    SideBySide(options.side_by_side, surveys.size(), [&](size_t at) {
      AnswerSurvey(connection, landmarks, *surveys[at], outcome);
      std::lock_guard lock(mutex);
      answers->Update(++done);
    });
  }
  SideBySide(options.side_by_side, day.reviews.size(),
             [&](size_t at) { PlayReview(connection, day.reviews[at], outcome); });
  HUIYIN_RETURN_IF_ERROR(AwaitRecoveries(connection));
  HUIYIN_RETURN_IF_ERROR(Settle(connection, options, *progress("settling: events seen", 0)));
  CountReturns(connection, day, outcome);
  HUIYIN_RETURN_IF_ERROR(AwaitBreach(connection));
  return AwaitEarlyWarning(connection);
}

}  // namespace huiyin::sample_day
