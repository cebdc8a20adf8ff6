// One way in which a merchant speaks to the simulator.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "deploy/gateway_sim/books.h"
#include "deploy/gateway_sim/keys.h"
#include "libs/core/clock.h"
#include "libs/http/server.h"

namespace huiyin::gateway_sim {

// Thread-safe.
class Face {
 public:
  virtual ~Face() = default;
  // A merchant's call; its path begins with the face's prefix.
  virtual http::Response Handle(const http::Request& request) = 0;
  // The callback for a refund as it is now: {"body", "signature", "headers"}, freshly signed.
  virtual nlohmann::json Notice(const Refund& refund) = 0;
  // The same for money that a bank took back; null where the face has no such callback.
  virtual nlohmann::json ChargebackNotice(const nlohmann::json& chargeback) = 0;
};

// What a face stands on; all must outlive it.
struct Ground {
  Books& books;
  const Keys& keys;
  const Clock& clock;
};

std::unique_ptr<Face> MakeSignedHttp(Books& books, std::string secret, const Clock& clock);
std::unique_ptr<Face> MakeStripe(const Ground& ground);
std::unique_ptr<Face> MakeAlipay(const Ground& ground);
std::unique_ptr<Face> MakeWechatPay(const Ground& ground);

// ---- what faces share ----
http::Response JsonResponse(int status, const nlohmann::json& body);
http::Response Problem(int status, const std::string& message);               // {"error": message}
std::string HeaderOr(const http::Request& request, const std::string& name);  // "" without it
std::string HmacSha256Hex(const std::string& key, const std::string& text);
// "re_…", the same for the same key.
std::string RefundIdOf(const std::string& key);
bool SameBytes(const std::string& a, const std::string& b);  // in constant time
// Whether the call carries the header X-Huiyin-Signature that README.md asks for, not too old.
bool SignatureHolds(const http::Request& request, const std::string& secret, absl::Time now);
// Form fields, decoded.
std::map<std::string, std::string> FormFields(const std::string& text);

}  // namespace huiyin::gateway_sim
