// PaymentGateway over HTTP with JSON, as deploy/gateway_sim/README.md describes it: POST
// {url}/v1/refunds with an Idempotency-Key, GET {url}/v1/refunds?key=KEY to ask, every call signed
// with HMAC-SHA256.
//
// Only a refund object says that money moved ("succeeded", "pending", "reversed") or will not
// ("failed"), and only "no such refund" that the key was never seen. Everything else (other
// statuses, nonsense, timeouts) is kNoAnswer: it may have happened.
//
// A callback is the refund object; its signature is "t=UNIX_SECONDS,v1=HEX", HEX the HMAC-SHA256 of
// UNIX_SECONDS "." BODY.
#pragma once

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "libs/core/clock.h"
#include "services/aftersales/usecase/payment_gateway.h"

namespace huiyin::aftersales {

struct HttpGatewayOptions {
  std::string url;                             // "http://127.0.0.1:7420"
  std::string secret;                          // shared with the gateway
  absl::Duration timeout = absl::Seconds(10);  // of one call, connecting included
  int max_connections = 256;
};

// Thread-safe. One thread drives all calls (curl's multi interface). When destroyed, calls under
// way are answered kNoAnswer.
class HttpGateway final : public PaymentGateway {
 public:
  // `clock` must outlive it.
  HttpGateway(HttpGatewayOptions options, const Clock& clock);
  ~HttpGateway() override;

  void Refund(const GatewayRefund& refund, Done done) override;
  void Find(const GatewayRefund& refund, Done done) override;
  absl::StatusOr<GatewayNotice> ReadNotice(std::string_view gateway, std::string_view body,
                                           std::string_view signature) override;

 private:
  class Driver;
  const HttpGatewayOptions options_;
  std::unique_ptr<Driver> driver_;
};

}  // namespace huiyin::aftersales
