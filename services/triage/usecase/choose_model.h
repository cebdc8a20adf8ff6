// Which model decides, which reads along: commands that change it.
#pragma once

#include <string>

#include "libs/core/caller.h"
#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "services/triage/storage/model_store.h"

namespace huiyin::triage {

// What a command on models may touch, inside one transaction.
struct ModelUnit {
  ModelStore& store;
  const Clock& clock;
  IdGenerator& ids;
  const std::string& shipped_version;
};

struct InForce {
  std::string version;
  std::string previous;  // version that decided before
};

// Version that decides by the store; the shipped one while nothing was chosen.
absl::StatusOr<std::string> VersionInForce(ModelStore& store, const std::string& shipped_version);

// Puts a READY candidate, or the shipped model, in force. NOT_FOUND (MODEL_NOT_FOUND),
// FAILED_PRECONDITION (MODEL_REJECTED, MODEL_OF_ANOTHER_RELEASE). A version that is in force
// already stays so.
absl::StatusOr<InForce> ActivateModel(ModelUnit& unit, const Caller& caller,
                                      const std::string& version);

// Returns to what was in force before the last activation; again, to what was before that.
// FAILED_PRECONDITION (NOTHING_TO_ROLL_BACK).
absl::StatusOr<InForce> RollbackModel(ModelUnit& unit, const Caller& caller);

// Lets a model read along; an empty version ends it. Errors as of ActivateModel, but a rejected
// candidate may read along.
absl::Status ShadowModel(ModelUnit& unit, const Caller& caller, const std::string& version);

}  // namespace huiyin::triage
