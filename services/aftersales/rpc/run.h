// Runs use cases for the services: what `run` gives back is the call's answer.
#pragma once

#include <type_traits>
#include <utility>

#include "absl/status/statusor.h"
#include "libs/rpc/context.h"
#include "libs/rpc/within.h"
#include "services/aftersales/rpc/service.h"

namespace huiyin::aftersales {

// run: absl::StatusOr<Out>(View&), on one snapshot.
template <class Run>
std::invoke_result_t<Run&, View&> Look(const ServiceParts& parts, Run run) {
  return rpc::Within<View>(parts.query, std::move(run));
}

// run: absl::StatusOr<Out>(Unit&), in the transaction; its events carry the call's trace.
template <class Run>
std::invoke_result_t<Run&, Unit&> Act(const ServiceParts& parts, const rpc::RequestContext& ctx,
                                      db::Transaction& tx, Run run) {
  return rpc::Within<Unit>(
      [&](auto body) { return parts.in_transaction(tx, ctx.caller.traceparent, body); },
      std::move(run));
}

}  // namespace huiyin::aftersales
