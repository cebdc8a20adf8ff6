#include "libs/entities/entities.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "libs/entities/contact_data.h"

namespace huiyin::entities {
namespace {

bool StartsWith(const CodePoints& t, std::size_t i, std::u32string_view word) {
  if (i + word.size() > t.size()) return false;
  for (std::size_t k = 0; k < word.size(); ++k) {
    char32_t c = t.cp[i + k];
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    if (c != word[k]) return false;
  }
  return true;
}

std::size_t SkipSpaces(const CodePoints& t, std::size_t i, std::size_t most) {
  while (most-- > 0 && i < t.size() && t.cp[i] == ' ') ++i;
  return i;
}

constexpr std::array<std::u32string_view, 14> kUnitsAfter = {U"元",  U"块",  U"圓",  U"円", U"원",
                                                             U"€",   U"₽", U"₫",   U"đ",  U"บาท",
                                                             U"rmb", U"usd", U"eur", U"руб"};
constexpr std::array<std::u32string_view, 12> kUnitsBefore = {
    U"¥", U"$", U"€", U"£", U"₹", U"฿", U"₫", U"₩", U"rp", U"r$", U"rmb", U"usd"};

// A Bloom filter of one word over first letters, ASCII ones in both cases: most positions of a text
// begin nothing, and this says so at once.
template <std::size_t N>
constexpr std::uint64_t FirstLetters(const std::array<std::u32string_view, N>& words) {
  std::uint64_t letters = 0;
  for (std::u32string_view word : words) {
    letters |= std::uint64_t{1} << (word[0] & 63);
    if (word[0] >= 'a' && word[0] <= 'z') letters |= std::uint64_t{1} << ((word[0] - 32) & 63);
  }
  return letters;
}
constexpr bool MayBegin(std::uint64_t letters, char32_t c) { return letters >> (c & 63) & 1; }

constexpr std::uint64_t kFirstOfUnitsBefore = FirstLetters(kUnitsBefore);
constexpr std::uint64_t kFirstOfUnitsAfter = FirstLetters(kUnitsAfter);

// A number with thousands and decimal points; returns one past its last code point, or `i`.
std::size_t SkipNumber(const CodePoints& t, std::size_t i) {
  constexpr std::size_t kLongest = 18;
  const std::size_t begin = i;
  while (i < t.size() && i - begin < kLongest &&
         (IsDigit(t.cp[i]) || ((t.cp[i] == '.' || t.cp[i] == ',') && i > begin &&
                               i + 1 < t.size() && IsDigit(t.cp[i + 1])))) {
    ++i;
  }
  return i;
}

std::optional<Match> MatchAmount(const CodePoints& t, std::size_t i) {
  for (std::u32string_view unit : kUnitsBefore) {
    if (!MayBegin(kFirstOfUnitsBefore, t.cp[i])) break;
    if (!StartsWith(t, i, unit)) continue;
    const std::size_t begin = SkipSpaces(t, i + unit.size(), 1);
    const std::size_t end = SkipNumber(t, begin);
    if (end > begin) return Match{EntityKind::kAmount, end - 1};
  }
  const std::size_t end = SkipNumber(t, i);
  if (end == i) return std::nullopt;
  const std::size_t unit_at = SkipSpaces(t, end, 1);
  if (unit_at >= t.size() || !MayBegin(kFirstOfUnitsAfter, t.cp[unit_at])) return std::nullopt;
  for (std::u32string_view unit : kUnitsAfter) {
    if (StartsWith(t, unit_at, unit)) return Match{EntityKind::kAmount, unit_at + unit.size() - 1};
  }
  return std::nullopt;
}

// A number of one or two (or exactly four) digits at *i; moves *i past it.
std::optional<int> ReadNumber(const CodePoints& t, std::size_t* i) {
  int value = 0;
  std::size_t n = 0;
  while (*i + n < t.size() && n < 5 && IsDigit(t.cp[*i + n])) {
    value = value * 10 + static_cast<int>(t.cp[*i + n] - '0');
    ++n;
  }
  if (n == 0 || n == 3 || n == 5) return std::nullopt;
  *i += n;
  return value;
}

bool IsYear(int y) { return y >= 1990 && y <= 2099; }

// 2024-01-31, 2024/1/31, 2024.1.31, 2024年1月31日, 1月31号, 31/01/2024.
std::optional<Match> MatchDate(const CodePoints& t, std::size_t i) {
  std::size_t at = i;
  const auto a = ReadNumber(t, &at);
  if (!a || at >= t.size()) return std::nullopt;
  const char32_t mark = t.cp[at];
  if (mark == U'月' || mark == U'월') {
    at = SkipSpaces(t, at + 1, 1);
    const auto day = ReadNumber(t, &at);
    if (!IsMonth(*a) || !day || !IsDay(*day)) return std::nullopt;
    const bool unit =
        at < t.size() && (t.cp[at] == U'日' || t.cp[at] == U'号' || t.cp[at] == U'일');
    return Match{EntityKind::kDate, unit ? at : at - 1};
  }
  const bool year_mark = mark == U'年' || mark == U'년';
  if (!year_mark && mark != '-' && mark != '/' && mark != '.') return std::nullopt;
  at = SkipSpaces(t, at + 1, year_mark ? 1 : 0);
  const auto b = ReadNumber(t, &at);
  if (!b || at >= t.size()) return std::nullopt;
  if (year_mark ? (t.cp[at] != U'月' && t.cp[at] != U'월') : t.cp[at] != mark) return std::nullopt;
  at = SkipSpaces(t, at + 1, year_mark ? 1 : 0);
  const auto c = ReadNumber(t, &at);
  if (!c) return std::nullopt;
  const bool year_first = IsYear(*a) && IsMonth(*b) && IsDay(*c);
  const bool year_last = IsYear(*c) && ((IsMonth(*a) && IsDay(*b)) || (IsDay(*a) && IsMonth(*b)));
  if (!year_first && !year_last) return std::nullopt;
  if (at < t.size() && IsDigit(t.cp[at])) return std::nullopt;
  const bool unit = at < t.size() && (t.cp[at] == U'日' || t.cp[at] == U'号' || t.cp[at] == U'일');
  return Match{EntityKind::kDate, unit ? at : at - 1};
}

constexpr std::array<std::u32string_view, 14> kOrderWords = {
    U"订单编号", U"订单号", U"订单",     U"單號",     U"单号",   U"order number", U"order no",
    U"order id", U"order",  U"注文番号", U"주문번호", U"pedido", U"commande",     U"bestellung"};

constexpr std::uint64_t kFirstOfOrderWords = FirstLetters(kOrderWords);

// "order no.: AB123456": from the word on; the entity is the number alone.
std::optional<Span> MatchOrderNumber(const CodePoints& t, std::size_t i) {
  std::size_t at = i;
  if (t.cp[i] != '#' && !MayBegin(kFirstOfOrderWords, t.cp[i])) return std::nullopt;
  for (std::u32string_view word : kOrderWords) {
    if (StartsWith(t, i, word)) {
      at = i + word.size();
      break;
    }
  }
  if (at == i && t.cp[i] != '#') return std::nullopt;
  for (std::size_t skipped = 0;
       skipped < 4 && at < t.size() && !IsAlnum(t.cp[at]) && t.cp[at] < 0x80; ++skipped) {
    ++at;
  }
  constexpr std::size_t kLongest = 32;
  const std::size_t begin = at;
  std::size_t digits = 0;
  while (at < t.size() && at - begin < kLongest &&
         (IsAlnum(t.cp[at]) || (t.cp[at] == '-' && at > begin))) {
    digits += IsDigit(t.cp[at]) ? 1 : 0;
    ++at;
  }
  while (at > begin && t.cp[at - 1] == '-') --at;
  if (at - begin < 5 || digits < 4) return std::nullopt;
  return Span{begin, at - 1};
}

// An unlabelled run of ten to twenty-four digits.
std::optional<Match> MatchLongNumber(const CodePoints& t, std::size_t i) {
  std::size_t at = i;
  while (at < t.size() && at - i <= 24 && IsDigit(t.cp[at])) ++at;
  if (at - i < 10 || at - i > 24 || (at < t.size() && IsAlnum(t.cp[at]))) return std::nullopt;
  return Match{EntityKind::kOrderNumber, at - 1};
}

constexpr std::array<std::array<char32_t, 2>, 5> kQuotes = {
    {{U'【', U'】'}, {U'《', U'》'}, {U'「', U'」'}, {U'“', U'”'}, {U'『', U'』'}}};

std::optional<Span> MatchProduct(const CodePoints& t, std::size_t i) {
  constexpr std::size_t kLongest = 40;
  if (t.cp[i] < 0x2000 || t.cp[i] > 0x3020) return std::nullopt;
  for (const auto& [open, close] : kQuotes) {
    if (t.cp[i] != open) continue;
    for (std::size_t k = i + 1; k < t.size() && k - i <= kLongest + 1; ++k) {
      if (t.cp[k] == close) return k - i > 2 ? std::optional<Span>({i + 1, k - 1}) : std::nullopt;
    }
  }
  return std::nullopt;
}

// Whether anything at all may begin at a code point, by its low bits: what most of a text is not.
// Digits begin numbers, '@' stands inside an address, and the rest are as the functions above ask.
class Beginnings {
 public:
  constexpr Beginnings() {
    for (char32_t c = '0'; c <= '9'; ++c) Add(c);
    for (char32_t c : {U'+', U'#', U'@'}) Add(c);
    for (const auto& [open, close] : kQuotes) Add(open);
    for (std::u32string_view word : kUnitsBefore) AddLetter(word[0]);
    for (std::u32string_view word : kOrderWords) AddLetter(word[0]);
  }
  constexpr bool Has(char32_t c) const { return bits_[c >> 6 & 63] >> (c & 63) & 1; }

