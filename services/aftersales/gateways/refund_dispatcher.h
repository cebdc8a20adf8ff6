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

struct RefundDispatch {
  CallLoop::Options loop;
  GatewayTiming timing;
};

// References must outlive the loop, and the gateway every call it makes. Replicas may run side by
// side: a refund is claimed by exactly one at a time.
std::unique_ptr<CallLoop> MakeRefundDispatcher(PaymentGateway& gateway, RunQuery query,
                                               SubmitWork submit, const Clock& clock,
                                               obs::Metrics& metrics,
                                               const RefundDispatch& options);

}  // namespace huiyin::aftersales
