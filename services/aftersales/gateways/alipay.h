// Alipay's open platform: POST {url} as a form, method alipay.trade.refund, and
// alipay.trade.fastpay.refund.query to ask. Requests are signed with RSA2 (SHA256withRSA) over
// their sorted fields, answers over the raw JSON of their response node. The key is out_request_no,
// which Alipay never forgets; the payment id is out_trade_no. Amounts are decimal numbers of yuan.
//
// A callback is a signed form; its signature is one of its fields.
#pragma once

#include "libs/crypto/rsa.h"
#include "services/aftersales/gateways/protocol.h"

namespace huiyin::aftersales {

struct AlipayOptions {
  std::string url;  // "https://openapi.alipay.com/gateway.do"
  std::string app_id;
  crypto::RsaPrivateKey merchant_key;
  crypto::RsaPublicKey alipay_key;
};

class Alipay final : public Protocol {
 public:
  explicit Alipay(AlipayOptions options) : options_(std::move(options)) {}

  absl::StatusOr<HttpRequest> RefundCall(const GatewayRefund& refund,
                                         absl::Time now) const override;
  GatewayAnswer ReadRefund(const GatewayRefund& refund, const HttpAnswer& answer) const override;
  absl::StatusOr<HttpRequest> FindCall(const GatewayRefund& refund, absl::Time now) const override;
  std::variant<GatewayAnswer, HttpRequest> ReadFound(const GatewayRefund& refund,
                                                     const HttpAnswer& answer) const override;
  absl::StatusOr<GatewayNotice> ReadNotice(const RawNotice& notice, absl::Time now) const override;

 private:
  absl::StatusOr<HttpRequest> Signed(const std::string& method, std::string content,
                                     absl::Time now) const;
  const AlipayOptions options_;
};

}  // namespace huiyin::aftersales
