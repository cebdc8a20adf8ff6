// A use case inside a call: on a snapshot, or in the call's transaction.
#pragma once

#include <type_traits>
#include <utility>

#include "libs/rpc/within.h"
#include "services/ingest/usecase/open_unit.h"

namespace huiyin::ingest {

// run: absl::StatusOr<Out>(Unit&), on one snapshot.
template <class Run>
std::invoke_result_t<Run&, Unit&> Look(const Units& units, Run run) {
  return rpc::Within<Unit>(units.read, std::move(run));
}

// run: absl::StatusOr<Out>(Unit&), in the transaction.
template <class Run>
std::invoke_result_t<Run&, Unit&> Act(const Units& units, db::Transaction& tx, Run run) {
  return rpc::Within<Unit>([&](auto body) { return units.within(tx, body); }, std::move(run));
}

}  // namespace huiyin::ingest
