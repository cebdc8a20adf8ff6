// Leases in the database: who may do what until when, for work that one replica does at a time. A
// holder that was stopped for long may still believe that it holds one; what it does then must be
// harmless.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/database.h"

namespace huiyin::events {

// Takes the lease when it is free or has expired, or renews it; whether `holder` has it now.
absl::StatusOr<bool> TakeLease(db::Transaction& tx, std::string_view name, std::string_view holder,
                               absl::Time now, absl::Duration lasts);

// Gives it up, when `holder` has it.
absl::Status ReleaseLease(db::Transaction& tx, std::string_view name, std::string_view holder);

}  // namespace huiyin::events
