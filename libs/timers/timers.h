// Durable timers: "do this at that time", kept in the service's database, so they survive restarts
// and fire once. Setting and cancelling happen in the caller's transaction.
#pragma once

#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "libs/core/clock.h"
#include "libs/db/database.h"
#include "libs/db/group_commit.h"
#include "libs/db/migrator.h"

namespace huiyin::timers {

struct Timer {
  std::string kind;  // names the handler: "rma_expiry", "sla_breach" …
  std::string key;   // with `kind` the timer's identity, for example "tenant/rma-id"
  absl::Time due;
  std::string payload;  // handed back when it fires
};

// Sets the timer (kind, key), replacing an earlier one.
absl::Status Set(db::Transaction& tx, const Timer& timer);
// Removes it; removing one that is not there is fine.
absl::Status Cancel(db::Transaction& tx, std::string_view kind, std::string_view key);

std::span<const db::Migration> Schema();

// Fires due timers. Thread-safe. Replicas may run side by side: a timer's row is claimed in the
// transaction in which its handler runs.
class Runner {
 public:
  // Does the timer's work in the transaction that also removes the timer. It may Set the same timer
  // again. An error leaves the timer in place; it is retried with backoff (1 s to 5 min). On
  // PostgreSQL, timers of different keys may run at the same time. Like any GroupCommit::Work it
  // may be run more than once and has no effect outside the transaction.
  using Handler = absl::AnyInvocable<absl::Status(db::Transaction&, const Timer&)>;

  // All references must outlive the runner.
  Runner(db::Database& database, db::GroupCommit& writer, const Clock& clock);
  ~Runner();  // Stop()

  // Before Start.
  void Handle(std::string kind, Handler handler);
  void Start();
  // Looks for due timers at once, for example after one was set for now. Cheap.
  void Wake();
  // Waits for handlers under way. Idempotent.
  void Stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace huiyin::timers
