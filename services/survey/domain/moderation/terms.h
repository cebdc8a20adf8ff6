// Words that reviews are held back for, and how they are found whatever they are dressed as.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace huiyin::survey {

// A set of terms, ready to be looked for. Immutable, so thread-safe.
class TermSet {
 public:
  // A term is written in plain lower case; a trailing "*": longer words count, too.
  struct Language {
    std::string_view language;  // BCP 47, for those who maintain the list
    std::vector<std::string_view> terms;
  };
  explicit TermSet(const std::vector<Language>& languages);

 private:
  friend bool HasTerm(const TermSet& terms, std::u32string_view folded);
  struct Term {
    std::u32string letters;
    bool dense = false;   // found inside other words
    bool prefix = false;  // may go on
  };
  std::map<char32_t, std::vector<Term>> by_first_;
};

// Whether one of `terms` stands in `folded` (see FoldText): plain, with blanks or signs between its
// letters ("f.u c k", "傻 逼"), with digits and signs for letters ("5h1t"), with a letter starred
// out
// ("f*ck") or drawn out ("fuuuuck"). In scripts with blanks between words only whole words count.
bool HasTerm(const TermSet& terms, std::u32string_view folded);

// Insults, threats, obscenities; the lists are in abuse_terms.cc.
const TermSet& AbuseTerms();
// Invitations to go elsewhere: messengers, groups, paid reviews.
const TermSet& SolicitationTerms();

}  // namespace huiyin::survey
