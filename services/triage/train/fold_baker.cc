#include "services/triage/train/fold_baker.h"

#include <opencc/opencc.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/core/utf8.h"

namespace huiyin::triage::train {
namespace {

using text::FoldTables;

constexpr std::uint32_t kBlock = 1u << FoldTables::kBlockBits;

// What `c` becomes: spaces for anything that separates, nothing for what is not seen.
std::u32string Fold(const icu::Normalizer2& nfkc_casefold, UChar32 c) {
  if (c == kReplacement) return U" ";
  const std::int8_t type = u_charType(c);
  if (type == U_CONTROL_CHAR || type == U_SPACE_SEPARATOR || type == U_LINE_SEPARATOR ||
      type == U_PARAGRAPH_SEPARATOR) {
    return U" ";
  }
  if (c >= 0x1F3FB && c <= 0x1F3FF) return U"";  // skin tones: one emoji, one meaning
  if (type == U_UNASSIGNED || type == U_SURROGATE) return std::u32string(1, c);
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeString folded = nfkc_casefold.normalize(icu::UnicodeString(c), error);
  std::u32string out;
  if (U_FAILURE(error)) return std::u32string(1, c);
  for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
    const UChar32 f = folded.char32At(i);
    out.push_back(u_isspace(f) ? U' ' : static_cast<char32_t>(f));
  }
  // Punctuation that differs only by width or taste.
  constexpr std::array<std::array<char32_t, 2>, 8> kPunctuation = {{{U'。', U'.'},
                                                                    {U'、', U','},
                                                                    {U'“', U'"'},
                                                                    {U'”', U'"'},
                                                                    {U'‘', U'\''},
                                                                    {U'’', U'\''},
                                                                    {U'【', U'['},
                                                                    {U'】', U']'}}};
  for (char32_t& f : out) {
    for (const auto& [from, to] : kPunctuation) {
      if (f == from) f = to;
    }
  }
  return out;
}

void AddCompositions(const icu::Normalizer2& nfkc, FoldData* data) {
  for (UChar32 c = 0xC0; c < 0x3100; ++c) {
    icu::UnicodeString pair;
    if (!nfkc.getRawDecomposition(c, pair) || pair.countChar32() != 2) continue;
    const UChar32 base = pair.char32At(0);
    const UChar32 mark = pair.char32At(pair.moveIndex32(0, 1));
    if (u_charType(mark) != U_NON_SPACING_MARK || nfkc.composePair(base, mark) != c) continue;
    data->compositions.push_back({static_cast<std::uint32_t>(base),
                                  static_cast<std::uint32_t>(mark), static_cast<std::uint32_t>(c)});
  }
  std::sort(data->compositions.begin(), data->compositions.end(), [](const auto& a, const auto& b) {
    return a.mark != b.mark ? a.mark < b.mark : a.base < b.base;
  });
}

absl::Status AddSimplified(FoldData* data) try {
  const opencc::SimpleConverter converter("t2s.json");
  data->simplified.assign(FoldTables::kHanCount, 0);
  for (std::uint32_t i = 0; i < FoldTables::kHanCount; ++i) {
    const auto c = static_cast<UChar32>(FoldTables::kFirstHan + i);
    std::string utf8;
    icu::UnicodeString(c).toUTF8String(utf8);
    const std::string simple = converter.Convert(utf8);
    std::size_t at = 0;
    const char32_t s = DecodeOne(simple, &at);
    if (at == simple.size() && s != static_cast<char32_t>(c)) data->simplified[i] = s;
  }
  return absl::OkStatus();
} catch (const std::exception& e) {
  return absl::FailedPreconditionError(absl::StrCat("OpenCC t2s.json: ", e.what()));
}

}  // namespace

FoldTables FoldData::View() const {
  return {block_of, entries, sequences, compositions, simplified};
}

absl::StatusOr<FoldData> BakeFoldTables() {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* casefold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(error);
  if (U_FAILURE(error)) return absl::InternalError("ICU has no normalisation data");
  FoldData data;
  std::map<std::array<std::uint32_t, kBlock>, std::uint16_t> known;
  for (std::uint32_t first = 0; first < FoldTables::kCodePoints; first += kBlock) {
    std::array<std::uint32_t, kBlock> block;
    for (std::uint32_t i = 0; i < kBlock; ++i) {
      const std::u32string folded = Fold(*casefold, static_cast<UChar32>(first + i));
      if (folded.empty()) {
        block[i] = FoldTables::kDrop;
      } else if (folded.size() == 1) {
        block[i] = folded[0] == first + i ? FoldTables::kSame : folded[0];
      } else {
        block[i] = FoldTables::kSequence |
                   static_cast<std::uint32_t>(data.sequences.size() << 8 | folded.size());
        data.sequences.insert(data.sequences.end(), folded.begin(), folded.end());
      }
    }
    const auto [it, fresh] =
        known.emplace(block, static_cast<std::uint16_t>(data.entries.size() / kBlock));
    if (fresh) data.entries.insert(data.entries.end(), block.begin(), block.end());
    data.block_of.push_back(it->second);
  }
  AddCompositions(*nfkc, &data);
  if (absl::Status s = AddSimplified(&data); !s.ok()) return s;
  return data;
}

}  // namespace huiyin::triage::train
