// The reading of features out of a text, for callers that do something with each as it comes.
// Others take ExtractFeatures (features.h).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "services/triage/domain/text/features.h"

namespace huiyin::triage::text {

// No text gives more features than this for each of its positions.
inline constexpr std::size_t kMostFeaturesPerPosition = 5;

namespace features_internal {

constexpr std::size_t kLongestDense = 5;   // characters in an n-gram of a dense script
constexpr std::size_t kShortestInner = 3;  // characters inside a spaced word, its marks included
constexpr std::size_t kLongestInner = 5;
constexpr std::size_t kLongestWord = 32;  // the rest of a longer "word" is cut off
constexpr char32_t kEdge = 0x110000;      // beginning or end of text, or of a spaced word

constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15ull;

inline std::uint64_t Step(std::uint64_t h, char32_t c) {
  h = (h ^ c) * kMultiplier;
  return h ^ (h >> 29);
}

// Different kinds of features of the same characters must not share a hash.
enum Kind : std::uint64_t { kDense = 1, kInner = 2, kWord = 3, kPair = 4, kSkip = 5 };

template <typename Sink>
class Extractor {
 public:
  Extractor(const NormalText& text, Sink& sink) : t_(text), sink_(sink) {}

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
    sink_(Feature{static_cast<std::uint32_t>(h >> 32), static_cast<std::uint16_t>(begin),
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
  Sink& sink_;
  std::uint64_t previous_word_ = 0;
  std::uint64_t word_before_ = 0;
  std::size_t previous_begin_ = 0;
  std::size_t word_before_begin_ = 0;
};

}  // namespace features_internal

// Calls sink(Feature) for each feature of `text`, in the order ExtractFeatures gives them.
template <typename Sink>
void EachFeature(const NormalText& text, Sink sink) {
  features_internal::Extractor<Sink>(text, sink).Run();
}

}  // namespace huiyin::triage::text
