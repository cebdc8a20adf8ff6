#include "services/triage/domain/text/normalise.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "libs/core/utf8.h"

namespace huiyin::triage::text {
namespace {

bool IsDigit(char32_t c) { return c >= '0' && c <= '9'; }

// Longest run of digits whose value can mean something (2手, 双11, 618, 315); longer ones are
// numbers and all alike.
constexpr std::size_t kMeaningfulDigits = 3;
// The consumer hotlines people threaten with.
constexpr std::array<std::u32string_view, 3> kHotlines = {U"12315", U"12345", U"12321"};

// Labels of the order cards that chat clients put before what the customer types, simplified and
// folded. A card says which order it is, never what the matter is.
constexpr std::array<std::u32string_view, 14> kCardLabels = {
    U"咨询订单号", U"咨询商品", U"订单编号", U"订单金额", U"订单号码", U"订单号", U"下单时间",
    U"商品编号",   U"商品id",   U"商品名称", U"运单号",   U"快递单号", U"订单",   U"单号"};

class Normaliser {
 public:
  Normaliser(const FoldTables& tables, NormalText* out) : tables_(tables), out_(*out) {}

  void Add(char32_t c, std::uint32_t begin) {
    const std::uint32_t entry = tables_.Entry(c);
    if (entry == FoldTables::kDrop) return;
    if (entry == FoldTables::kSame) {
      Emit(c, begin);
    } else if ((entry & FoldTables::kSequence) == 0) {
      Emit(entry, begin);
    } else {
      const std::uint32_t offset = (entry & ~FoldTables::kSequence) >> 8;
      for (std::uint32_t i = 0; i < (entry & 0xFF); ++i) {
        Emit(tables_.sequences[offset + i], begin);
      }
    }
  }

  void Finish(std::uint32_t end) {
    CloseDigits();
    RemoveCards();
    if (!out_.cp.empty() && out_.cp.back() == ' ') Pop();
    out_.begin.push_back(end);
  }

 private:
  void Emit(char32_t c, std::uint32_t begin) {
    if (out_.cp.size() >= kMostPositions) return;
    if (IsDigit(c)) {
      if (digits_ == 0) digits_begin_ = out_.cp.size();
      ++digits_;
      Push(c, begin);
      return;
    }
    CloseDigits();
    if (!out_.cp.empty()) {
      if (Compose(c)) return;
      if (c == ' ' && out_.cp.back() == ' ') return;
      const std::size_t n = out_.unsimplified.size();
      if (n >= 2 && out_.unsimplified[n - 1] == c && out_.unsimplified[n - 2] == c) return;
    } else if (c == ' ') {
      return;
    }
    Push(c, begin);
    if (c == ']') FoldPlaceholder();
  }

  void Push(char32_t c, std::uint32_t begin) {
    const char32_t s = tables_.Simplify(c);
    out_.traditional += s != c ? 1 : 0;
    out_.cp.push_back(s);
    out_.unsimplified.push_back(c);
    out_.begin.push_back(begin);
  }

  void Pop() {
    out_.cp.pop_back();
    out_.unsimplified.pop_back();
    out_.begin.pop_back();
  }

  // Joins a combining mark to the position before it, where a composed form exists.
  bool Compose(char32_t c) {
    // Nearly all text is beyond the last mark that composes, or before the first.
    if (c < 0x300 || tables_.compositions.empty() || c > tables_.compositions.back().mark) {
      return false;
    }
    const FoldTables::Composition key{static_cast<std::uint32_t>(out_.unsimplified.back()), c, 0};
    const auto less = [](const FoldTables::Composition& a, const FoldTables::Composition& b) {
      return a.mark != b.mark ? a.mark < b.mark : a.base < b.base;
    };
    const auto it =
        std::lower_bound(tables_.compositions.begin(), tables_.compositions.end(), key, less);
    if (it == tables_.compositions.end() || it->mark != key.mark || it->base != key.base) {
      return false;
    }
    out_.unsimplified.back() = it->composed;
    out_.cp.back() = tables_.Simplify(it->composed);
    return true;
  }

  // Digits just ended: a long run becomes "0000".
  void CloseDigits() {
    if (digits_ > kMeaningfulDigits) {
      const std::u32string_view run(out_.cp.data() + digits_begin_, digits_);
      if (std::find(kHotlines.begin(), kHotlines.end(), run) == kHotlines.end()) {
        ReplaceTail(digits_begin_);
      }
    }
    digits_ = 0;
  }

