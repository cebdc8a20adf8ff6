#include <array>
#include <cstdint>

#include "libs/entities/entities.h"

namespace huiyin::entities {
namespace {

// Zero-width and direction controls: invisible, used to hide digits from filters.
bool IsInvisible(char32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || c == 0x180E || c == 0x061C;
}

// First code points of runs of ten decimal digits in other scripts.
constexpr std::array<char32_t, 10> kDigitZeros = {0x0660, 0x06F0, 0x0966, 0x0E50,  0x09E6,
                                                  0x17E0, 0x1040, 0x0ED0, 0x1D7CE, 0x1D7F6};

constexpr char32_t kLastDigitZero = 0x1D7F6;

char32_t Fold(char32_t c) {
  if (c < 0x80) return c;
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFF01 + '!';
  if (c == 0x3000 || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F) return ' ';
  if (c >= 0x2010 && c <= 0x2015) return '-';
  if (c == 0xFFE5) return 0xA5;
  if (c >= 0x2460 && c <= 0x2468) return '1' + (c - 0x2460);
  if (c > kLastDigitZero + 9 || (c > 0x17E9 && c < 0x1D7CE)) return c;  // nearly all of Chinese
  for (char32_t zero : kDigitZeros) {
    if (c >= zero && c < zero + 10) return '0' + (c - zero);
  }
  return c;
}

}  // namespace

void DecodeForEntities(std::string_view text, CodePoints* out) {
  out->cp.resize(text.size());
  out->begin.resize(text.size() + 1);
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = static_cast<std::uint32_t>(at);
    char32_t c = DecodeOne(text, &at);
    const bool plain = c < 0x80 || (c > 0x3000 && c < 0xFE00);  // neither is done anything to
    if (!plain) {
      if (IsInvisible(c)) continue;
      c = Fold(c);
    }
    out->cp[count] = c;
    out->begin[count++] = begin;
  }
  out->begin[count] = static_cast<std::uint32_t>(text.size());
  out->cp.resize(count);
  out->begin.resize(count + 1);
}

}  // namespace huiyin::entities
