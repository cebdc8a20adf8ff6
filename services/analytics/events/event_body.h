// Bodies of logged events as messages.
#pragma once

#include <google/protobuf/message.h>

#include <memory>

#include "services/analytics/domain/events.h"

namespace huiyin::analytics {

// Null when the type is not known or the body cannot be read. Thread-safe.
std::unique_ptr<google::protobuf::Message> ReadBody(const LoggedEvent& event);

}  // namespace huiyin::analytics
