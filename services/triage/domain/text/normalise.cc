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
// What a long number becomes.
constexpr std::u32string_view kNumber = U"0000";
// The consumer hotlines people threaten with.
constexpr std::array<std::u32string_view, 3> kHotlines = {U"12315", U"12345", U"12321"};

// Labels of the order cards that chat clients put before what the customer types, simplified and
// folded. A card says which order it is, never what the matter is.
constexpr std::array<std::u32string_view, 14> kCardLabels = {
    U"咨询订单号", U"咨询商品", U"订单编号", U"订单金额", U"订单号码", U"订单号", U"下单时间",
    U"商品编号",   U"商品id",   U"商品名称", U"运单号",   U"快递单号", U"订单",   U"单号"};

constexpr std::u32string_view kFiller = U" :,¥$0-/";  // between a label, its value, the next label

// A Bloom filter of one word over the labels' first characters.
constexpr std::uint64_t kFirstOfLabels = [] {
  std::uint64_t first = 0;
  for (std::u32string_view label : kCardLabels) first |= std::uint64_t{1} << (label[0] & 63);
  return first;
}();

class Normaliser {
 public:
  // Of what may become the text, room is made for as many positions as it has bytes, and for more
  // where folding lengthens it.
  Normaliser(const FoldTables& tables, std::size_t bytes, NormalText* out)
      : tables_(tables),
        out_(*out),
        last_mark_(tables.compositions.empty() ? 0 : tables.compositions.back().mark) {
    MakeRoom(std::min(bytes, kMostPositions));
  }

  void Add(char32_t c, std::uint32_t begin) {
    const std::uint32_t entry = tables_.Entry(c);
    if (entry == FoldTables::kSame) {
      Emit(c, begin);
    } else {
      AddFolded(entry, begin);
    }
  }

  void Finish(std::uint32_t end) {
    CloseDigits();
    RemoveCards();
    if (size_ > 0 && cp_[size_ - 1] == ' ') --size_;
    begin_[size_] = end;
    out_.cp.resize(size_);
    out_.unsimplified.resize(size_);
    out_.begin.resize(size_ + 1);
  }

 private:
  [[gnu::noinline]] void AddFolded(std::uint32_t entry, std::uint32_t begin) {
    if (entry == FoldTables::kDrop) return;
    if ((entry & FoldTables::kSequence) == 0) return Emit(entry, begin);
    const std::uint32_t offset = (entry & ~FoldTables::kSequence) >> 8;
    for (std::uint32_t i = 0; i < (entry & 0xFF); ++i) Emit(tables_.sequences[offset + i], begin);
  }

  void Emit(char32_t c, std::uint32_t begin) {
    if (size_ >= kMostPositions) return;
    if (IsDigit(c)) {
      if (digits_ == 0) digits_begin_ = size_;
      ++digits_;
      Push(c, begin);
      return;
    }
    if (digits_ > 0) CloseDigits();
    if (size_ > 0) {
      // Nearly all text is beyond the last mark that composes, or before the first.
      if (c >= 0x300 && c <= last_mark_ && Compose(c)) return;
      if (c == ' ' && cp_[size_ - 1] == ' ') return;
      if (size_ >= 2 && unsimplified_[size_ - 1] == c && unsimplified_[size_ - 2] == c) return;
    } else if (c == ' ') {
      return;
    }
    Push(c, begin);
    if (c == ']') FoldPlaceholder();
  }

  void Push(char32_t c, std::uint32_t begin) {
    if (size_ == room_) MakeRoom(std::min(2 * room_ + 1, kMostPositions + kNumber.size()));
    const char32_t s = tables_.Simplify(c);
    out_.traditional += s != c ? 1 : 0;
    cp_[size_] = s;
    unsimplified_[size_] = c;
    begin_[size_++] = begin;
  }

  void MakeRoom(std::size_t positions) {
    out_.cp.resize(positions);
    out_.unsimplified.resize(positions);
    out_.begin.resize(positions + 1);
    cp_ = out_.cp.data();
    unsimplified_ = out_.unsimplified.data();
    begin_ = out_.begin.data();
    room_ = positions;
  }

  // Joins a combining mark to the position before it, where a composed form exists.
  bool Compose(char32_t c) {
    const FoldTables::Composition key{static_cast<std::uint32_t>(unsimplified_[size_ - 1]), c, 0};
    const auto less = [](const FoldTables::Composition& a, const FoldTables::Composition& b) {
      return a.mark != b.mark ? a.mark < b.mark : a.base < b.base;
    };
    const auto it =
        std::lower_bound(tables_.compositions.begin(), tables_.compositions.end(), key, less);
    if (it == tables_.compositions.end() || it->mark != key.mark || it->base != key.base) {
      return false;
    }
    unsimplified_[size_ - 1] = it->composed;
    cp_[size_ - 1] = tables_.Simplify(it->composed);
    return true;
  }

