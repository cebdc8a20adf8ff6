#include "services/aftersales/gateways/refund_dispatcher.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include "absl/synchronization/notification.h"
#include "libs/core/status.h"
#include "libs/obs/metrics.h"
#include "services/aftersales/domain/credit.h"

namespace huiyin::aftersales {

struct RefundDispatcher::State : std::enable_shared_from_this<State> {
  State(PaymentGateway& gateway, SubmitWork submit, const GatewayTiming& timing,
        obs::Metrics& metrics)
      : gateway(gateway),
        submit(std::move(submit)),
        timing(timing),
        in_flight_gauge(metrics.Gauge("huiyin_aftersales_gateway_calls_pending",
                                      "Refunds at the payment gateway now")),
        unrecorded(metrics.Counter("huiyin_aftersales_gateway_answers_unrecorded_total",
                                   "Gateway answers that could not be stored; asked for again")) {
    static constexpr std::string_view kNames[] = {"paid",      "declined",  "pending",
                                                  "not_found", "no_answer", "reversed"};
    for (const std::string_view name : kNames) {
      answers.push_back(&metrics.Counter("huiyin_aftersales_gateway_answers_total",
                                         "Answers of the payment gateway",
                                         {{"answer", std::string(name)}}));
    }
  }

  void Call(ClaimedRefund claim) {
    const GatewayRefund call = claim.call;
    const bool ask = claim.ask_first;
    auto answered = [self = shared_from_this(), claim = std::move(claim)](GatewayAnswer answer) {
      self->answers[static_cast<int>(answer.kind)]->Increment();
      if (answer.kind == GatewayAnswer::Kind::kNotFound && claim.may_call_again) {
        // It never arrived, and the gateway still keeps keys: the same call again is safe.
        ClaimedRefund again = claim;
        again.ask_first = again.may_call_again = false;
        self->Call(std::move(again));
        return;
      }
      self->Record(claim, std::move(answer));
    };
    if (TenderOf(call.gateway)) {  // ours: it is paid by being recorded, in that very transaction
      answered({.kind = GatewayAnswer::Kind::kPaid,
                .gateway_refund_id = call.idempotency_key,
                .reason = ""});
    } else if (ask) {
      gateway.Find(call, std::move(answered));
    } else {
      gateway.Refund(call, std::move(answered));
    }
  }

  void Record(const ClaimedRefund& claim, GatewayAnswer answer) {
    submit(
        OrderKey(claim.tenant, claim.order), "",
        [self = shared_from_this(), claim, answer = std::move(answer)](Unit& unit) {
          return RecordAnswer(unit, claim.tenant, claim.order, claim.refund, answer, self->timing);
        },
        [self = shared_from_this()](absl::Status recorded) {
          if (!recorded.ok()) self->unrecorded.Increment();
          self->Landed();
        });
  }

  void Landed() {
    std::lock_guard lock(mutex);
    --in_flight;
    in_flight_gauge.Decrement();
    changed.notify_all();
  }

  PaymentGateway& gateway;
  const SubmitWork submit;
  const GatewayTiming timing;
  prometheus::Gauge& in_flight_gauge;
  prometheus::Counter& unrecorded;
  std::vector<prometheus::Counter*> answers;

  std::mutex mutex;
  std::condition_variable changed;
  size_t in_flight = 0;
  bool stopping = false;
};

RefundDispatcher::RefundDispatcher(PaymentGateway& gateway, RunQuery query, SubmitWork submit,
                                   const Clock& clock, obs::Metrics& metrics,
                                   const Options& options)
    : clock_(clock),
      query_(std::move(query)),
      options_(options),
      state_(std::make_shared<State>(gateway, std::move(submit), options.timing, metrics)) {}

RefundDispatcher::~RefundDispatcher() { Stop(); }

void RefundDispatcher::Start() {
  thread_ = std::thread([this] { Loop(); });
}

void RefundDispatcher::Stop() {
  {
    std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    state_->changed.notify_all();
  }
  if (thread_.joinable()) thread_.join();
  WaitUntilIdle(options_.stop_grace);
}

bool RefundDispatcher::WaitUntilIdle(absl::Duration timeout) {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, absl::ToChronoMilliseconds(timeout),
                                  [this] { return state_->in_flight == 0; });
}

absl::StatusOr<std::vector<ClaimedRefund>> RefundDispatcher::Claim(size_t limit) {
  bool any = false;  // looking is cheap; only claiming takes a place among the writers
  HUIYIN_RETURN_IF_ERROR(query_([&](View& view) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto due, view.store.DueRefunds(clock_.Now(), 1));
    any = !due.empty();
    return absl::OkStatus();
  }));
  std::vector<ClaimedRefund> claimed;
  if (!any) return claimed;
  absl::Status status;
  absl::Notification done;
  state_->submit(
      0, "",
      [&, timing = options_.timing](Unit& unit) -> absl::Status {
        HUIYIN_ASSIGN_OR_RETURN(claimed, ClaimRefunds(unit, timing, limit));
        return absl::OkStatus();
      },
      [&](absl::Status committed) {
        status = std::move(committed);
        done.Notify();
      });
  done.WaitForNotification();
  HUIYIN_RETURN_IF_ERROR(status);
  return claimed;
}

absl::StatusOr<size_t> RefundDispatcher::RunOnce() {
  size_t room = 0;
  {
    std::lock_guard lock(state_->mutex);
    room = options_.max_in_flight - std::min(options_.max_in_flight, state_->in_flight);
  }
  if (room == 0) return size_t{0};
  HUIYIN_ASSIGN_OR_RETURN(std::vector<ClaimedRefund> claimed, Claim(room));
  {
    std::lock_guard lock(state_->mutex);
    state_->in_flight += claimed.size();
    state_->in_flight_gauge.Increment(static_cast<double>(claimed.size()));
  }
  const size_t count = claimed.size();
  for (ClaimedRefund& claim : claimed) state_->Call(std::move(claim));
  return count;
}

void RefundDispatcher::Loop() {
  const auto stopping = [this] { return state_->stopping; };
  for (;;) {
    const absl::StatusOr<size_t> claimed = RunOnce();
    std::unique_lock lock(state_->mutex);
    if (stopping()) return;
    if (claimed.ok() && *claimed > 0) {
      // More may wait: go on as soon as a fair share of the places is free.
      state_->changed.wait(
          lock, [&] { return stopping() || state_->in_flight <= options_.max_in_flight * 3 / 4; });
    } else {
      state_->changed.wait_for(lock, absl::ToChronoMilliseconds(options_.idle), stopping);
    }
  }
}

}  // namespace huiyin::aftersales
