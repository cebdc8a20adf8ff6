// What customers newly say: terms that are frequent in some complaints and not in the others.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace huiyin::analytics {

// One form for the ways a term is written: without blanks and punctuation at its ends, ASCII
// letters small. Empty for what says nothing: a single ASCII character, digits alone, nothing at
// all, or more than a phrase (over 60 bytes). Works on UTF-8 of any language.
std::string FoldTerm(std::string_view text);

// How many complaints have a term, by its number.
using TermCounts = std::map<uint32_t, int64_t>;

// Terms of at least two complaints of `here` that are more frequent than in `elsewhere`, with nine
// chances in ten (z of the log-odds ratio at least 1.28); most telling first. `elsewhere` is
// without `here`.
std::vector<uint32_t> TermsThatStandOut(const TermCounts& here, const TermCounts& elsewhere);

// The first `at_most` of `phrases`, leaving out those that are part of an earlier one or hold one.
std::vector<std::string> WithoutOverlap(const std::vector<std::string>& phrases, size_t at_most);

}  // namespace huiyin::analytics
