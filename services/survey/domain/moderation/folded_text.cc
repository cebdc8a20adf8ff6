#include "services/survey/domain/moderation/folded_text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <utility>

#include "libs/core/utf8.h"

namespace huiyin::survey {
namespace {

bool IsLatin(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 0xDF && c <= 0x24F); }

// The Latin letter that a Cyrillic or Greek one looks like; 0: none.
char32_t LatinTwin(char32_t c) {
  static constexpr std::pair<char32_t, char32_t> kTwins[] = {
      {U'а', 'a'}, {U'в', 'b'}, {U'с', 'c'}, {U'ԁ', 'd'}, {U'е', 'e'}, {U'ё', 'e'},
      {U'һ', 'h'}, {U'н', 'h'}, {U'і', 'i'}, {U'ј', 'j'}, {U'к', 'k'}, {U'м', 'm'},
      {U'п', 'n'}, {U'о', 'o'}, {U'р', 'p'}, {U'ѕ', 's'}, {U'т', 't'}, {U'у', 'y'},
      {U'х', 'x'}, {U'α', 'a'}, {U'ε', 'e'}, {U'ι', 'i'}, {U'κ', 'k'}, {U'ν', 'v'},
      {U'ο', 'o'}, {U'ρ', 'p'}, {U'τ', 't'}, {U'υ', 'u'}, {U'χ', 'x'}};
  for (const auto& [from, to] : kTwins) {
    if (from == c) return to;
  }
  return 0;
}

// Words of Latin letters with look-alikes among them are meant to be read as Latin.
void ReplaceTwins(std::u32string& text) {
  for (size_t i = 0; i < text.size();) {
    if (!IsLetterOrDigit(text[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    bool latin = false;
    while (end < text.size() && IsLetterOrDigit(text[end])) latin |= IsLatin(text[end++]);
    for (; i < end; ++i) {
      if (!latin || text[i] < 0x370) continue;
      if (const char32_t twin = LatinTwin(text[i])) text[i] = twin;
    }
  }
}

std::string Casefold(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  std::string out;
  if (U_FAILURE(error) != 0) return std::string(text);
  icu::StringByteSink<std::string> sink(&out, static_cast<int32_t>(text.size()));
  fold->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink,
                      nullptr, error);
  return out;
}

}  // namespace

std::u32string FoldText(std::string_view text) {
  const std::string folded = Casefold(text);
  std::u32string out;
  out.reserve(folded.size());
  for (size_t at = 0; at < folded.size();) {
    const char32_t c = DecodeOne(folded, &at);
    if (c >= 0x300 && c <= 0x36F) continue;  // a stroke or dot that belongs to no letter
    if (c == ' ' && !out.empty() && out.back() == ' ') continue;
    out.push_back(c);
  }
  ReplaceTwins(out);
  return out;
}

bool IsLetterOrDigit(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  if (c >= 0x4E00 && c <= 0x9FFF) return true;
  constexpr uint32_t kWord = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & kWord) != 0;
}

bool IsDense(char32_t c) {
  static constexpr std::pair<char32_t, char32_t> kRanges[] = {
      {0x0E00, 0x0EFF}, {0x1000, 0x109F}, {0x1780, 0x17FF}, {0x3040, 0x30FF},
      {0x3400, 0x9FFF}, {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFF}};
  return std::any_of(std::begin(kRanges), std::end(kRanges),
                     [c](const auto& range) { return c >= range.first && c <= range.second; });
}

}  // namespace huiyin::survey
