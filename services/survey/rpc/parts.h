// What the gRPC services are given instead of a database.
#pragma once

#include <functional>
#include <string>

#include "absl/functional/function_ref.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::db {
class Transaction;
}

namespace huiyin::survey {

struct ServiceParts {
  // Opens a view on a snapshot for the time of the call.
  std::function<absl::Status(absl::FunctionRef<absl::Status(const View&)>)> open_view;
  // Opens a unit on the transaction for the time of the call.
  std::function<absl::Status(db::Transaction& tx, const std::string& traceparent,
                             absl::FunctionRef<absl::Status(Unit&)>)>
      open_unit;
  const Clock& clock;
  const SurveySetup& setup;
  std::string link_base;  // a link is this followed by a token; empty: none
};

}  // namespace huiyin::survey
