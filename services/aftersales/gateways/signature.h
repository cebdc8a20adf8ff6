// HMAC-SHA256 signatures, as the signed-HTTP gateway and Stripe use them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace huiyin::aftersales {

// Hex HMAC-SHA256 of `message`.
std::string Sign(std::string_view secret, std::string_view message);
// What a request's signature covers; `timestamp` in Unix seconds.
std::string SignedText(std::string_view timestamp, std::string_view method, std::string_view target,
                       std::string_view body);
// Compares in constant time.
bool SameSignature(std::string_view a, std::string_view b);

// "t=UNIX_SECONDS,v1=HEX[,v1=HEX…]"; other fields are passed over.
struct StampedSignature {
  int64_t seconds = 0;
  std::string timestamp;        // as written
  std::vector<std::string> v1;  // several while a secret is being changed
};
std::optional<StampedSignature> ReadStamped(std::string_view header);
// Whether one of them is `secret`'s over TIMESTAMP "." BODY.
bool MatchesAny(const StampedSignature& stamped, std::string_view secret, std::string_view body);

}  // namespace huiyin::aftersales
