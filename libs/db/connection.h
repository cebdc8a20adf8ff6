// One connection to one database, as the pool, GroupCommit and the migrator see it. Services see
// Session and Transaction only.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/db/database.h"

namespace huiyin::db {

enum class Access { kRead, kWrite };

// Not thread-safe. Rolls back and closes when destroyed.
class Connection : public Transaction {
 public:
  virtual absl::Status Begin(Access access) = 0;
  // OK only when everything since Begin is durable. Ends the transaction either way.
  virtual absl::Status Commit() = 0;
  // Fine without a transaction.
  virtual void Rollback() = 0;
  // One savepoint at a time; it ends with its release or with the rollback to it.
  virtual absl::Status Savepoint() = 0;
  virtual absl::Status ReleaseSavepoint() = 0;
  virtual absl::Status RollbackToSavepoint() = 0;
  // Statements without parameters or results; not cached.
  virtual absl::Status RunScript(std::string_view sql) = 0;
  virtual void SetStatementTimeout(absl::Duration timeout) = 0;

  // False when the transaction can only be rolled back.
  virtual bool usable() const = 0;
  // The connection must be replaced.
  bool broken() const { return broken_; }
  // The first error since Begin that was the database's trouble, not a statement's: conflict
  // (ABORTED), connection lost, disk full, I/O error, corruption. OK when there was none.
  const absl::Status& trouble() const { return trouble_; }
  // Grows with every statement that changed something.
  uint64_t writes() const { return writes_; }

 protected:
  // Remembers `status` when it is the database's trouble; returns it.
  absl::Status Note(absl::Status status);

  absl::Status trouble_;
  uint64_t writes_ = 0;
  bool broken_ = false;
};

using Connector = std::function<absl::StatusOr<std::unique_ptr<Connection>>(Access)>;

// What a Database::Open of that dialect needs: a function that makes connections. `path` and `dsn`
// are Options::dsn without and with its scheme.
Connector SqliteConnector(std::string path, const Options& options);
Connector PostgresConnector(std::string dsn, const Options& options);

}  // namespace huiyin::db
