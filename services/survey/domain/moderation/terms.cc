#include "services/survey/domain/moderation/terms.h"

#include <algorithm>
#include <optional>

#include "services/survey/domain/moderation/folded_text.h"

namespace huiyin::survey {
namespace {

using View = std::u32string_view;

constexpr size_t kMaxGap = 2;  // signs between two letters

// The letter that a digit or sign stands for; 0: none.
char32_t LetterFor(char32_t c) {
  switch (c) {
    case '0':
      return 'o';
    case '1':
    case '!':
      return 'i';
    case '3':
      return 'e';
    case '4':
    case '@':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '7':
      return 't';
    default:
      return 0;
  }
}

bool IsLetter(char32_t c, char32_t wanted) { return c == wanted || LetterFor(c) == wanted; }

// What evasion puts between letters: anything but letters, ends of sentences and of lines.
bool IsFiller(char32_t c) {
  static constexpr View kEnds = U"\n\r,;:!?。，、；：！？…";
  return !IsLetterOrDigit(c) && kEnds.find(c) == View::npos;
}

size_t RunAt(View text, size_t at) {
  size_t end = at;
  while (end < text.size() && text[end] == text[at]) ++end;
  return end - at;
}

// Each of these gives one past the last character of `term` when it stands at `at`.

// One letter after another; stars may hide up to two inner ones, drawn-out letters count once.
std::optional<size_t> MatchPlain(View text, size_t at, View term) {
  constexpr size_t kDrawnOut = 3;
  size_t stars = 0;
  for (size_t k = 0; k < term.size();) {
    if (at >= text.size()) return std::nullopt;
    if (!IsLetter(text[at], term[k])) {
      const bool inner = k > 0 && k + 1 < term.size();
      if (text[at] != '*' || !inner || ++stars > 2 || 2 * stars > term.size()) return std::nullopt;
      ++at;
      ++k;
      continue;
    }
    const size_t run = RunAt(text, at), own = RunAt(term, k);
    const bool drawn_out = run >= kDrawnOut && run > own;
    at += drawn_out ? run : 1;
    k += drawn_out ? own : 1;
  }
  return at;
}

// With at least `least` fillers between every two letters.
std::optional<size_t> MatchSpaced(View text, size_t at, View term, size_t least) {
  for (size_t k = 0; k < term.size(); ++k) {
    size_t gap = 0;
    while (k > 0 && gap < kMaxGap && at < text.size() && IsFiller(text[at]) &&
           !IsLetter(text[at], term[k])) {
      ++gap;
      ++at;
    }
    if (k > 0 && gap < least) return std::nullopt;
    if (at >= text.size() || !IsLetter(text[at], term[k])) return std::nullopt;
    ++at;
  }
  return at;
}

bool IsWordEdge(View text, size_t at) {
  return at >= text.size() || !IsLetterOrDigit(text[at]) || IsDense(text[at]);
}

}  // namespace

TermSet::TermSet(const std::vector<Language>& languages) {
  for (const Language& language : languages) {
    for (const std::string_view written : language.terms) {
      Term term;
      term.prefix = written.ends_with('*');
      term.letters = FoldText(term.prefix ? written.substr(0, written.size() - 1) : written);
      term.dense = std::any_of(term.letters.begin(), term.letters.end(), IsDense);
      by_first_[term.letters.front()].push_back(std::move(term));
    }
  }
}

bool HasTerm(const TermSet& terms, View folded) {
  const auto stands_at = [&](const TermSet::Term& term, size_t at) {
    const bool begins = at == 0 || IsDense(term.letters.front()) || IsWordEdge(folded, at - 1);
    if (!begins) return false;
    const auto whole = [&](std::optional<size_t> end) {
      return end && (term.prefix || IsDense(term.letters.back()) || IsWordEdge(folded, *end));
    };
    if (term.dense) return whole(MatchSpaced(folded, at, term.letters, 0));
    return whole(MatchPlain(folded, at, term.letters)) ||
           whole(MatchSpaced(folded, at, term.letters, 1));
  };
  for (size_t at = 0; at < folded.size(); ++at) {
    for (const char32_t first : {folded[at], LetterFor(folded[at])}) {
      const auto found = terms.by_first_.find(first);
      if (first == 0 || found == terms.by_first_.end()) continue;
      for (const TermSet::Term& term : found->second) {
        if (stands_at(term, at)) return true;
      }
    }
  }
  return false;
}

}  // namespace huiyin::survey
