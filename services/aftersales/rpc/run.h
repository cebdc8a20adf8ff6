// Runs use cases for the services: what `run` gives back is the call's answer.
#pragma once

#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "libs/core/status.h"
#include "libs/rpc/context.h"
#include "services/aftersales/rpc/service.h"

namespace huiyin::aftersales {

// run: absl::StatusOr<Out>(View&), on one snapshot.
template <class Run>
std::invoke_result_t<Run&, View&> Look(const ServiceParts& parts, Run run) {
  std::invoke_result_t<Run&, View&> out = absl::UnknownError("not run");
  HUIYIN_RETURN_IF_ERROR(parts.query([&](View& view) {
    out = run(view);
    return out.status();
  }));
  return out;
}

// run: absl::StatusOr<Out>(Unit&), in the transaction; its events carry the call's trace.
template <class Run>
std::invoke_result_t<Run&, Unit&> Act(const ServiceParts& parts, const rpc::RequestContext& ctx,
                                      db::Transaction& tx, Run run) {
  std::invoke_result_t<Run&, Unit&> out = absl::UnknownError("not run");
  HUIYIN_RETURN_IF_ERROR(parts.in_transaction(tx, ctx.caller.traceparent, [&](Unit& unit) {
    out = run(unit);
    return out.status();
  }));
  return out;
}

}  // namespace huiyin::aftersales
