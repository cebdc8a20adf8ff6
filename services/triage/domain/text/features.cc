#include "services/triage/domain/text/features.h"

#include <algorithm>
#include <array>

#include "services/triage/domain/text/each_feature.h"

namespace huiyin::triage::text {
namespace {

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

Script ScriptByRange(char32_t c) {
  if (c >= 0x2000 && c < 0x3040) return Script::kNone;  // nearly all punctuation of all scripts
  const auto it = std::upper_bound(kRanges.begin(), kRanges.end(), c,
                                   [](char32_t v, const Range& r) { return v < r.first; });
  if (it == kRanges.begin() || c > (it - 1)->last) return Script::kNone;
  return (it - 1)->script;
}

void ExtractFeatures(const NormalText& text, std::vector<Feature>* out) {
  EachFeature(text, [&](const Feature& f) { out->push_back(f); });
}

}  // namespace huiyin::triage::text
