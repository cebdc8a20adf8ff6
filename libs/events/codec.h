// Events ↔ huiyin.event.v1.Envelope, serialized.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/events/event.h"

namespace huiyin::events {

std::string Encode(const Event& event);

// DATA_LOSS when the bytes are no Envelope or it lacks what every event has.
absl::StatusOr<Event> Decode(std::string_view bytes);

}  // namespace huiyin::events
