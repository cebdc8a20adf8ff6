// Which language a text is in: by its script where that decides, by a linear model of letter
// n-grams among languages of one script.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "services/triage/domain/text/features.h"
#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/text/normalise.h"

namespace huiyin::triage::text {

// Languages the model tells apart, in column order; never reorder (it is the file format). The
// scripts listed with one language each need no model.
struct LanguageColumn {
  std::string_view tag;
  Script script;
  bool supported;  // categories are read in it
};
inline constexpr std::array<LanguageColumn, 44> kLanguages = {{
    {"en", Script::kLatin, true},     {"es", Script::kLatin, true},
    {"pt", Script::kLatin, true},     {"fr", Script::kLatin, true},
    {"de", Script::kLatin, true},     {"vi", Script::kLatin, true},
    {"id", Script::kLatin, true},     {"ms", Script::kLatin, false},
    {"it", Script::kLatin, false},    {"nl", Script::kLatin, false},
    {"ca", Script::kLatin, false},    {"ro", Script::kLatin, false},
    {"pl", Script::kLatin, false},    {"tr", Script::kLatin, false},
    {"sv", Script::kLatin, false},    {"nb", Script::kLatin, false},
    {"da", Script::kLatin, false},    {"fi", Script::kLatin, false},
    {"cs", Script::kLatin, false},    {"hu", Script::kLatin, false},
    {"hr", Script::kLatin, false},    {"tl", Script::kLatin, false},
    {"af", Script::kLatin, false},    {"sq", Script::kLatin, false},
    {"et", Script::kLatin, false},    {"eu", Script::kLatin, false},
    {"sw", Script::kLatin, false},    {"lt", Script::kLatin, false},
    {"la", Script::kLatin, false},    {"eo", Script::kLatin, false},
    {"is", Script::kLatin, false},    {"sk", Script::kLatin, false},
    {"ru", Script::kCyrillic, true},  {"uk", Script::kCyrillic, false},
    {"be", Script::kCyrillic, false}, {"bg", Script::kCyrillic, false},
    {"mk", Script::kCyrillic, false}, {"sr", Script::kCyrillic, false},
    {"kk", Script::kCyrillic, false}, {"mn", Script::kCyrillic, false},
    {"ar", Script::kArabic, true},    {"fa", Script::kArabic, false},
    {"zh", Script::kHan, true},       {"ja", Script::kHan, true},
}};
static_assert(kLanguages.size() <= kLanguageColumns);

struct LanguageGuess {
  std::string_view tag = "und";  // "zh" is refined to zh-Hans or zh-Hant
  std::string_view mixed;        // a second language with a good share of the text, or empty
  float p = 0;
  bool supported = false;
};

// Appends hashes for the language model of the letters of `script` in `text`.
void LanguageFeatures(const NormalText& text, Script script, std::vector<std::uint32_t>* out);

class LanguageModel {
 public:
  LanguageModel(const Parameters& parameters, std::span<const std::int8_t> rows,
                const FoldTables& tables);
  // `hashes` is working memory. Linear in the text.
  LanguageGuess Guess(const NormalText& text, std::vector<std::uint32_t>* hashes) const;

 private:
  LanguageGuess Among(const NormalText& text, Script script,
                      std::vector<std::uint32_t>* hashes) const;
  // Adds up the rows of the features of `script`, and returns how many these are.
  std::size_t Sum(const NormalText& text, Script script, std::vector<std::uint32_t>* hashes,
                  std::array<std::int32_t, kLanguageColumns>* sums) const;
  std::string_view ChineseTag(const NormalText& text) const;

  // What a row says of Chinese and of Japanese.
  using HanWeights = std::array<std::int8_t, 2>;

  const Parameters& parameters_;
  std::span<const std::int8_t> rows_;
  std::vector<HanWeights> han_;        // the same rows, so small that they stay near the processor
  std::vector<bool> simplified_only_;  // by code point - kFirstHan: a form simplification makes
};

}  // namespace huiyin::triage::text
