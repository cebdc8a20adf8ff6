// Takes booked parcels to the carrier, and its labels back; the same for cancellations. A call
// without an answer is repeated under the same reference, which has no second effect.
#pragma once

#include "services/aftersales/gateways/call_loop.h"
#include "services/aftersales/usecase/parcels.h"

namespace huiyin::obs {
class Metrics;
}

namespace huiyin::aftersales {

// Thread-safe. Replicas may run side by side: a parcel is claimed by exactly one at a time.
class ParcelDispatcher {
 public:
  struct Options {
    CallLoop::Options loop = {.max_in_flight = 64};
    CarrierTiming timing;
  };

  // References must outlive the dispatcher, and the carrier every call it makes.
  ParcelDispatcher(Carrier& carrier, RunQuery query, SubmitWork submit, const Clock& clock,
                   obs::Metrics& metrics, const Options& options);

  // As those of CallLoop.
  void Start() { loop_.Start(); }
  void Stop() { loop_.Stop(); }
  absl::StatusOr<size_t> RunOnce() { return loop_.RunOnce(); }
  bool WaitUntilIdle(absl::Duration timeout) { return loop_.WaitUntilIdle(timeout); }

 private:
  struct State;  // shared with calls under way
  absl::StatusOr<std::vector<std::function<void()>>> Claim(size_t limit);

  const Clock& clock_;
  const RunQuery query_;
  const std::shared_ptr<State> state_;
  CallLoop loop_;
};

}  // namespace huiyin::aftersales