  // Digits just ended: a long run becomes "0000".
  void CloseDigits() {
    if (digits_ > kMeaningfulDigits) {
      const std::u32string_view run(cp_ + digits_begin_, digits_);
      if (std::find(kHotlines.begin(), kHotlines.end(), run) == kHotlines.end()) {
        ReplaceTail(digits_begin_);
      }
    }
    digits_ = 0;
  }

  // "[订单x]", "[phonex]": masked data reads like a long number.
  void FoldPlaceholder() {
    constexpr std::size_t kLongest = 12;
    const std::size_t n = size_;
    if (n < 4 || cp_[n - 2] != 'x') return;
    for (std::size_t i = n - 2; i + kLongest > n && i > 0; --i) {
      if (cp_[i - 1] == ']') return;
      if (cp_[i - 1] == '[') {
        ReplaceTail(i - 1);
        return;
      }
    }
  }

  // What begins at `from` becomes "0000", or vanishes after another such number.
  void ReplaceTail(std::size_t from) {
    const std::uint32_t begin = begin_[from];
    size_ = from;
    std::size_t before = from;
    while (before > 0 && cp_[before - 1] == ' ') --before;
    if (std::u32string_view(cp_, before).ends_with(kNumber)) {
      size_ = before;
      return;
    }
    for (char32_t digit : kNumber) Push(digit, begin);
  }

  // One past the card field that begins at `i` ("订单号:0000 "), or `i`.
  std::size_t CardFieldEnd(std::size_t i) const {
    if (i >= size_ || (kFirstOfLabels >> (cp_[i] & 63) & 1) == 0) return i;
    const std::u32string_view rest(cp_ + i, size_ - i);
    for (std::u32string_view label : kCardLabels) {
      if (!rest.starts_with(label)) continue;
      std::size_t at = label.size();
      while (at < rest.size() && rest[at] == ' ') ++at;
      if (at >= rest.size() || rest[at] != ':') return i;
      while (at < rest.size() && kFiller.find(rest[at]) != std::u32string_view::npos) ++at;
      return i + at;
    }
    return i;
  }

  // Takes order cards out, each leaving one space.
  void RemoveCards() {
    if (std::find(cp_, cp_ + size_, U':') == cp_ + size_) return;
    std::size_t to = 0;
    const auto put = [&](std::size_t from) {
      if (cp_[from] == ' ' && to > 0 && cp_[to - 1] == ' ') return;
      cp_[to] = cp_[from];
      unsimplified_[to] = unsimplified_[from];
      begin_[to++] = begin_[from];
    };
    for (std::size_t i = 0; i < size_;) {
      std::size_t field = i + (cp_[i] == '[' ? 1 : 0);
      std::size_t end = CardFieldEnd(field);
      if (end == field) {
        put(i++);
        continue;
      }
      for (field = end; (end = CardFieldEnd(field)) != field;) field = end;
      if (end < size_ && cp_[end] == ']') ++end;
      cp_[end - 1] = unsimplified_[end - 1] = ' ';
      put(end - 1);
      i = end;
    }
    size_ = to;
  }

  const FoldTables& tables_;
  NormalText& out_;
  const char32_t last_mark_;
  // What has been made of the text so far: the arrays of out_, of which size_ positions are filled.
  char32_t* cp_ = nullptr;
  char32_t* unsimplified_ = nullptr;
  std::uint32_t* begin_ = nullptr;
  std::size_t room_ = 0;
  std::size_t size_ = 0;
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
  out->traditional = 0;
  Normaliser normaliser(tables, text.size(), out);
  std::size_t at = 0;
  const auto read = [&](std::size_t code_points) {
    for (std::size_t n = 0; at < text.size() && n < code_points; ++n) {
      const auto begin = static_cast<std::uint32_t>(at);
      normaliser.Add(DecodeOne(text, &at), begin);
    }
  };
  constexpr std::size_t kHead = kMostCodePoints / 4 * 3;
  read(kHead);
  if (at < text.size()) at = std::max(at, TailBegin(text, kMostCodePoints - kHead));
  read(kMostCodePoints);
  normaliser.Finish(static_cast<std::uint32_t>(text.size()));
}

}  // namespace huiyin::triage::text
