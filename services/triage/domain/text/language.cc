#include "services/triage/domain/text/language.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace huiyin::triage::text {
namespace {

constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15ull;
constexpr std::size_t kLongestGram = 5;
constexpr std::size_t kMostLetters = 400;  // enough to be sure of any language
constexpr char32_t kEdge = 0x110000;
// Languages we serve are far more likely here than the others of their script.
constexpr float kSupportedPrior = 1.5f;

std::uint64_t Step(std::uint64_t h, char32_t c) {
  h = (h ^ c) * kMultiplier;
  return h ^ (h >> 29);
}

std::uint32_t Hash(std::uint64_t h) { return static_cast<std::uint32_t>((h * kMultiplier) >> 32); }

template <typename Sink>
void WordGrams(std::span<const char32_t> word, const Sink& sink) {
  std::uint64_t whole = 7;
  for (char32_t c : word) whole = Step(whole, c);
  sink(Hash(whole));
  const std::size_t length = word.size() + 2;
  const auto at = [&](std::size_t i) { return i == 0 || i == length - 1 ? kEdge : word[i - 1]; };
  for (std::size_t i = 0; i < length; ++i) {
    std::uint64_t h = 11;
    for (std::size_t n = 1; n <= kLongestGram && i + n <= length; ++n) {
      h = Step(h, at(i + n - 1));
      if (n == 1 && (i == 0 || i == length - 1)) continue;
      sink(Hash(h));
    }
  }
}

// Gives `sink` what LanguageFeatures appends.
template <typename Sink>
void EachFeature(const NormalText& text, Script script, const Sink& sink) {
  const std::span<const char32_t> cps(text.unsimplified);
  std::size_t letters = 0;
  for (std::size_t i = 0; i < cps.size() && letters < kMostLetters;) {
    if (ScriptOf(cps[i]) != script) {
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < cps.size() && ScriptOf(cps[end]) == script && end - i < kMostLetters) ++end;
    letters += end - i;
    if (IsDense(script)) {
      for (std::size_t k = i; k < end; ++k) {
        sink(Hash(Step(3, cps[k])));
        if (k > i) sink(Hash(Step(Step(5, cps[k - 1]), cps[k])));
      }
    } else {
      WordGrams(cps.subspan(i, end - i), sink);
    }
    i = end;
  }
}

// Scripts counted together: the letters of one are weighed against those of another.
enum Group : std::size_t {
  kGroupHan,
  kGroupKana,
  kGroupHangul,
  kGroupThai,
  kGroupLatin,
  kGroupCyrillic,
  kGroupArabic,
  kGroupOther,
  kGroups
};

Group GroupOf(Script s) {
  switch (s) {
    case Script::kHan:
      return kGroupHan;
    case Script::kKana:
      return kGroupKana;
    case Script::kHangul:
      return kGroupHangul;
    case Script::kThai:
      return kGroupThai;
    case Script::kLatin:
      return kGroupLatin;
    case Script::kCyrillic:
      return kGroupCyrillic;
    case Script::kArabic:
      return kGroupArabic;
    default:
      return kGroupOther;
  }
}

// An alphabet's letter says less than a syllable or a character.
constexpr std::array<float, kGroups> kLetterWeight = {1, 1, 1, 0.5f, 0.25f, 0.25f, 0.35f, 0.3f};

// The language of a script that has one here, by block.
struct BlockLanguage {
  char32_t first;
  char32_t last;
  std::string_view tag;
};
constexpr std::array<BlockLanguage, 15> kBlocks = {{{0x0370, 0x03FF, "el"},
                                                    {0x0530, 0x058F, "hy"},
                                                    {0x0590, 0x05FF, "he"},
                                                    {0x0900, 0x097F, "hi"},
                                                    {0x0980, 0x09FF, "bn"},
                                                    {0x0A00, 0x0A7F, "pa"},
                                                    {0x0A80, 0x0AFF, "gu"},
                                                    {0x0B80, 0x0BFF, "ta"},
                                                    {0x0C00, 0x0C7F, "te"},
                                                    {0x0D80, 0x0DFF, "si"},
                                                    {0x0E80, 0x0EFF, "lo"},
                                                    {0x10A0, 0x10FF, "ka"},
                                                    {0x1200, 0x137F, "am"},
                                                    {0x1780, 0x17FF, "km"},
                                                    {0x1F00, 0x1FFF, "el"}}};

// Languages of a script stand together: columns [first, last).
struct Columns {
  std::size_t first;
  std::size_t last;
};
constexpr Columns ColumnsOf(Script script) {
  std::size_t first = 0;
  while (first < kLanguages.size() && kLanguages[first].script != script) ++first;
  std::size_t last = first;
  while (last < kLanguages.size() && kLanguages[last].script == script) ++last;
  return {first, last};
}
static_assert([] {
  for (const LanguageColumn& l : kLanguages) {
    std::size_t n = 0;
    for (const LanguageColumn& other : kLanguages) n += other.script == l.script ? 1 : 0;
    const Columns c = ColumnsOf(l.script);
    if (c.last - c.first != n) return false;
  }
  return true;
}());

std::string_view BlockTag(const NormalText& text) {
  for (char32_t c : text.unsimplified) {
    for (const BlockLanguage& b : kBlocks) {
      if (c >= b.first && c <= b.last) return b.tag;
    }
  }
  return "und";
}

}  // namespace

