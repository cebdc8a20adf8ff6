// All that one command or query may touch, inside one transaction.
#pragma once

#include "absl/time/time.h"
#include "libs/core/caller.h"
#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "services/ingest/domain/intake.h"
#include "services/ingest/events/publisher.h"
#include "services/ingest/storage/store.h"

namespace huiyin::ingest {

// Settings that rules need.
struct Rules {
  IntakePolicy intake;
  absl::Duration close_after = absl::Hours(72);  // resolved tickets close by themselves
  int64_t max_upload_bytes = 50 << 20;
  int max_open_uploads = 20;  // per caller
  absl::Duration upload_expiry = absl::Hours(24);
};

struct Unit {
  Store& store;
  Publisher& events;
  const Clock& clock;
  IdGenerator& ids;
  const Rules& rules;
};

}  // namespace huiyin::ingest
