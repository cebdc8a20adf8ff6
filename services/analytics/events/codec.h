// From the event messages on the wire (huiyin.event.v1, serialized) to facts.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "services/analytics/domain/events.h"
#include "services/analytics/domain/fact.h"

namespace huiyin::analytics {

// Nothing for types that no figure needs; INVALID_ARGUMENT when the body cannot be read.
// Thread-safe.
absl::StatusOr<std::optional<Fact>> Decode(const LoggedEvent& event);

}  // namespace huiyin::analytics