void LanguageFeatures(const NormalText& text, Script script, std::vector<std::uint32_t>* out) {
  EachFeature(text, script, [&](std::uint32_t hash) { out->push_back(hash); });
}

LanguageModel::LanguageModel(const Parameters& parameters, std::span<const std::int8_t> rows,
                             const FoldTables& tables)
    : parameters_(parameters),
      rows_(rows),
      han_(std::size_t{1} << parameters.language_bits),
      simplified_only_(FoldTables::kHanCount, false) {
  constexpr Columns kHan = ColumnsOf(Script::kHan);
  static_assert(kHan.last - kHan.first == std::tuple_size_v<HanWeights>);
  for (std::size_t i = 0; i < han_.size(); ++i) {
    std::copy_n(&rows[i * kLanguageColumns + kHan.first], han_[i].size(), han_[i].begin());
  }
  for (std::uint32_t s : tables.simplified) {
    if (s >= FoldTables::kFirstHan && s < FoldTables::kFirstHan + FoldTables::kHanCount) {
      simplified_only_[s - FoldTables::kFirstHan] = true;
    }
  }
}

std::string_view LanguageModel::ChineseTag(const NormalText& text) const {
  if (text.traditional == 0) return "zh-Hans";
  std::uint32_t simplified = 0;
  for (char32_t c : text.unsimplified) {
    if (c >= FoldTables::kFirstHan && c < FoldTables::kFirstHan + FoldTables::kHanCount) {
      simplified += simplified_only_[c - FoldTables::kFirstHan] ? 1 : 0;
    }
  }
  return text.traditional > simplified ? "zh-Hant" : "zh-Hans";
}

std::size_t LanguageModel::Sum(const NormalText& text, Script script,
                               std::vector<std::uint32_t>* hashes,
                               std::array<std::int32_t, kLanguageColumns>* sums) const {
  const auto [first, last] = ColumnsOf(script);
  const unsigned shift = 32 - parameters_.language_bits;
  if (script == Script::kHan) {
    std::size_t count = 0;
    std::array<std::int32_t, std::tuple_size_v<HanWeights>> of{};
    EachFeature(text, script, [&](std::uint32_t hash) {
      for (std::size_t c = 0; c < of.size(); ++c) of[c] += han_[hash >> shift][c];
      ++count;
    });
    std::copy(of.begin(), of.end(), sums->begin() + first);
    return count;
  }
  hashes->clear();
  LanguageFeatures(text, script, hashes);
  constexpr std::size_t kAhead = 8;
  for (std::size_t i = 0; i < hashes->size(); ++i) {
    const auto row_of = [&](std::size_t k) {
      return &rows_[(std::size_t{(*hashes)[k]} >> shift) * kLanguageColumns];
    };
    if (i + kAhead < hashes->size()) __builtin_prefetch(row_of(i + kAhead) + first);
    const std::int8_t* row = row_of(i);
    for (std::size_t c = first; c < last; ++c) (*sums)[c] += row[c];
  }
  return hashes->size();
}

