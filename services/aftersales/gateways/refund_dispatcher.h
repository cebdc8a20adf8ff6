// Takes approved refunds to the payment gateway and its answers back, safe against a crash at any
// point: SUBMITTED is durable before the gateway is called, the call is made outside any
// transaction, and a refund whose answer was lost is asked about, not paid again.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "services/aftersales/usecase/gateway_answers.h"

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus
namespace huiyin::obs {
class Metrics;
}

namespace huiyin::aftersales {

// Thread-safe. Replicas may run side by side: a refund is claimed by exactly one at a time.
class RefundDispatcher {
 public:
  struct Options {
    size_t max_in_flight = 256;                    // calls to the gateway at once
    absl::Duration idle = absl::Milliseconds(50);  // how often it looks when there is nothing to do
    absl::Duration stop_grace = absl::Seconds(15);  // longest that Stop waits for answers
    GatewayTiming timing;
  };

  // References must outlive the dispatcher, and the gateway every call it makes.
  RefundDispatcher(PaymentGateway& gateway, RunQuery query, SubmitWork submit, const Clock& clock,
                   obs::Metrics& metrics, const Options& options);
  ~RefundDispatcher();  // Stop()

  void Start();
  // Claims nothing more, waits for the answers under way and their recording. Idempotent.
  void Stop();

  // One round without the thread: claims what is due and calls the gateway; how many were claimed.
  // For tests that decide when things happen.
  absl::StatusOr<size_t> RunOnce();
  // Waits until no call is under way; false after `timeout`.
  bool WaitUntilIdle(absl::Duration timeout);

 private:
  struct State;  // shared with calls under way
  void Loop();
  absl::StatusOr<std::vector<ClaimedRefund>> Claim(size_t limit);

  const Clock& clock_;
  const RunQuery query_;
  const Options options_;
  const std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace huiyin::aftersales
