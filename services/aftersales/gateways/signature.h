// HMAC-SHA256 signatures of the signed-HTTP gateway.
#pragma once

#include <string>
#include <string_view>

namespace huiyin::aftersales {

// Hex HMAC-SHA256 of `message`.
std::string Sign(std::string_view secret, std::string_view message);
// What a request's signature covers; `timestamp` in Unix seconds.
std::string SignedText(std::string_view timestamp, std::string_view method, std::string_view target,
                       std::string_view body);
// Compares in constant time.
bool SameSignature(std::string_view a, std::string_view b);

}  // namespace huiyin::aftersales
