// What one use case may touch.
#pragma once

#include <functional>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "services/analytics/domain/detect.h"
#include "services/analytics/domain/events.h"
#include "services/analytics/domain/fact.h"
#include "services/analytics/storage/store.h"

namespace huiyin::analytics {

// Reads a logged event; nothing for types that no figure needs. Thread-safe.
using DecodeFact = std::function<absl::StatusOr<std::optional<Fact>>(const LoggedEvent&)>;

// A query: reads one snapshot.
struct View {
  Store& store;
  const Clock& clock;
};

// A command: everything inside one transaction.
struct Unit {
  Store& store;
  const Clock& clock;
  IdGenerator& ids;
};

}  // namespace huiyin::analytics
