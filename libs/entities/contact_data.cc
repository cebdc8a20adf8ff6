#include "libs/entities/contact_data.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace huiyin::entities {
namespace {

bool IsSeparator(char32_t c) {
  return c == ' ' || c == '-' || c == '.' || c == '_' || c == 0xB7 || c == '(' || c == ')' ||
         c == '*';
}

// Digits from `start` on, ignoring up to two separators between them.
struct DigitRun {
  static constexpr std::size_t kMax = 24;
  std::array<char, kMax> digit;           // '0'…'9', or 'X' as an eighteenth character
  std::array<std::uint32_t, kMax> index;  // position in the code points
  std::size_t count = 0;

  std::string_view First(std::size_t n) const { return {digit.data(), n}; }
  // True if character n - 1 is the last of its group: no digit touches it. A letter may: "138…wx"
  // is still a number to mask.
  bool EndsAt(std::size_t n, const CodePoints& t) const {
    const std::size_t after = index[n - 1] + 1;
    return after >= t.size() || !IsDigit(t.cp[after]);
  }
};

DigitRun ReadDigits(const CodePoints& t, std::size_t start) {
  DigitRun run;
  std::size_t gap = 0;
  for (std::size_t i = start; i < t.size() && run.count < DigitRun::kMax; ++i) {
    const char32_t c = t.cp[i];
    const bool check_x = (c == 'x' || c == 'X') && run.count == 17;
    if (IsDigit(c) || check_x) {
      run.digit[run.count] = check_x ? 'X' : static_cast<char>(c);
      run.index[run.count++] = static_cast<std::uint32_t>(i);
      gap = 0;
      if (check_x) break;
    } else if (!IsSeparator(c) || ++gap > 2) {
      break;
    }
  }
  return run;
}

bool IsMobile(std::string_view d) { return d[0] == '1' && d[1] >= '3'; }

// A telephone number that is not a bare mainland mobile: +country…, 0xx-xxxxxxxx, ddd-ddd-dddd.
std::optional<Match> MatchOtherPhone(const CodePoints& t, const DigitRun& run, bool plus) {
  const auto upto = [&](std::size_t n) { return Match{EntityKind::kPhone, run.index[n - 1]}; };
  std::size_t n = 0;  // digits until a gap of two, at most 15
  while (n < run.count && n < 15 && run.digit[n] != 'X') ++n;
  if (plus && n >= 8 && run.EndsAt(n, t)) return upto(n);
  const auto gap_after = [&](std::size_t k) { return run.index[k] - run.index[k - 1] > 1; };
  if (run.digit[0] == '0') {
    for (std::size_t area : {3u, 4u}) {
      for (std::size_t total : {area + 8, area + 7}) {
        if (run.count >= total && gap_after(area) && run.EndsAt(total, t)) return upto(total);
      }
    }
    if ((run.count == 10 || run.count == 11) && run.EndsAt(run.count, t)) return upto(run.count);
  }
  if (run.count >= 10 && gap_after(3) && gap_after(6) && run.EndsAt(10, t)) return upto(10);
  return std::nullopt;
}

bool IsMailLocal(char32_t c) {
  return IsAlnum(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-';
}

}  // namespace

std::optional<Match> MatchContactNumber(const CodePoints& t, std::size_t i) {
  const bool plus = t.cp[i] == '+';
  const DigitRun run = ReadDigits(t, i + (plus ? 1 : 0));
  if (run.count < 8) return std::nullopt;
  if (run.count >= 18 && IsIdCard(run.First(18)) && run.EndsAt(18, t)) {
    return Match{EntityKind::kIdCard, run.index[17]};
  }
  for (std::size_t n = 19; n >= 13; --n) {
    if (run.count >= n && run.digit[n - 1] != 'X' && run.EndsAt(n, t) && IsBankCard(run.First(n))) {
      return Match{EntityKind::kBankCard, run.index[n - 1]};
    }
  }
  for (std::string_view prefix : {"", "86", "0086", "086"}) {
    const std::size_t n = prefix.size() + 11;
    if (run.count >= n && run.First(prefix.size()) == prefix &&
        IsMobile(run.First(n).substr(prefix.size())) && run.EndsAt(n, t)) {
      return Match{EntityKind::kPhone, run.index[n - 1]};
    }
  }
  return MatchOtherPhone(t, run, plus);
}

std::optional<Span> MatchEmail(const CodePoints& t, std::size_t at) {
  constexpr std::size_t kLongest = 64;
  const auto skip = [&](std::size_t i) { return i < t.size() && t.cp[i] == ' ' ? i + 1 : i; };
  std::size_t first = at;
  if (first > 1 && t.cp[first - 1] == ' ' && IsMailLocal(t.cp[first - 2])) --first;
  const std::size_t local_end = first;
  while (first > 0 && local_end - first < kLongest && IsMailLocal(t.cp[first - 1])) --first;
  if (first == local_end) return std::nullopt;
  std::size_t i = skip(at + 1);
  std::size_t last = 0;
  for (std::size_t label = 0; label < 6; ++label) {
    const std::size_t begin = i;
    while (i < t.size() && i - begin < kLongest && (IsAlnum(t.cp[i]) || t.cp[i] == '-')) ++i;
    if (i == begin) break;
    if (label > 0) last = i - 1;
    const std::size_t dot = skip(i);
    if (dot >= t.size() || t.cp[dot] != '.') break;
    i = skip(dot + 1);
  }
  if (last == 0) return std::nullopt;
  return Span{first, last};
}

bool IsIdCard(std::string_view id) {
  constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  constexpr std::string_view kCheck = "10X98765432";
  if (id.size() != 18 || id[0] == '0') return false;
  int sum = 0;
  for (std::size_t i = 0; i < 17; ++i) {
    if (id[i] < '0' || id[i] > '9') return false;
    sum += (id[i] - '0') * kWeights[i];
  }
  const auto two = [&](std::size_t i) { return (id[i] - '0') * 10 + (id[i + 1] - '0'); };
  const int year = two(6) * 100 + two(8);
  const char last = id[17] == 'x' ? 'X' : id[17];
  return year >= 1880 && year <= 2099 && IsMonth(two(10)) && IsDay(two(12)) &&
         last == kCheck[static_cast<std::size_t>(sum % 11)];
}

bool IsBankCard(std::string_view digits) {
  if (digits.size() < 13 || digits.size() > 19) return false;
  // Issuers: 2 (Mastercard), 3 (American Express, JCB), 4, 5, 6 (UnionPay, Discover), 9 (domestic).
  if (digits[0] < '2' || digits[0] == '7' || digits[0] == '8') return false;
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char c = digits[digits.size() - 1 - i];
    if (c < '0' || c > '9') return false;
    int d = c - '0';
    if (i % 2 == 1) d = d > 4 ? d * 2 - 9 : d * 2;
    sum += d;
  }
  return sum % 10 == 0;
}

}  // namespace huiyin::entities
