// What one use case may touch.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "services/survey/domain/rules.h"
#include "services/survey/domain/survey.h"
#include "services/survey/domain/token.h"
#include "services/survey/events/publisher.h"
#include "services/survey/storage/store.h"

namespace huiyin::survey {

// Port: durable timers, in the transaction of the change that sets them. When one is due,
// MakeInvitation is called.
class Scheduler {
 public:
  virtual ~Scheduler() = default;
  virtual absl::Status Schedule(const InvitationId& id, absl::Time due) = 0;
  virtual absl::Status Cancel(const InvitationId& id) = 0;
};

// The same for the whole process; immutable.
struct SurveySetup {
  Catalogue catalogue;
  Rules rules;
  TokenSigner signer;
};

// A query: reads one snapshot.
struct View {
  Store& store;
  const Clock& clock;
  const SurveySetup& setup;
};

// A command: everything inside one transaction.
struct Unit {
  Store& store;
  Publisher& events;
  Scheduler& scheduler;
  const Clock& clock;
  IdGenerator& ids;
  const SurveySetup& setup;
};

}  // namespace huiyin::survey
