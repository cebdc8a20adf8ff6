// The generic signed HTTP gateway, as deploy/gateway_sim/README.md describes it: POST
// {url}/v1/refunds with an Idempotency-Key, GET {url}/v1/refunds?key=KEY to ask, every call signed
// with HMAC-SHA256.
//
// A callback is the refund object, or {"chargeback": {"id", "payment_id", "amount", "currency"}};
// its signature is "t=UNIX_SECONDS,v1=HEX", HEX the HMAC-SHA256 of UNIX_SECONDS "." BODY.
#pragma once

#include "services/aftersales/gateways/protocol.h"

namespace huiyin::aftersales {

struct SignedHttpOptions {
  std::string url;     // "http://127.0.0.1:7420"
  std::string secret;  // shared with the gateway
};

class SignedHttp final : public Protocol {
 public:
  explicit SignedHttp(SignedHttpOptions options) : options_(std::move(options)) {}

  absl::StatusOr<HttpRequest> RefundCall(const GatewayRefund& refund,
                                         absl::Time now) const override;
  GatewayAnswer ReadRefund(const GatewayRefund& refund, const HttpAnswer& answer) const override;
  absl::StatusOr<HttpRequest> FindCall(const GatewayRefund& refund, absl::Time now) const override;
  std::variant<GatewayAnswer, HttpRequest> ReadFound(const GatewayRefund& refund,
                                                     const HttpAnswer& answer) const override;
  absl::StatusOr<GatewayNotice> ReadNotice(const RawNotice& notice, absl::Time now) const override;

 private:
  HttpRequest Signed(std::string method, const std::string& target, const std::string& key,
                     std::string body, absl::Time now) const;
  const SignedHttpOptions options_;
};

}  // namespace huiyin::aftersales
