// What one command or query may touch, inside one transaction or snapshot.
#pragma once

#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "services/triage/events/publisher.h"
#include "services/triage/storage/store.h"

namespace huiyin::triage {

struct Unit {
  Store& store;
  Publisher& events;
  const Clock& clock;
  IdGenerator& ids;
};

}  // namespace huiyin::triage