LanguageGuess LanguageModel::Among(const NormalText& text, Script script,
                                   std::vector<std::uint32_t>* hashes) const {
  std::array<std::int32_t, kLanguageColumns> sums{};
  const std::size_t count = Sum(text, script, hashes, &sums);
  if (count == 0) return {};
  const auto [first, last] = ColumnsOf(script);
  const float value = 1.0f / std::sqrt(static_cast<float>(count));
  std::array<float, kLanguages.size()> score;
  float top = -1e30f;
  std::size_t best = first;
  for (std::size_t c = first; c < last; ++c) {
    score[c] = static_cast<float>(sums[c]) * parameters_.language_scale[c] * value +
               parameters_.language_bias[c] + (kLanguages[c].supported ? kSupportedPrior : 0.0f);
    if (score[c] > top) top = score[c], best = c;
  }
  float sum = 0;
  for (std::size_t c = first; c < last; ++c) sum += std::exp(score[c] - top);
  return {kLanguages[best].tag, {}, 1.0f / sum, kLanguages[best].supported};
}

LanguageGuess LanguageModel::Guess(const NormalText& text,
                                   std::vector<std::uint32_t>* hashes) const {
  std::size_t han = 0;
  std::array<float, kGroups> weight{};
  for (char32_t c : text.unsimplified) {
    const Script s = ScriptOf(c);
    if (s == Script::kHan) {
      ++han;
    } else if (s != Script::kNone) {
      const Group g = GroupOf(s);
      weight[g] += kLetterWeight[g];
    }
  }
  weight[kGroupHan] = static_cast<float>(han) * kLetterWeight[kGroupHan];
  // Kana says Japanese, and its kanji go with it.
  if (weight[kGroupKana] > 0.08f * weight[kGroupHan]) {
    weight[kGroupKana] += weight[kGroupHan];
    weight[kGroupHan] = 0;
  }
  const auto guess = [&](std::size_t group) -> LanguageGuess {
    switch (group) {
      case kGroupKana:
        return {"ja", {}, 0.99f, true};
      case kGroupHangul:
        return {"ko", {}, 0.99f, true};
      case kGroupThai: {
        const std::string_view block = BlockTag(text);
        if (block == "lo" || block == "km") return {block, {}, 0.95f, false};
        return {"th", {}, 0.99f, true};
      }
      case kGroupHan: {
        LanguageGuess g = Among(text, Script::kHan, hashes);
        if (g.tag == "zh") g.tag = ChineseTag(text);
        return g;
      }
      case kGroupLatin:
        return Among(text, Script::kLatin, hashes);
      case kGroupCyrillic:
        return Among(text, Script::kCyrillic, hashes);
      case kGroupArabic:
        return Among(text, Script::kArabic, hashes);
      default:
        return {BlockTag(text), {}, 0.9f, false};
    }
  };
  const auto first =
      static_cast<std::size_t>(std::max_element(weight.begin(), weight.end()) - weight.begin());
  if (weight[first] <= 0) return {};
  float total = 0;
  for (float w : weight) total += w;
  std::size_t second = kGroups;
  constexpr float kMixedShare = 0.2f;
  constexpr float kMixedLeast = 2.0f;  // a brand name alone does not make a text mixed
  for (std::size_t g = 0; g < kGroups; ++g) {
    if (g == first || weight[g] < kMixedShare * total || weight[g] < kMixedLeast) continue;
    if (second == kGroups || weight[g] > weight[second]) second = g;
  }
  std::string_view mixed;
  if (second != kGroups) mixed = guess(second).tag;
  LanguageGuess out = guess(first);
  if (mixed != "und") out.mixed = mixed;
  return out;
}

}  // namespace huiyin::triage::text
