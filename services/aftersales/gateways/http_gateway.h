// PaymentGateway over HTTP, in the words of one Protocol.
#pragma once

#include <memory>

#include "libs/core/clock.h"
#include "services/aftersales/gateways/protocol.h"

namespace huiyin::aftersales {

// Thread-safe.
class HttpGateway final : public PaymentGateway {
 public:
  // `caller` and `clock` must outlive it; calls under way keep it alive by themselves.
  HttpGateway(std::shared_ptr<const Protocol> protocol, HttpCaller& caller, const Clock& clock);

  void Refund(const GatewayRefund& refund, Done done) override;
  void Find(const GatewayRefund& refund, Done done) override;
  absl::StatusOr<GatewayNotice> ReadNotice(const RawNotice& notice) override;

 private:
  const std::shared_ptr<const Protocol> protocol_;
  HttpCaller& caller_;
  const Clock& clock_;
};

}  // namespace huiyin::aftersales
