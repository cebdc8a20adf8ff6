// What one command or query may touch, inside one transaction or snapshot.
#pragma once

#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "services/triage/events/publisher.h"
#include "services/triage/storage/desk_store.h"
#include "services/triage/storage/store.h"
#include "services/triage/usecase/policy_book.h"

namespace huiyin::triage {

// For commands.
struct Unit {
  Store& store;
  DeskStore& desk;
  Publisher& events;
  const Clock& clock;
  IdGenerator& ids;
  PolicyBook& policies;
};

// For queries.
struct View {
  Store& store;
  DeskStore& desk;
  const Clock& clock;
  PolicyBook& policies;
};

}  // namespace huiyin::triage
