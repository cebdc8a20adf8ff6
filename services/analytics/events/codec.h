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

// The event as one line of JSON for a warehouse: position, tenant, type, occurred_at, and under
// "body" the message with its fields named as in the proto. A type that is not known has no body.
// Thread-safe.
std::string EventJson(const LoggedEvent& event);

}  // namespace huiyin::analytics
