// What merchant and gateway know of each other.
#pragma once

#include <string>

#include "libs/crypto/rsa.h"

namespace huiyin::gateway_sim {

struct Keys {
  std::string secret;                                // signed_http
  std::string stripe_key;                            // "sk_…"
  std::string stripe_webhook;                        // "whsec_…"
  std::string app_id = "2021000000000001";           // alipay
  std::string merchant_id = "1900000001";            // wechat_pay
  std::string merchant_serial = "5157F09EFDC096DE";  // wechat_pay
  std::string gateway_serial = "PUB_KEY_ID_011900";  // wechat_pay
  std::string api_v3_key;                            // wechat_pay, 32 bytes
  crypto::RsaPrivateKey merchant, gateway;

  // Reads the files of `folder` that README.md names, and makes those that are missing. `secret` is
  // that of signed_http.
  static absl::StatusOr<Keys> InFolder(const std::string& folder, const std::string& secret);
};

}  // namespace huiyin::gateway_sim