 private:
  constexpr void Add(char32_t c) { bits_[c >> 6 & 63] |= std::uint64_t{1} << (c & 63); }
  constexpr void AddLetter(char32_t c) {
    Add(c);
    if (c >= 'a' && c <= 'z') Add(c - 'a' + 'A');
  }
  std::array<std::uint64_t, 64> bits_{};
};
constexpr Beginnings kBeginnings;

struct Found {
  EntityKind kind;
  Span span;
  bool ok = false;
};

// What begins at code point `i`, the kinds that must be masked first.
Found MatchAt(const CodePoints& t, std::size_t i) {
  const char32_t c = t.cp[i];
  const bool after_alnum = i > 0 && IsAlnum(t.cp[i - 1]);
  const bool number = IsDigit(c) && !(i > 0 && IsDigit(t.cp[i - 1]));
  if (number || (c == '+' && i + 1 < t.size() && IsDigit(t.cp[i + 1]))) {
    if (const auto m = MatchContactNumber(t, i); m) return {m->kind, {i, m->last}, true};
  }
  if (c >= 0x80 || IsAlpha(c) || c == '#') {
    if (const auto s = MatchOrderNumber(t, i); s && !after_alnum) {
      // The number itself may be contact data ("order 13812345678"); that wins.
      if (!MatchContactNumber(t, s->first)) return {EntityKind::kOrderNumber, *s, true};
    }
    if (const auto s = MatchProduct(t, i); s) return {EntityKind::kProduct, *s, true};
  }
  if (number && !after_alnum) {
    if (const auto m = MatchDate(t, i); m) return {m->kind, {i, m->last}, true};
    if (const auto m = MatchLongNumber(t, i); m) return {m->kind, {i, m->last}, true};
  }
  if (number || (!after_alnum && !IsDigit(c))) {
    if (const auto m = MatchAmount(t, i); m) return {m->kind, {i, m->last}, true};
  }
  return {EntityKind::kProduct, {i, i}, false};
}

}  // namespace

void FindEntities(const CodePoints& t, std::size_t limit, std::vector<Entity>* out) {
  const std::size_t already = out->size();
  const auto add = [&](EntityKind kind, Span s) {
    out->push_back({kind, t.begin[s.first], t.begin[s.last + 1]});
  };
  std::size_t free_from = 0;  // everything before belongs to an entity already found
  for (std::size_t i = 0; i < t.size() && out->size() - already < limit; ++i) {
    const char32_t c = t.cp[i];
    if (!kBeginnings.Has(c)) continue;
    if (c == '@') {
      const auto s = MatchEmail(t, i);
      if (!s) continue;
      // The part before '@' may have looked like a number of some kind: the address contains it.
      while (out->size() > already && out->back().end > t.begin[s->first]) out->pop_back();
      add(EntityKind::kEmail, *s);
      free_from = s->last + 1;
      i = s->last;
      continue;
    }
    if (i < free_from) continue;
    const Found found = MatchAt(t, i);
    if (!found.ok) continue;
    add(found.kind, found.span);
    free_from = found.span.last + 1;
    // '@' inside what was found must still be seen, so the scan itself does not jump.
  }
}

}  // namespace huiyin::entities