  // "[订单x]", "[phonex]": masked data reads like a long number.
  void FoldPlaceholder() {
    constexpr std::size_t kLongest = 12;
    const std::size_t n = out_.cp.size();
    if (n < 4 || out_.cp[n - 2] != 'x') return;
    for (std::size_t i = n - 2; i + kLongest > n && i > 0; --i) {
      if (out_.cp[i - 1] == ']') return;
      if (out_.cp[i - 1] == '[') {
        ReplaceTail(i - 1);
        return;
      }
    }
  }

  // What begins at `from` becomes "0000", or vanishes after another such number.
  void ReplaceTail(std::size_t from) {
    const std::uint32_t begin = out_.begin[from];
    while (out_.cp.size() > from) Pop();
    std::size_t before = from;
    while (before > 0 && out_.cp[before - 1] == ' ') --before;
    if (before >= 4 && out_.cp[before - 1] == '0' && out_.cp[before - 2] == '0' &&
        out_.cp[before - 3] == '0' && out_.cp[before - 4] == '0') {
      while (out_.cp.size() > before) Pop();
      return;
    }
    for (int i = 0; i < 4; ++i) Push('0', begin);
  }

  // One past the card field that begins at `i` ("订单号:0000 "), or `i`.
  std::size_t CardFieldEnd(std::size_t i) const {
    const std::u32string_view rest(out_.cp.data() + i, out_.cp.size() - i);
    for (std::u32string_view label : kCardLabels) {
      if (!rest.starts_with(label)) continue;
      std::size_t at = label.size();
      while (at < rest.size() && rest[at] == ' ') ++at;
      if (at >= rest.size() || rest[at] != ':') return i;
      constexpr std::u32string_view kFiller = U" :,¥$0-/";
      while (at < rest.size() && kFiller.find(rest[at]) != std::u32string_view::npos) ++at;
      return i + at;
    }
    return i;
  }

  // Takes order cards out, each leaving one space.
  void RemoveCards() {
    if (std::find(out_.cp.begin(), out_.cp.end(), U':') == out_.cp.end()) return;
    std::size_t to = 0;
    const auto put = [&](std::size_t from) {
      if (out_.cp[from] == ' ' && to > 0 && out_.cp[to - 1] == ' ') return;
      out_.cp[to] = out_.cp[from];
      out_.unsimplified[to] = out_.unsimplified[from];
      out_.begin[to++] = out_.begin[from];
    };
    for (std::size_t i = 0; i < out_.cp.size();) {
      std::size_t field = i + (out_.cp[i] == '[' ? 1 : 0);
      std::size_t end = CardFieldEnd(field);
      if (end == field) {
        put(i++);
        continue;
      }
      for (field = end; (end = CardFieldEnd(field)) != field;) field = end;
      if (end < out_.cp.size() && out_.cp[end] == ']') ++end;
      out_.cp[end - 1] = out_.unsimplified[end - 1] = ' ';
      put(end - 1);
      i = end;
    }
    out_.cp.resize(to);
    out_.unsimplified.resize(to);
    out_.begin.resize(to);
  }

  const FoldTables& tables_;
  NormalText& out_;
  std::size_t digits_ = 0;
  std::size_t digits_begin_ = 0;
};

// Where the last `count` code points of `text` begin.
std::size_t TailBegin(std::string_view text, std::size_t count) {
  std::size_t at = text.size();
  while (at > 0 && count > 0) {
    --at;
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) --count;
    // A run of stray continuation bytes is no character; do not walk back through megabytes of it.
    if (text.size() - at > 4 * kMostCodePoints) break;
  }
  return at;
}

}  // namespace

void Normalise(const FoldTables& tables, std::string_view text, NormalText* out) {
  out->Clear();
  Normaliser normaliser(tables, out);
  std::size_t at = 0;
  constexpr std::size_t kHead = kMostCodePoints / 4 * 3;
  for (std::size_t n = 0; at < text.size() && n < kHead; ++n) {
    const auto begin = static_cast<std::uint32_t>(at);
    normaliser.Add(DecodeOne(text, &at), begin);
  }
  if (at < text.size()) at = std::max(at, TailBegin(text, kMostCodePoints - kHead));
  for (std::size_t n = 0; at < text.size() && n < kMostCodePoints; ++n) {
    const auto begin = static_cast<std::uint32_t>(at);
    normaliser.Add(DecodeOne(text, &at), begin);
  }
  normaliser.Finish(static_cast<std::uint32_t>(text.size()));
}

}  // namespace huiyin::triage::text
