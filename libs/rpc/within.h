// The result of a use case that must run inside something: a transaction, a snapshot.
#pragma once

#include <type_traits>

#include "absl/status/statusor.h"
#include "libs/core/status.h"

namespace huiyin::rpc {

// open: absl::Status(callable), calls what it is given with a Scope&, once or again after a
// conflict, and undoes the work when that fails. run: absl::StatusOr<Out>(Scope&). Gives back what
// the last run gave, or why the scope did not open or hold.
template <class Scope, class Open, class Run>
std::invoke_result_t<Run&, Scope&> Within(const Open& open, Run run) {
  std::invoke_result_t<Run&, Scope&> out = absl::UnknownError("not run");
  HUIYIN_RETURN_IF_ERROR(open([&](Scope& scope) {
    out = run(scope);
    return out.status();
  }));
  return out;
}

}  // namespace huiyin::rpc
