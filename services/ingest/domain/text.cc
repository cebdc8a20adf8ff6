#include "services/ingest/domain/text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "absl/strings/str_cat.h"

namespace huiyin::ingest {
namespace {

struct Scan {
  bool utf8 = true;
  bool control = false;
  bool blank = true;
  size_t characters = 0;
};

bool IsControl(UChar32 c, Lines lines) {
  if (lines == Lines::kMany && (c == '\n' || c == '\r' || c == '\t')) return false;
  // U+2028 and U+2029 break lines in some outputs and count as line ends in one-line texts.
  return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
         (lines == Lines::kOne && (c == 0x2028 || c == 0x2029));
}

Scan Look(std::string_view text, Lines lines) {
  Scan scan;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t at = 0; at < size; ++scan.characters) {
    UChar32 c;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) {
      scan.utf8 = false;
      return scan;
    }
    if (IsControl(c, lines)) scan.control = true;
    if (scan.blank && !u_isUWhiteSpace(c) && c != 0x200b && c != 0xfeff) scan.blank = false;
  }
  return scan;
}

}  // namespace

void CheckText(InputCheck& check, std::string_view field, std::string_view text, TextRule rule) {
  // A character has at most 4 bytes, so what is longer need not be read to be refused.
  if (text.size() > rule.max * 4) {
    check.Add(field, absl::StrCat("has ", text.size(), " bytes; at most ", rule.max,
                                  " characters are allowed"));
    return;
  }
  const Scan scan = Look(text, rule.lines);
  if (!check.Require(scan.utf8, field, "is not valid UTF-8")) return;
  check.Require(!scan.control, field, "has control characters");
  if (rule.min > 0) check.Require(!scan.blank, field, "must not be empty");
  if (scan.characters > rule.max) {
    check.Add(field, absl::StrCat("has ", scan.characters, " characters; at most ", rule.max,
                                  " are allowed"));
  }
}

void CheckId(InputCheck& check, std::string_view field, std::string_view id, size_t min,
             size_t max) {
  if (id.size() > max) {
    check.Add(field, absl::StrCat("has ", id.size(), " bytes; at most ", max, " are allowed"));
    return;
  }
  const Scan scan = Look(id, Lines::kOne);
  if (!check.Require(scan.utf8, field, "is not valid UTF-8")) return;
  check.Require(!scan.control, field, "has control characters");
  if (min > 0) check.Require(!scan.blank, field, "must not be empty");
}

size_t CountCharacters(std::string_view text) {
  const Scan scan = Look(text, Lines::kMany);
  return scan.utf8 ? scan.characters : std::string_view::npos;
}

}  // namespace huiyin::ingest
