// Features of a normalised text for the linear models: hashed n-grams of characters where words are
// not spaced (Chinese, Japanese, Thai, Korean syllables), and of words and their inner characters
// elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/triage/domain/text/normalise.h"

namespace huiyin::triage::text {

// A feature occurrence: positions [begin, end) of the NormalText it was read from.
struct Feature {
  std::uint32_t hash;
  std::uint16_t begin;
  std::uint16_t end;
};

// How characters are grouped into features, and how languages are told apart.
enum class Script : std::uint8_t {
  kNone,  // spaces, punctuation, digits, symbols
  kLatin,
  kCyrillic,
  kArabic,
  kGreek,
  kHebrew,
  kIndic,
  kOtherSpaced,  // Georgian, Armenian, Ethiopic …
  kThai,
  kHangul,
  kKana,
  kHan,
};
Script ScriptByRange(char32_t c);
inline Script ScriptOf(char32_t c) {
  if (c >= 0x3400 && c <= 0x9FFF) return Script::kHan;
  if (c < 0x80) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? Script::kLatin : Script::kNone;
  }
  return ScriptByRange(c);
}

// True for scripts written without spaces between words (and Korean, whose syllables are dense).
constexpr bool IsDense(Script s) { return s >= Script::kThai; }

// Appends the features of `text` in order of their last position; an n-gram that occurs twice
// appears twice.
void ExtractFeatures(const NormalText& text, std::vector<Feature>* out);

}  // namespace huiyin::triage::text
