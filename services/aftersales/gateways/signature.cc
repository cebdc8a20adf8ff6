#include "services/aftersales/gateways/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <charconv>

#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {

std::string Sign(std::string_view secret, std::string_view message) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest, &size);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex.push_back(kHex[digest[i] >> 4]);
    hex.push_back(kHex[digest[i] & 15]);
  }
  return hex;
}

std::string SignedText(std::string_view timestamp, std::string_view method, std::string_view target,
                       std::string_view body) {
  return Concat(timestamp, ".", method, ".", target, ".", body);
}

bool SameSignature(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::optional<StampedSignature> ReadStamped(std::string_view header) {
  StampedSignature stamped;
  while (!header.empty()) {
    const size_t end = std::min(header.find(','), header.size());
    const std::string_view field = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    if (field.starts_with("t=")) stamped.timestamp = field.substr(2);
    if (field.starts_with("v1=")) stamped.v1.emplace_back(field.substr(3));
  }
  const char* const end = stamped.timestamp.data() + stamped.timestamp.size();
  const auto [at, error] = std::from_chars(stamped.timestamp.data(), end, stamped.seconds);
  if (error != std::errc() || at != end || stamped.v1.empty()) return std::nullopt;
  return stamped;
}

bool MatchesAny(const StampedSignature& stamped, std::string_view secret, std::string_view body) {
  const std::string expected = Sign(secret, Concat(stamped.timestamp, ".", body));
  bool any = false;
  for (const std::string& given : stamped.v1) any |= SameSignature(given, expected);
  return any;
}

}  // namespace huiyin::aftersales
