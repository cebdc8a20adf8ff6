// Says a Chinese message with other words of the same use: another product, another day, another
// way to ask. What a message is about does not hang on them, and from some thousand lessons alone a
// model would believe that it does (that refrigerators are late and shoes are returned).
#pragma once

#include <string>
#include <string_view>

#include "services/triage/train/rng.h"

namespace huiyin::triage::train {

// `text` with about half of the words that have others like them exchanged. The same for the same
// state of `rng`.
std::string Vary(std::string_view text, Rng* rng);

}  // namespace huiyin::triage::train
