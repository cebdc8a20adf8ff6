#include "services/aftersales/gateways/parcel_dispatcher.h"

#include <prometheus/counter.h>

#include "libs/core/status.h"
#include "libs/obs/metrics.h"
#include "services/aftersales/usecase/gateway_answers.h"

namespace huiyin::aftersales {

namespace {

// Shared by the loop with the calls under way.
struct State : std::enable_shared_from_this<State> {
  State(Carrier& carrier, SubmitWork submit, const CarrierTiming& timing, obs::Metrics& metrics)
      : carrier(carrier),
        submit(std::move(submit)),
        timing(timing),
        places(std::make_shared<CallLoop::Places>(metrics.Gauge(
            "huiyin_aftersales_carrier_calls_pending", "Parcels at the carrier's service now"))) {
    static constexpr std::string_view kNames[] = {"label",    "refused", "cancelled",
                                                  "too_late", "news",    "no_answer"};
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
    switch (claim.call) {
      case ClaimedParcel::Call::kLabel:
        return carrier.CreateLabel(claim.label, std::move(answered));
      case ClaimedParcel::Call::kCancel:
        return carrier.Cancel(claim.parcel.value(), std::move(answered));
      case ClaimedParcel::Call::kTrack:
        return carrier.Track(claim.parcel.value(), std::move(answered));
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

}  // namespace

std::unique_ptr<CallLoop> MakeParcelDispatcher(Carrier& carrier, RunQuery query, SubmitWork submit,
                                               const Clock& clock, obs::Metrics& metrics,
                                               const ParcelDispatch& options) {
  const auto state = std::make_shared<State>(carrier, submit, options.timing, metrics);
  return std::make_unique<CallLoop>(
      state->places,
      ClaimDue<ClaimedParcel>(
          std::move(query), std::move(submit),
          [&clock](View& view) -> absl::StatusOr<bool> {
            HUIYIN_ASSIGN_OR_RETURN(const auto due, view.store.DueParcels(clock.Now(), 1));
            return !due.empty();
          },
          [state](Unit& unit, size_t limit) { return ClaimParcels(unit, state->timing, limit); },
          [state](const ClaimedParcel& claim) { state->Call(claim); }),
      options.loop);
}

}  // namespace huiyin::aftersales
