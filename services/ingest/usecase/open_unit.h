// How the outer layers get a Unit without knowing what stores and publishers are made of.
#pragma once

#include <functional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::db {
class Transaction;
}

namespace huiyin::ingest {

using UnitBody = absl::FunctionRef<absl::Status(Unit&)>;

// Both are thread-safe and return what the body returns, or why there is no unit.
struct Units {
  // A unit inside a transaction that somebody else commits.
  std::function<absl::Status(db::Transaction&, UnitBody)> within;
  // A unit on a snapshot of its own, for queries.
  std::function<absl::Status(UnitBody)> read;
};

}  // namespace huiyin::ingest
