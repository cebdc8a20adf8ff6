#include "services/survey/domain/themes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace huiyin::survey {
namespace {

// Function words that say nothing about a theme.
constexpr std::string_view kCommonWords[] = {
    "and",  "any",   "are",  "auf",  "aus",   "been", "but",  "con",        "das",  "dass", "del",
    "den",  "der",   "des",  "die",  "ein",   "eine", "est",  "everything", "for",  "from", "had",
    "has",  "have",  "her",  "how",  "ich",   "ist",  "its",  "just",       "las",  "les",  "los",
    "mais", "mit",   "más",  "não",  "not",   "now",  "nur",  "our",        "para", "pas",  "per",
    "por",  "pour",  "que",  "qui",  "sehr",  "sie",  "that", "the",        "them", "then", "there",
    "they", "this",  "too",  "und",  "une",   "very", "von",  "war",        "was",  "were", "what",
    "when", "which", "will", "with", "would", "you",  "your", "что"};

// One code point and its bytes; malformed bytes come as themselves.
struct Character {
  uint32_t code = 0;
  std::string_view bytes;
};

Character NextCharacter(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : 4;
  length = std::min(length, text.size());
  uint32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i)
    code = code << 6 | (static_cast<unsigned char>(text[i]) & 0x3F);
  return {code, text.substr(0, length)};
}

struct Range {
  uint32_t first, last;
};
bool In(uint32_t code, std::span<const Range> ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Range& r) { return code >= r.first && code <= r.last; });
}

// Scripts without blanks between words.
bool IsDense(uint32_t code) {
  static constexpr std::array<Range, 6> kDense = {{{0x0E01, 0x0E5B},
                                                   {0x3041, 0x30FF},
                                                   {0x3400, 0x4DBF},
                                                   {0x4E00, 0x9FFF},
                                                   {0xAC00, 0xD7A3},
                                                   {0xF900, 0xFAFF}}};
  return In(code, kDense);
}

bool IsLetter(uint32_t code) {
  static constexpr std::array<Range, 5> kLetters = {
      {{'A', 'Z'}, {'a', 'z'}, {0x00C0, 0x024F}, {0x0370, 0x06FF}, {0x0900, 0x0DFF}}};
  return In(code, kLetters);
}

void AppendLower(const Character& c, std::string& word) {
  if (c.code >= 'A' && c.code <= 'Z') {
    word.push_back(static_cast<char>(c.code + 32));
  } else {
    word.append(c.bytes);
  }
}

class TermReader {
 public:
  void Read(std::string_view text) {
    while (!text.empty()) {
      const Character c = NextCharacter(text);
      text.remove_prefix(c.bytes.size());
      if (IsDense(c.code)) {
        EndWord();
        if (!before_.empty()) terms_.insert(before_ + std::string(c.bytes));
        before_ = std::string(c.bytes);
        continue;
      }
      before_.clear();
      if (!IsLetter(c.code)) {
        EndWord();
        continue;
      }
      AppendLower(c, word_);
      ++letters_;
    }
    EndWord();
  }
  std::vector<std::string> Take() { return {terms_.begin(), terms_.end()}; }

 private:
  void EndWord() {
    constexpr size_t kShortest = 3;
    if (letters_ >= kShortest && std::find(std::begin(kCommonWords), std::end(kCommonWords),
                                           word_) == std::end(kCommonWords)) {
      terms_.insert(word_);
    }
    word_.clear();
    letters_ = 0;
  }

  std::set<std::string> terms_;
  std::string before_;  // last character, of a dense script
  std::string word_;
  size_t letters_ = 0;
};

// log of (a + ½)/(n − a + ½): of `part` in `whole`.
double LogOdds(int64_t part, int64_t whole) {
  return std::log((static_cast<double>(part) + 0.5) / (static_cast<double>(whole - part) + 0.5));
}

}  // namespace

std::vector<std::string> TermsOf(std::string_view text) {
  TermReader reader;
  reader.Read(text);
  return reader.Take();
}

Themes FindThemes(std::span<const Remark> remarks, size_t most) {
  constexpr int64_t kFewest = 2;
  std::map<std::string, Theme> by_term;
  int64_t low = 0;
  for (const Remark& remark : remarks) {
    low += remark.low_score ? 1 : 0;
    for (const std::string& term : TermsOf(remark.text)) {
      Theme& theme = by_term[term];
      ++theme.count;
      theme.low_scores += remark.low_score ? 1 : 0;
    }
  }
  const auto texts = static_cast<int64_t>(remarks.size());
  Themes result{{}, texts};
  for (auto& [term, theme] : by_term) {
    if (theme.count < kFewest) continue;
    theme.term = term;
    theme.low_score_log_odds =
        LogOdds(theme.low_scores, low) - LogOdds(theme.count - theme.low_scores, texts - low);
    result.themes.push_back(std::move(theme));
  }
  std::stable_sort(result.themes.begin(), result.themes.end(),
                   [](const Theme& a, const Theme& b) { return a.count > b.count; });
  if (result.themes.size() > most) result.themes.resize(most);
  return result;
}

}  // namespace huiyin::survey
