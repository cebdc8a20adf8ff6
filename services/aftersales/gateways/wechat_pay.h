// WeChat Pay, API v3: POST /v3/refund/domestic/refunds, GET …/{out_refund_no} to ask. Requests
// carry Authorization WECHATPAY2-SHA256-RSA2048; answers are believed only with a good
// Wechatpay-Signature. The key is out_refund_no, which WeChat never forgets; the payment id is
// out_trade_no.
//
// A callback is signed like an answer (headers wechatpay-*), its resource sealed with AES-256-GCM.
#pragma once

#include "libs/core/id.h"
#include "libs/crypto/rsa.h"
#include "services/aftersales/gateways/protocol.h"

namespace huiyin::aftersales {

struct WechatPayOptions {
  std::string url;  // "https://api.mch.weixin.qq.com"
  std::string merchant_id;
  std::string merchant_serial;  // of the merchant's certificate
  crypto::RsaPrivateKey merchant_key;
  std::string platform_serial;  // of WeChat's certificate or public key
  crypto::RsaPublicKey platform_key;
  std::string api_v3_key;  // 32 bytes
};

class WechatPay final : public Protocol {
 public:
  // `ids`, for nonces, must outlive it.
  WechatPay(WechatPayOptions options, IdGenerator& ids);

  absl::StatusOr<HttpRequest> RefundCall(const GatewayRefund& refund,
                                         absl::Time now) const override;
  GatewayAnswer ReadRefund(const GatewayRefund& refund, const HttpAnswer& answer) const override;
  absl::StatusOr<HttpRequest> FindCall(const GatewayRefund& refund, absl::Time now) const override;
  std::variant<GatewayAnswer, HttpRequest> ReadFound(const GatewayRefund& refund,
                                                     const HttpAnswer& answer) const override;
  absl::StatusOr<GatewayNotice> ReadNotice(const RawNotice& notice, absl::Time now) const override;

 private:
  absl::StatusOr<HttpRequest> Signed(std::string method, const std::string& target,
                                     std::string body, absl::Time now) const;
  // Whether `body` with these headers was signed by WeChat.
  bool IsGenuine(const std::map<std::string, std::string>& headers, const std::string& body) const;
  GatewayAnswer Read(const GatewayRefund& refund, const HttpAnswer& answer) const;

  const WechatPayOptions options_;
  const std::string base_path_;  // of the URL, part of what is signed
  IdGenerator& ids_;
};

}  // namespace huiyin::aftersales
