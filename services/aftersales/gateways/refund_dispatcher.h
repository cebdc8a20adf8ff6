// Takes approved refunds to the payment gateway and its answers back, safe against a crash at any
// point: SUBMITTED is durable before the gateway is called, the call is made outside any
// transaction, and a refund whose answer was lost is asked about, not paid again.
#pragma once

#include "services/aftersales/gateways/call_loop.h"
#include "services/aftersales/usecase/gateway_answers.h"

namespace huiyin::obs {
class Metrics;
}

namespace huiyin::aftersales {

// Thread-safe. Replicas may run side by side: a refund is claimed by exactly one at a time.
class RefundDispatcher {
 public:
  struct Options {
    CallLoop::Options loop;
    GatewayTiming timing;
  };

  // References must outlive the dispatcher, and the gateway every call it makes.
  RefundDispatcher(PaymentGateway& gateway, RunQuery query, SubmitWork submit, const Clock& clock,
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
