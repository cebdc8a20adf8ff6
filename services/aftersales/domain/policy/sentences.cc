#include "services/aftersales/domain/policy/sentences.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "libs/core/money.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kFile =
#include "services/aftersales/domain/policy/documents/sentences.inc"
    ;
constexpr std::string_view kLanguages[] = {"en", "zh", "zh-Hant", "ja", "ko", "es", "pt",
                                           "fr", "de", "ru",      "vi", "th", "id", "ar"};
constexpr size_t kEnglish = 0, kTraditional = 2;

// By language, by text; empty where the file has none (a test makes sure that there is none).
using Catalogue = std::array<std::array<std::string_view, kTexts>, std::size(kLanguages)>;

template <size_t N>
size_t Find(const std::string_view (&names)[N], std::string_view name) {
  return static_cast<size_t>(std::find(names, names + N, name) - names);
}

const Catalogue& Texts() {
  static const Catalogue kCatalogue = [] {
    Catalogue catalogue;
    std::string_view rest = kFile;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(rest.size(), line.size() + 1));
      const size_t first = line.find('\t');
      const size_t second = line.find('\t', first + 1);
      if (second == line.npos) continue;  // a comment
      const size_t language = Find(kLanguages, line.substr(0, first));
      const size_t text = Find(kTextKeys, line.substr(first + 1, second - first - 1));
      if (language < std::size(kLanguages) && text < kTexts) {
        catalogue[language][text] = line.substr(second + 1);
      }
    }
    return catalogue;
  }();
  return kCatalogue;
}

// Position in kLanguages; their number when it is none of ours.
size_t LanguageOf(std::string_view tag) {
  return Find(kLanguages, tag.substr(0, tag.find_first_of("-_")));
}

std::string_view Lookup(Text text, std::string_view tag, bool traditional) {
  size_t language = LanguageOf(tag);
  if (language == std::size(kLanguages)) language = kEnglish;
  if (traditional && IsTraditional(tag)) language = kTraditional;
  return Texts()[language][static_cast<size_t>(text)];
}

Text PickReturn(const VerdictInputs& inputs, const LineVerdict& verdict) {
  if (inputs.format < 2) return Text::kReturn;
  if (verdict.refund_at == RefundAt::kCarrierScan) return Text::kReturnAtScan;
  if (verdict.refund_at == RefundAt::kApproval) return Text::kReturnAtOnce;
  if (!verdict.customer_pays_return) return Text::kReturn;
  return verdict.return_shipping_fee > 0 ? Text::kReturnFee : Text::kReturnOwnCost;
}

Text Pick(const VerdictInputs& inputs, const LineFacts& line, const LineVerdict& verdict) {
  if (verdict.decision == Decision::kReview) {
    return verdict.reason == "NEEDS_EVIDENCE" ? Text::kEvidence : Text::kReview;
  }
  if (verdict.decision == Decision::kReject) {
    if (verdict.reason == "OUTSIDE_WINDOW") return Text::kTooLate;
    return verdict.reason == "NON_RETURNABLE" ? Text::kNever : Text::kNo;
  }
  if (verdict.keep_goods) return Text::kKeep;
  switch (line.kind) {
    case RmaKind::kExchange:
      return Text::kExchange;
    case RmaKind::kRepair:
      return Text::kRepair;
    default:
      return PickReturn(inputs, verdict);
  }
}

struct Values {
  int64_t refund = 0, fee = 0, days = 0;
  std::optional<absl::Time> window_ends_at;
};

std::string DateOf(const VerdictInputs& inputs, const std::optional<absl::Time>& time) {
  if (!time) return "";
  absl::TimeZone zone = absl::UTCTimeZone();
  // UTC when the zone is not known, as before zones were kept.
  if (inputs.format >= 2) absl::LoadTimeZone(inputs.zone, &zone);
  return absl::FormatTime("%Y-%m-%d", *time, zone);
}

std::string Fill(const VerdictInputs& inputs, std::string_view text, const Values& values) {
  std::string out;
  out.reserve(text.size() + 32);
  while (true) {
    const size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == text.npos) return out;
    const size_t close = text.find('}', open);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    if (name == "amount") out += Money(values.refund, inputs.currency).ToString();
    if (name == "fee") out += Money(values.fee, inputs.currency).ToString();
    if (name == "days") out += std::to_string(values.days);
    if (name == "date") out += DateOf(inputs, values.window_ends_at);
    text.remove_prefix(close + 1);
  }
}

}  // namespace

bool IsTraditional(std::string_view tag) {
  if (!tag.starts_with("zh")) return false;
  for (const std::string_view mark : {"Hant", "TW", "HK", "MO"}) {
    if (tag.find(mark) != tag.npos) return true;
  }
  return false;
}

std::span<const std::string_view> Languages() { return kLanguages; }

bool HasSentences(std::string_view language) {
  return LanguageOf(language) < std::size(kLanguages);
}

std::string_view Template(Text text, std::string_view language) {
  return Lookup(text, language, /*traditional=*/true);
}

std::string LineSentence(const VerdictInputs& inputs, const LineFacts& line,
                         const LineVerdict& verdict, int64_t ship_within_days) {
  return Fill(inputs, Lookup(Pick(inputs, line, verdict), inputs.language, inputs.format >= 2),
              {.refund = verdict.refund,
               .fee = verdict.return_shipping_fee,
               .days = ship_within_days,
               .window_ends_at = verdict.window_ends_at});
}

std::string CustomerSentence(const VerdictInputs& inputs, const Verdict& verdict) {
  int64_t fee = 0;
  for (const LineVerdict& line : verdict.lines) fee += line.return_shipping_fee;
  // The first line with the verdict's own decision speaks, with the money of all.
  for (size_t i = 0; i < verdict.lines.size(); ++i) {
    const LineVerdict& line = verdict.lines[i];
    if (line.decision != verdict.decision) continue;
    return Fill(inputs,
                Lookup(Pick(inputs, inputs.lines[i], line), inputs.language, inputs.format >= 2),
                {.refund = verdict.refund,
                 .fee = fee,
                 .days = verdict.ship_within_days,
                 .window_ends_at = line.window_ends_at});
  }
  return "";
}

}  // namespace huiyin::aftersales
