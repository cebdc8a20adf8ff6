// What the parts of this library share. Internal to libs/entities.
#pragma once

#include <cstddef>

#include "libs/entities/entities.h"

namespace huiyin::entities {

inline bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }
inline bool IsAlpha(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool IsAlnum(char32_t c) { return IsDigit(c) || IsAlpha(c); }

inline bool IsMonth(int m) { return m >= 1 && m <= 12; }
inline bool IsDay(int d) { return d >= 1 && d <= 31; }

// What begins at a code point that is known.
struct Match {
  EntityKind kind;
  std::size_t last;  // index of the last code point
};

// What may begin before the code point that gave it away.
struct Span {
  std::size_t first;
  std::size_t last;
};

}  // namespace huiyin::entities
