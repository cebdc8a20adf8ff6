#include "services/survey/domain/moderation/links.h"

#include <algorithm>

#include "services/survey/domain/moderation/folded_text.h"

namespace huiyin::survey {
namespace {

using View = std::u32string_view;

// Last parts of addresses that shops are spammed with. Two-letter words of some language ("it",
// "me", "no") are left out: a missing blank after a full stop is no link.
constexpr View kTopLevel[] = {U"com",  U"cn",   U"net",  U"org", U"top",  U"xyz",    U"shop",
                              U"vip",  U"cc",   U"info", U"biz", U"site", U"online", U"store",
                              U"club", U"link", U"live", U"tv",  U"ru",   U"io",     U"ly",
                              U"co",   U"hk",   U"tw",   U"jp",  U"kr",   U"br",     U"ltd"};
// How the dot of an address is written, plainest first.
constexpr View kDots[] = {U".", U"。", U"[.]", U"(.)", U"[dot]", U"(dot)", U" dot ", U"点", U"點"};
constexpr View kBeginnings[] = {U"://", U"www.", U"t.me/", U"wa.me/", U"bit.ly/", U"m.tb.cn"};

bool IsHostLetter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

bool StartsWith(View text, size_t at, View word) {
  return text.compare(at, word.size(), word) == 0;
}

// A name ends before `at`, a dot is there and a top level follows it.
bool HostAround(View text, size_t at, View dot) {
  if (at == 0 || !IsHostLetter(text[at - 1])) return false;
  const size_t begin = at + dot.size();
  size_t end = begin;
  while (end < text.size() && IsHostLetter(text[end])) ++end;
  if (end < text.size() && IsLetterOrDigit(text[end]) && !IsDense(text[end])) return false;
  // "2.5cn": a number with a decimal point is no name.
  if (text[at - 1] >= '0' && text[at - 1] <= '9' && begin < text.size() && text[begin] >= '0' &&
      text[begin] <= '9') {
    return false;
  }
  // A mail address is contact data, which is masked.
  size_t first = at;
  while (first > 0 && (IsHostLetter(text[first - 1]) || text[first - 1] == '.')) --first;
  if (first > 0 && text[first - 1] == '@') return false;
  const View last = text.substr(begin, end - begin);
  return std::find(std::begin(kTopLevel), std::end(kTopLevel), last) != std::end(kTopLevel);
}

}  // namespace

bool HasLink(View folded) {
  for (const View beginning : kBeginnings) {
    if (folded.find(beginning) != View::npos) return true;
  }
  for (size_t at = 0; at < folded.size(); ++at) {
    for (const View dot : kDots) {
      if (StartsWith(folded, at, dot) && HostAround(folded, at, dot)) return true;
    }
  }
  return false;
}

}  // namespace huiyin::survey
