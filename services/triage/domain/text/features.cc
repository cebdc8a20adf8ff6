#include "services/triage/domain/text/features.h"

#include <algorithm>
#include <array>

namespace huiyin::triage::text {
namespace {

constexpr std::size_t kLongestDense = 5;   // characters in an n-gram of a dense script
constexpr std::size_t kShortestInner = 3;  // characters inside a spaced word, its marks included
constexpr std::size_t kLongestInner = 5;
constexpr std::size_t kLongestWord = 32;  // the rest of a longer "word" is cut off
constexpr char32_t kEdge = 0x110000;      // beginning or end of text, or of a spaced word

constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15ull;

std::uint64_t Step(std::uint64_t h, char32_t c) {
  h = (h ^ c) * kMultiplier;
  return h ^ (h >> 29);
}

// Different kinds of features of the same characters must not share a hash.
enum Kind : std::uint64_t { kDense = 1, kInner = 2, kWord = 3, kPair = 4, kSkip = 5 };

class Extractor {
 public:
  Extractor(const NormalText& text, std::vector<Feature>* out) : t_(text), out_(*out) {}

  void Run() {
    std::size_t i = 0;
    while (i < t_.size()) {
      const char32_t c = t_.cp[i];
      const Script script = ScriptOf(c);
      if (c == ' ') {
        ++i;
      } else if (script == Script::kNone || IsDense(script)) {
        const std::size_t end = DenseEnd(i);
        Dense(i, end);
        i = end;
      } else {
        i = Word(i);
      }
    }
  }

 private:
  void Emit(std::uint64_t h, std::size_t begin, std::size_t end) {
    h *= kMultiplier;
    out_.push_back({static_cast<std::uint32_t>(h >> 32), static_cast<std::uint16_t>(begin),
                    static_cast<std::uint16_t>(end)});
  }

  bool IsSpacedLetter(std::size_t i) const {
    const Script s = ScriptOf(t_.cp[i]);
    return s != Script::kNone && !IsDense(s);
  }

  // A dense stretch: up to a space or a spaced word.
  std::size_t DenseEnd(std::size_t i) const {
    while (i < t_.size() && t_.cp[i] != ' ' && !IsSpacedLetter(i)) ++i;
    return i;
  }

  // N-grams ending at each position, with an edge mark before the stretch and after it.
  void Dense(std::size_t begin, std::size_t end) {
    previous_word_ = 0;
    for (std::size_t i = begin; i < end; ++i) {
      std::uint64_t h = Step(kDense, 0);
      const std::size_t longest = std::min(kLongestDense, end - i);
      for (std::size_t n = 0; n < longest; ++n) {
        h = Step(h, t_.cp[i + n]);
        Emit(h, i, i + n + 1);
      }
      if (i == begin) {
        std::uint64_t e = Step(Step(kDense, 0), kEdge);
        for (std::size_t n = 0; n < std::min<std::size_t>(3, end - i); ++n) {
          e = Step(e, t_.cp[i + n]);
          Emit(e, i, i + n + 1);
        }
      }
      if (end - i <= 3) Emit(Step(h, kEdge), i, end);
    }
  }

  std::size_t Word(std::size_t begin) {
    std::size_t end = begin;
    while (end < t_.size() && end - begin < kLongestWord &&
           (IsSpacedLetter(end) || (end > begin && t_.cp[end] == '\'' && end + 1 < t_.size() &&
                                    IsSpacedLetter(end + 1)))) {
      ++end;
    }
    std::uint64_t word = kWord;
    for (std::size_t i = begin; i < end; ++i) word = Step(word, t_.cp[i]);
    Emit(word, begin, end);
    if (previous_word_ != 0) {
      Emit(Step(word ^ (previous_word_ * 3), kPair), previous_begin_, end);
      if (word_before_ != 0) {
        Emit(Step(word ^ (word_before_ * 5), kSkip), word_before_begin_, end);
      }
    }
    word_before_ = previous_word_, word_before_begin_ = previous_begin_;
    previous_word_ = word, previous_begin_ = begin;
    Inner(begin, end);
    // A stretch of one spaced word directly after another (no space, e.g. cut or apostrophe) is
    // fine.
    return end;
  }

  char32_t Inside(std::size_t begin, std::size_t end, std::size_t k) const {
    return k == 0 || k == end - begin + 1 ? kEdge : t_.cp[begin + k - 1];
  }

  void Inner(std::size_t begin, std::size_t end) {
    const std::size_t length = end - begin + 2;  // with both edges
    for (std::size_t i = 0; i < length; ++i) {
      std::uint64_t h = kInner;
      for (std::size_t n = 1; n <= kLongestInner && i + n <= length; ++n) {
        h = Step(h, Inside(begin, end, i + n - 1));
        if (n < kShortestInner || n == length) continue;
        Emit(h, begin + (i == 0 ? 0 : i - 1), begin + std::min(i + n - 1, end - begin));
      }
    }
  }

  const NormalText& t_;
  std::vector<Feature>& out_;
  std::uint64_t previous_word_ = 0;
  std::uint64_t word_before_ = 0;
  std::size_t previous_begin_ = 0;
  std::size_t word_before_begin_ = 0;
};

struct Range {
  char32_t first;
  char32_t last;
  Script script;
};

constexpr std::array<Range, 29> kRanges = {{
    {0x00AA, 0x00AA, Script::kLatin},       {0x00B5, 0x00BA, Script::kLatin},
    {0x00C0, 0x024F, Script::kLatin},       {0x0250, 0x02AF, Script::kLatin},
    {0x0300, 0x036F, Script::kLatin},       {0x0370, 0x03FF, Script::kGreek},
    {0x0400, 0x052F, Script::kCyrillic},    {0x0530, 0x058F, Script::kOtherSpaced},
    {0x0590, 0x05FF, Script::kHebrew},      {0x0600, 0x06FF, Script::kArabic},
    {0x0700, 0x074F, Script::kOtherSpaced}, {0x0750, 0x077F, Script::kArabic},
    {0x08A0, 0x08FF, Script::kArabic},      {0x0900, 0x0DFF, Script::kIndic},
    {0x0E00, 0x0E7F, Script::kThai},        {0x0E80, 0x0EFF, Script::kThai},
    {0x10A0, 0x10FF, Script::kOtherSpaced}, {0x1100, 0x11FF, Script::kHangul},
    {0x1200, 0x137F, Script::kOtherSpaced}, {0x1780, 0x17FF, Script::kThai},
    {0x1E00, 0x1EFF, Script::kLatin},       {0x1F00, 0x1FFF, Script::kGreek},
    {0x3040, 0x30FF, Script::kKana},        {0x3130, 0x318F, Script::kHangul},
    {0x3400, 0x9FFF, Script::kHan},         {0xAC00, 0xD7AF, Script::kHangul},
    {0xF900, 0xFAFF, Script::kHan},         {0xFB50, 0xFEFC, Script::kArabic},
    {0x20000, 0x323AF, Script::kHan},
}};

}  // namespace

Script ScriptOf(char32_t c) {
  if (c < 0x80) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? Script::kLatin : Script::kNone;
  }
  if (c >= 0x3400 && c <= 0x9FFF) return Script::kHan;
  const auto it = std::upper_bound(kRanges.begin(), kRanges.end(), c,
                                   [](char32_t v, const Range& r) { return v < r.first; });
  if (it == kRanges.begin() || c > (it - 1)->last) return Script::kNone;
  return (it - 1)->script;
}

void ExtractFeatures(const NormalText& text, std::vector<Feature>* out) {
  Extractor(text, out).Run();
}

}  // namespace huiyin::triage::text
