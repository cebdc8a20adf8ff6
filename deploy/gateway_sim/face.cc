#include "deploy/gateway_sim/face.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace huiyin::gateway_sim {
namespace {

std::string Decoded(std::string text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
        absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      out += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

http::Response JsonResponse(int status, const nlohmann::json& body) {
  return {.status = status, .body = body.dump() + "\n", .content_type = "application/json"};
}

http::Response Problem(int status, const std::string& message) {
  return JsonResponse(status, {{"error", message}});
}

std::string HeaderOr(const http::Request& request, const std::string& name) {
  const auto it = request.headers.find(name);
  return it == request.headers.end() ? "" : it->second;
}

std::string HmacSha256Hex(const std::string& key, const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &length);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), length});
}

std::string RefundIdOf(const std::string& key) {
  return absl::StrCat("re_", HmacSha256Hex("id", key).substr(0, 20));
}

bool SameBytes(const std::string& a, const std::string& b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool SignatureHolds(const http::Request& request, const std::string& secret, absl::Time now) {
  constexpr absl::Duration kMaxSkew = absl::Minutes(5);
  const std::string timestamp = HeaderOr(request, "x-huiyin-timestamp");
  int64_t seconds = 0;
  if (!absl::SimpleAtoi(timestamp, &seconds)) return false;
  if (absl::AbsDuration(now - absl::FromUnixSeconds(seconds)) > kMaxSkew) return false;
  const std::string target =
      request.query.empty() ? request.path : absl::StrCat(request.path, "?", request.query);
  return SameBytes(HeaderOr(request, "x-huiyin-signature"),
                   HmacSha256Hex(secret, absl::StrCat(timestamp, ".", request.method, ".", target,
                                                      ".", request.body)));
}

std::map<std::string, std::string> FormFields(const std::string& text) {
  std::map<std::string, std::string> fields;
  for (const auto field : absl::StrSplit(text, '&', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(field, absl::MaxSplits('=', 1));
    fields[Decoded(pair.first)] = Decoded(pair.second);
  }
  return fields;
}

}  // namespace huiyin::gateway_sim
