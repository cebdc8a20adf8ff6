#include "services/aftersales/gateways/refund_dispatcher.h"

#include <prometheus/counter.h>

#include "libs/core/status.h"
#include "libs/obs/metrics.h"
#include "services/aftersales/domain/credit.h"

namespace huiyin::aftersales {

namespace {

// Shared by the loop with the calls under way.
struct State : std::enable_shared_from_this<State> {
  State(PaymentGateway& gateway, SubmitWork submit, const GatewayTiming& timing,
        obs::Metrics& metrics)
      : gateway(gateway),
        submit(std::move(submit)),
        timing(timing),
        places(std::make_shared<CallLoop::Places>(metrics.Gauge(
            "huiyin_aftersales_gateway_calls_pending", "Refunds at the payment gateway now"))),
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
    // A tender is ours and paid by being recorded, in that very transaction. So is nothing.
    if (TenderOf(call.gateway) || call.amount.IsZero()) {
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
          self->places->Landed();
        });
  }

  PaymentGateway& gateway;
  const SubmitWork submit;
  const GatewayTiming timing;
  const std::shared_ptr<CallLoop::Places> places;
  prometheus::Counter& unrecorded;
  std::vector<prometheus::Counter*> answers;
};

}  // namespace

std::unique_ptr<CallLoop> MakeRefundDispatcher(PaymentGateway& gateway, RunQuery query,
                                               SubmitWork submit, const Clock& clock,
                                               obs::Metrics& metrics,
                                               const RefundDispatch& options) {
  const auto state = std::make_shared<State>(gateway, submit, options.timing, metrics);
  return std::make_unique<CallLoop>(
      state->places,
      ClaimDue<ClaimedRefund>(
          std::move(query), std::move(submit),
          [&clock](View& view) -> absl::StatusOr<bool> {
            HUIYIN_ASSIGN_OR_RETURN(const auto due, view.store.DueRefunds(clock.Now(), 1));
            return !due.empty();
          },
          [state](Unit& unit, size_t limit) { return ClaimRefunds(unit, state->timing, limit); },
          [state](const ClaimedRefund& claim) { state->Call(claim); }),
      options.loop);
}

}  // namespace huiyin::aftersales
