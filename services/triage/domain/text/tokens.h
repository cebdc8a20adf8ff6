// Tokens of a normalised text for the convolutional model: a character where words are not spaced,
// a whole word elsewhere, each hashed to a row of the token table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/triage/domain/text/normalise.h"

namespace huiyin::triage::text {

// Longest sequence read; later tokens of a long message add little and cost time.
inline constexpr std::size_t kMostTokens = 256;
// The token of padding, and of words the trainer hides.
inline constexpr std::uint16_t kNoToken = 0;

// Appends tokens in [1, 2^bits), at most kMostTokens.
void ExtractTokens(const NormalText& text, unsigned bits, std::vector<std::uint16_t>* out);

}  // namespace huiyin::triage::text
