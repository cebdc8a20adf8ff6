// What free texts are about, as far as words tell: no model, no list of topics, any language.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "services/survey/domain/invitation.h"

namespace huiyin::survey {

struct Theme {
  std::string term;
  int64_t count = 0;       // texts that hold it
  int64_t low_scores = 0;  // of these, with a low score
  double low_score_log_odds = 0;
};

struct Themes {
  std::vector<Theme> themes;  // most frequent first
  int64_t texts = 0;
};

// The terms of a text, each once, in lower case: words of three letters and more of scripts with
// blanks, common function words left out, and pairs of neighbouring characters of Chinese,
// Japanese, Korean and Thai.
std::vector<std::string> TermsOf(std::string_view text);

// The `most` frequent terms that at least two texts hold. Log odds are smoothed by one half.
Themes FindThemes(std::span<const Remark> remarks, size_t most);

}  // namespace huiyin::survey
