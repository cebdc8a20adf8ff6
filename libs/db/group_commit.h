// Group commit: writes that arrive together share one durable commit. While one commit waits for
// the disk the next group gathers, so a slow disk costs latency, not throughput.
#pragma once

#include <memory>

#include "absl/functional/any_invocable.h"
#include "libs/db/database.h"

namespace huiyin::db {

// Thread-safe. Stops by itself when destroyed: what was accepted is finished first.
class GroupCommit {
 public:
  // Does its writes through the transaction. An error undoes this work's writes alone and is what
  // `done` receives. May be run more than once (a conflict, or a neighbour in the group failed
  // after it had written), so it has no effect outside the transaction and its own captured state,
  // which it overwrites. Each run sees what earlier works of the group wrote.
  using Work = absl::AnyInvocable<absl::Status(Transaction&)>;
  // Called exactly once, from a thread of this object, after the commit that holds the work is
  // durable, or with the error that kept it from happening. UNAVAILABLE leaves open whether the
  // work was committed (the connection was lost meanwhile), as with any database. Must be quick and
  // must not block.
  using Done = absl::AnyInvocable<void(absl::Status)>;

  struct Options {
    size_t max_group = 256;   // works that share a commit at most
    size_t max_queue = 8192;  // works that wait at most; more → RESOURCE_EXHAUSTED at once
    int writers = 0;  // threads with a connection each; 0: 4 on PostgreSQL. SQLite: always 1
  };

  // `database` must outlive this.
  GroupCommit(Database& database, Options options);
  ~GroupCommit();

  // Accepts `work`, or calls `done` at once with RESOURCE_EXHAUSTED (queue full) or UNAVAILABLE
  // (stopping). Works with the same `key` (hash of an aggregate id; 0: any) run one after another.
  void Submit(uint64_t key, Work work, Done done);

  // Submit, and wait for its end. Not from a thread of this object.
  absl::Status Run(uint64_t key, Work work);

  // Called after each commit that changed something; set before the first Submit. The outbox relay
  // uses it to wake up. Must be quick.
  void OnCommit(absl::AnyInvocable<void()> hook);

  // Works waiting now.
  size_t depth() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace huiyin::db
