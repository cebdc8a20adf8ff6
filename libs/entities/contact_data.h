// Telephone, identity card, bank card and mail, as people write them. Internal to libs/entities.
#pragma once

#include <optional>

#include "libs/entities/characters.h"

namespace huiyin::entities {

// A number at `i` that leads to a person.
std::optional<Match> MatchContactNumber(const CodePoints& t, std::size_t i);

// An address around the '@' at `at`, spaces allowed beside '@' and before or after a dot.
std::optional<Span> MatchEmail(const CodePoints& t, std::size_t at);

}  // namespace huiyin::entities
