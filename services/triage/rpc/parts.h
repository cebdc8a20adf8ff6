// How the services of triage reach the rest; given by the app.
#pragma once

#include <functional>

#include "absl/functional/function_ref.h"
#include "libs/db/database.h"
#include "services/triage/usecase/unit.h"

namespace huiyin::triage {

struct DeskParts {
  std::function<absl::Status(db::Transaction&, absl::FunctionRef<absl::Status(Unit&)>)>
      in_transaction;
  std::function<absl::Status(absl::FunctionRef<absl::Status(View&)>)> on_view;
};

}  // namespace huiyin::triage
