#include "services/aftersales/gateways/parcel_dispatcher.h"

#include <prometheus/counter.h>

#include "libs/core/status.h"
#include "libs/obs/metrics.h"
#include "services/aftersales/usecase/gateway_answers.h"

namespace huiyin::aftersales {

struct ParcelDispatcher::State : std::enable_shared_from_this<State> {
  State(Carrier& carrier, SubmitWork submit, const CarrierTiming& timing, obs::Metrics& metrics)
      : carrier(carrier),
        submit(std::move(submit)),
        timing(timing),
        places(std::make_shared<CallLoop::Places>(metrics.Gauge(
            "huiyin_aftersales_carrier_calls_pending", "Parcels at the carrier's service now"))) {
    static constexpr std::string_view kNames[] = {"label", "refused", "cancelled", "too_late",
                                                  "no_answer"};
    for (const std::string_view name : kNames) {
      answers.push_back(&metrics.Counter("huiyin_aftersales_carrier_answers_total",
                                         "Answers of the carrier",
                                         {{"answer", std::string(name)}}));
    }
  }

  void Call(const ClaimedParcel& claim) {
    auto answered = [self = shared_from_this(), claim](CarrierAnswer answer) {
      self->answers[static_cast<int>(answer.kind)]->Increment();
      self->Record(claim, std::move(answer));
    };
    if (claim.cancel) {
      carrier.Cancel(claim.parcel.value(), std::move(answered));
    } else {
      carrier.CreateLabel(claim.label, std::move(answered));
    }
  }

  // An answer that cannot be stored is asked for again when the lease ends.
  void Record(const ClaimedParcel& claim, CarrierAnswer answer) {
    submit(
        OrderKey(claim.tenant, claim.order), "",
        [self = shared_from_this(), claim, answer = std::move(answer)](Unit& unit) {
          return RecordCarrierAnswer(unit, claim.tenant, claim.parcel, answer, self->timing);
        },
        [self = shared_from_this()](const absl::Status&) { self->places->Landed(); });
  }

  Carrier& carrier;
  const SubmitWork submit;
  const CarrierTiming timing;
  const std::shared_ptr<CallLoop::Places> places;
  std::vector<prometheus::Counter*> answers;
};

ParcelDispatcher::ParcelDispatcher(Carrier& carrier, RunQuery query, SubmitWork submit,
                                   const Clock& clock, obs::Metrics& metrics,
                                   const Options& options)
    : clock_(clock),
      query_(std::move(query)),
      state_(std::make_shared<State>(carrier, std::move(submit), options.timing, metrics)),
      loop_(
          state_->places, [this](size_t limit) { return Claim(limit); }, options.loop) {}

absl::StatusOr<std::vector<std::function<void()>>> ParcelDispatcher::Claim(size_t limit) {
  bool any = false;  // looking is cheap; only claiming takes a place among the writers
  HUIYIN_RETURN_IF_ERROR(query_([&](View& view) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto due, view.store.DueParcels(clock_.Now(), 1));
    any = !due.empty();
    return absl::OkStatus();
  }));
  std::vector<std::function<void()>> calls;
  if (!any) return calls;
  std::vector<ClaimedParcel> claimed;
  HUIYIN_RETURN_IF_ERROR(RunAndWait(state_->submit, [&](Unit& unit) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(claimed, ClaimParcels(unit, state_->timing, limit));
    return absl::OkStatus();
  }));
  for (ClaimedParcel& claim : claimed) {
    calls.push_back([state = state_, claim = std::move(claim)] { state->Call(claim); });
  }
  return calls;
}

}  // namespace huiyin::aftersales
