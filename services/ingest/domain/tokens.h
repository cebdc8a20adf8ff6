// What full-text search compares: words as tokens, made by ourselves so that both databases find
// the same.
//
// Text is normalised (NFKC, case folded). Letters and digits of scripts that put blanks between
// words make whole words; in scripts that do not (Chinese, Japanese, Thai …, and Korean, whose
// words carry endings) a token is a pair of neighbouring characters, and the last character of each
// run alone, so that a single character is found as the beginning of a token. Tokens hold letters,
// marks and digits only: no quotes, blanks or operators of any query language.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace huiyin::ingest {

// Tokens of `text` with blanks between, each once, in no order. Invalid UTF-8 separates.
// Thread-safe.
std::string IndexTokens(std::string_view text);

struct QueryToken {
  std::string text;
  bool prefix = false;  // any token that begins with it

  friend bool operator==(const QueryToken&, const QueryToken&) = default;
};

// What a document must hold, all of it, to match `query`; empty when the query has no letter or
// digit.
std::vector<QueryToken> QueryTokens(std::string_view query);

}  // namespace huiyin::ingest
