#include "deploy/terminal/text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace huiyin::terminal {
namespace {

int Columns(UChar32 c) {
  if (c < 0) return 1;  // an invalid byte is shown as U+FFFD
  switch (u_charType(c)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
      return 0;
    default:
      break;
  }
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// Calls `each` with (code point or negative, begin, end) until it returns false.
template <class Each>
void ForEach(std::string_view text, Each each) {
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size;) {
    const int32_t begin = at;
    UChar32 c = 0;
    U8_NEXT(text.data(), at, size, c);
    if (!each(c, begin, at)) return;
  }
}

}  // namespace

int Width(std::string_view text) {
  int width = 0;
  ForEach(text, [&](UChar32 c, int32_t, int32_t) {
    width += Columns(c);
    return true;
  });
  return width;
}

std::string OneLine(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  ForEach(text, [&](UChar32 c, int32_t begin, int32_t end) {
    if (c < 0) {
      line += "\xEF\xBF\xBD";
    } else if (u_charType(c) == U_CONTROL_CHAR || c == 0x2028 || c == 0x2029) {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else if (u_charType(c) != U_FORMAT_CHAR || c == 0x200D) {  // no bidi tricks; joiners stay
      line.append(text.substr(begin, end - begin));
    }
    return true;
  });
  return line;
}

std::string Cut(std::string_view text, int columns) {
  if (Width(text) <= columns) return std::string(text);
  int width = 0;
  int32_t fits = 0;
  ForEach(text, [&](UChar32 c, int32_t, int32_t end) {
    width += Columns(c);
    if (width > columns - 1) return false;
    fits = end;
    return true;
  });
  return std::string(text.substr(0, fits)) + "…";
}

std::string Grouped(int64_t number) {
  std::string digits = std::to_string(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3) {
    digits.insert(digits.begin() + at, ' ');
  }
  return digits;
}

}  // namespace huiyin::terminal
