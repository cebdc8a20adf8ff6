// SHA-1 of a text: the identity of a message in data files and in classify output. Not for
// security.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace huiyin::triage::text {

std::array<std::uint8_t, 20> Sha1(std::string_view text);
// Forty lower-case hexadecimal digits.
std::string Sha1Hex(std::string_view text);

}  // namespace huiyin::triage::text
