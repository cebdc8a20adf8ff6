// Checks of text that comes from outside. Lengths are counted in Unicode characters.
#pragma once

#include <cstddef>
#include <string_view>

#include "libs/core/status.h"

namespace huiyin::ingest {

enum class Lines {
  kOne,   // no control characters at all
  kMany,  // line feed, carriage return and tab are let through
};

struct TextRule {
  size_t min = 0;
  size_t max = 0;
  Lines lines = Lines::kOne;
};

// Adds what is wrong with `text` as violations of `field`: not UTF-8, control characters, too short
// (blanks alone count as nothing), too long.
void CheckText(InputCheck& check, std::string_view field, std::string_view text, TextRule rule);

// The same for ids, whose length counts in bytes.
void CheckId(InputCheck& check, std::string_view field, std::string_view id, size_t min,
             size_t max);

// Characters of `text`, or npos when it is not valid UTF-8.
size_t CountCharacters(std::string_view text);

}  // namespace huiyin::ingest
