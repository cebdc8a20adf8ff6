// Code points of a text with the byte each began at, so that findings can point into the original.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace huiyin {

inline constexpr char32_t kReplacement = 0xFFFD;

// Decodes the code point at text[*at] and moves *at past it. Invalid, overlong or surrogate bytes
// give kReplacement and move one byte. Requires *at < text.size().
inline char32_t DecodeOne(std::string_view text, std::size_t* at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t i = *at;
  const unsigned char lead = byte(i);
  *at = i + 1;
  if (lead < 0x80) return lead;
  // Nearly all of Chinese, Japanese and Thai: leads that start no overlong form and no surrogate.
  if (lead >= 0xE1 && lead <= 0xEC && i + 2 < text.size() && (byte(i + 1) & 0xC0) == 0x80 &&
      (byte(i + 2) & 0xC0) == 0x80) {
    *at = i + 3;
    return static_cast<char32_t>(lead & 0x0F) << 12 |
           static_cast<char32_t>(byte(i + 1) & 0x3F) << 6 |
           static_cast<char32_t>(byte(i + 2) & 0x3F);
  }
  int extra;
  char32_t cp;
  char32_t least;
  if (lead >= 0xC2 && lead <= 0xDF) {
    extra = 1, cp = lead & 0x1F, least = 0x80;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    extra = 2, cp = lead & 0x0F, least = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    extra = 3, cp = lead & 0x07, least = 0x10000;
  } else {
    return kReplacement;
  }
  if (i + extra >= text.size()) return kReplacement;
  for (int k = 1; k <= extra; ++k) {
    if ((byte(i + k) & 0xC0) != 0x80) return kReplacement;
    cp = (cp << 6) | (byte(i + k) & 0x3F);
  }
  if (cp < least || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) return kReplacement;
  *at = i + extra + 1;
  return cp;
}

// cp[i] was read from bytes [begin[i], begin[i + 1]); begin has one element more than cp.
struct CodePoints {
  std::vector<char32_t> cp;
  std::vector<std::uint32_t> begin;

  void Clear() {
    cp.clear();
    begin.clear();
  }
  std::size_t size() const { return cp.size(); }
};

}  // namespace huiyin
