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
#include "services/survey/storage/definition_store.h"
#include "services/survey/storage/recovery_store.h"
#include "services/survey/storage/review_store.h"
#include "services/survey/storage/store.h"

namespace huiyin::survey {

// Port: durable timers, in the transaction of the change that sets them. When one is due,
// MakeInvitation or RemindCustomer is called.
class Scheduler {
 public:
  virtual ~Scheduler() = default;
  virtual absl::Status Schedule(const InvitationId& id, absl::Time due) = 0;
  virtual absl::Status Cancel(const InvitationId& id) = 0;
  virtual absl::Status ScheduleReminder(const InvitationId& id, absl::Time due) = 0;
};

// The same for the whole process; immutable.
struct SurveySetup {
  Catalogue catalogue;  // surveys every tenant has
  Rules rules;          // policy of tenants that have not written one
  TokenSigner signer;
  absl::Duration call_back_within = absl::Hours(24);  // of a telephone customer's unhappy answer
  bool hold_media = true;                             // reviews with media wait for a person
};

// A query: reads one snapshot.
struct View {
  Store& store;
  DefinitionStore& definitions;
  RecoveryStore& recoveries;
  ReviewStore& reviews;
  const Clock& clock;
  const SurveySetup& setup;
};

// A command: everything inside one transaction.
struct Unit {
  Store& store;
  DefinitionStore& definitions;
  RecoveryStore& recoveries;
  ReviewStore& reviews;
  Publisher& events;
  Scheduler& scheduler;
  const Clock& clock;
  IdGenerator& ids;
  const SurveySetup& setup;
};

}  // namespace huiyin::survey
