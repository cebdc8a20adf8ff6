#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/db/connection.h"
#include "libs/db/sql_text.h"
#include "libs/db/sqlite_checkpoint.h"

namespace huiyin::db {
namespace {

constexpr size_t kMaxStatements = 256;
// Virtual-machine steps between two looks at the clock.
constexpr int kStepsPerCheck = 4000;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

absl::StatusCode CodeOf(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return absl::StatusCode::kAlreadyExists;
  }
  switch (extended & 0xff) {
    case SQLITE_CONSTRAINT:
      return absl::StatusCode::kFailedPrecondition;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::StatusCode::kAborted;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return absl::StatusCode::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_INTERRUPT:
      return absl::StatusCode::kDeadlineExceeded;
    case SQLITE_TOOBIG:
      return absl::StatusCode::kInvalidArgument;
    default:
      return absl::StatusCode::kInternal;
  }
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool IsNull(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  int64_t Int(int column) const override { return sqlite3_column_int64(statement_, column); }
  double Real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view Text(int column) const override {
    // For text, column_blob gives the same bytes without a terminating NUL; numbers need a cast.
    const int type = sqlite3_column_type(statement_, column);
    const void* bytes = type == SQLITE_INTEGER || type == SQLITE_FLOAT
                            ? static_cast<const void*>(sqlite3_column_text(statement_, column))
                            : sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return {static_cast<const char*>(bytes), static_cast<size_t>(size)};
  }

 private:
  sqlite3_stmt* statement_;
};

// Resets a cached statement when its use ends, so that it holds no lock and no caller's bytes.
class Use {
 public:
  Use(sqlite3_stmt* statement, Statement owned) : statement_(statement), owned_(std::move(owned)) {}
  Use(Use&& other) noexcept
      : statement_(std::exchange(other.statement_, nullptr)), owned_(std::move(other.owned_)) {}
  ~Use() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  sqlite3_stmt* get() const { return statement_; }

 private:
  sqlite3_stmt* statement_;
  Statement owned_;  // set when the statement is not in the cache
};

class SqliteConnection final : public Connection {
 public:
  SqliteConnection(SqliteHandle handle, absl::Duration timeout) : handle_(std::move(handle)) {
    SetStatementTimeout(timeout);
    sqlite3_progress_handler(handle_.get(), kStepsPerCheck, &SqliteConnection::Late, this);
  }
  ~SqliteConnection() override { Rollback(); }

  // For the connection that writes.
  void CheckpointWith(std::unique_ptr<SqliteCheckpointer> checkpointer) {
    checkpointer_ = std::move(checkpointer);
    sqlite3_wal_hook(
        handle_.get(),
        [](void* self, sqlite3* writer, const char*, int pages) {
          static_cast<SqliteCheckpointer*>(self)->OnCommit(writer, pages);
          return SQLITE_OK;
        },
        checkpointer_.get());
  }

  Dialect dialect() const override { return Dialect::kSqlite; }
  void SetStatementTimeout(absl::Duration timeout) override {
    timeout_ = timeout;
    const int64_t ms = std::clamp<int64_t>(absl::ToInt64Milliseconds(timeout), 1, 1 << 30);
    sqlite3_busy_timeout(handle_.get(), static_cast<int>(ms));
  }
  bool usable() const override { return !broken_ && sqlite3_get_autocommit(handle_.get()) == 0; }

  absl::Status Begin(Access access) override {
    trouble_ = absl::OkStatus();
    return Run(access == Access::kWrite ? "BEGIN IMMEDIATE" : "BEGIN");
  }
  absl::Status Commit() override {
    const absl::Status status = Run("COMMIT");
    if (!status.ok()) Rollback();
    return status;
  }
  void Rollback() override {
    if (sqlite3_get_autocommit(handle_.get()) == 0 && !Run("ROLLBACK").ok()) broken_ = true;
  }
  absl::Status Savepoint() override { return Run("SAVEPOINT work"); }
  absl::Status ReleaseSavepoint() override { return Run("RELEASE work"); }
  absl::Status RollbackToSavepoint() override {
    HUIYIN_RETURN_IF_ERROR(Run("ROLLBACK TO work"));
    return Run("RELEASE work");
  }

  absl::Status RunScript(std::string_view sql) override {
    deadline_.reset();
    return Check(sqlite3_exec(handle_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr));
  }

  absl::StatusOr<int64_t> Execute(std::string_view sql, Values args) override {
    return ExecuteMany(sql, args.size(), args);
  }

  absl::StatusOr<int64_t> Insert(std::string_view sql, std::string_view /*key*/,
                                 Values args) override {
    auto inserted = Execute(sql, args);
    if (!inserted.ok() || *inserted == 0) return inserted;
    return sqlite3_last_insert_rowid(handle_.get());
  }

  absl::StatusOr<int64_t> ExecuteMany(std::string_view sql, size_t width, Values args) override {
    auto use = Prepare(sql);
    if (!use.ok()) return use.status();
    int64_t changed = 0;
    do {
      if (absl::Status bound = Bind(use->get(), args.first(width)); !bound.ok()) return bound;
      args = args.subspan(width);
      const int64_t before = sqlite3_total_changes64(handle_.get());
      int rc = SQLITE_ROW;
      while (rc == SQLITE_ROW) rc = sqlite3_step(use->get());
      if (rc != SQLITE_DONE) return Check(rc);
      if (sqlite3_total_changes64(handle_.get()) != before) {
        changed += sqlite3_changes64(handle_.get());
        ++writes_;
      }
      sqlite3_reset(use->get());
    } while (!args.empty());
    return changed;
  }

  absl::Status Query(std::string_view sql, Values args,
                     absl::FunctionRef<void(const Row&)> each) override {
    auto use = Prepare(sql);
    if (!use.ok()) return use.status();
    if (absl::Status bound = Bind(use->get(), args); !bound.ok()) return bound;
    if (sqlite3_stmt_readonly(use->get()) == 0) ++writes_;  // INSERT … RETURNING
    const SqliteRow row(use->get());
    while (true) {
      const int rc = sqlite3_step(use->get());
      if (rc == SQLITE_DONE) return absl::OkStatus();
      if (rc != SQLITE_ROW) return Check(rc);
      each(row);
    }
  }

 private:
  // Progress handler: non-zero interrupts the statement. Its time counts from the first look at the
  // clock: most statements end before it, and need none.
  static int Late(void* self) {
    auto& connection = *static_cast<SqliteConnection*>(self);
    const absl::Time now = absl::Now();
    if (!connection.deadline_.has_value()) connection.deadline_ = now + connection.timeout_;
    return now > *connection.deadline_ ? 1 : 0;
  }

  absl::Status Check(int rc) {
    if (rc == SQLITE_OK) return absl::OkStatus();
    if ((rc & 0xff) == SQLITE_IOERR) broken_ = true;
    return Note(absl::Status(CodeOf(rc), absl::StrCat("SQLite: ", sqlite3_errmsg(handle_.get()),
                                                      " (", sqlite3_errstr(rc), ")")));
  }

  absl::StatusOr<Use> Prepare(std::string_view sql) {
    deadline_.reset();
    // Most texts are literals: the one that was here at this address is likely to be this one.
    // Hashing a text of some hundred bytes costs more than binding its values.
    Recent& recent = recent_[reinterpret_cast<uintptr_t>(sql.data()) / 16 % recent_.size()];
    if (recent.statement != nullptr && recent.text == sql) {
      return Use(recent.statement, nullptr);
    }
    const auto found = statements_.find(Absl(sql));
    if (found != statements_.end()) {
      recent.statement = found->second.get();
      recent.text = sqlite3_sql(recent.statement);
      return Use(recent.statement, nullptr);
    }
    sqlite3_stmt* raw = nullptr;
    const bool keep = statements_.size() < kMaxStatements;
    const int rc = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      keep ? SQLITE_PREPARE_PERSISTENT : 0, &raw, nullptr);
    if (rc != SQLITE_OK) {
      absl::Status status = Check(rc);
      return absl::Status(status.code(), absl::StrCat(status.message(), ": ", std::string(sql)));
    }
    if (raw == nullptr) return absl::InternalError("empty statement");
    Statement statement(raw);
    if (!keep) return Use(raw, std::move(statement));
    statements_.emplace(std::string(sql), std::move(statement));
    return Use(raw, nullptr);
  }

  absl::Status Bind(sqlite3_stmt* statement, Values args) {
    if (sqlite3_bind_parameter_count(statement) != static_cast<int>(args.size())) {
      return absl::InternalError(absl::StrCat(args.size(), " values for ",
                                              sqlite3_bind_parameter_count(statement),
                                              " parameters in: ", sqlite3_sql(statement)));
    }
    int index = 0;
    for (const Value& value : args) {
      ++index;
      const int rc = std::visit(
          [&](const auto& v) {
            using T = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<T, std::monostate>) {
              return sqlite3_bind_null(statement, index);
            } else if constexpr (std::is_same_v<T, int64_t>) {
              return sqlite3_bind_int64(statement, index, v);
            } else if constexpr (std::is_same_v<T, double>) {
              return sqlite3_bind_double(statement, index, v);
            } else if constexpr (std::is_same_v<T, std::string_view>) {
              return sqlite3_bind_text64(statement, index, v.data() == nullptr ? "" : v.data(),
                                         v.size(), SQLITE_STATIC, SQLITE_UTF8);
            } else {
              return sqlite3_bind_blob64(statement, index,
                                         v.bytes.data() == nullptr ? "" : v.bytes.data(),
                                         v.bytes.size(), SQLITE_STATIC);
            }
          },
          value.raw());
      if (rc != SQLITE_OK) return Check(rc);
    }
    return absl::OkStatus();
  }

  // BEGIN, COMMIT and the like: cached, never counted as writes.
  absl::Status Run(std::string_view sql) {
    auto use = Prepare(sql);
    if (!use.ok()) return use.status();
    const int rc = sqlite3_step(use->get());
    return rc == SQLITE_DONE ? absl::OkStatus() : Check(rc);
  }

  SqliteHandle handle_;
  std::unique_ptr<SqliteCheckpointer> checkpointer_;        // the writer's; closed before handle_
  absl::flat_hash_map<std::string, Statement> statements_;  // closed before handle_
  // Into statements_, by the address of the text that was asked for.
  struct Recent {
    std::string_view text;  // the statement's own copy
    sqlite3_stmt* statement = nullptr;
  };
  std::array<Recent, 256> recent_;
  absl::Duration timeout_;
  std::optional<absl::Time> deadline_;  // of the statement that runs
};

// No mmap: an I/O error on a mapped page would be a SIGBUS instead of an error. The log is cut back
// to 64 MiB when it begins anew. Pages of 8 KiB (of files made from now on): rows are appended many
// at a time, so larger pages are fewer writes of nearly the same bytes.
constexpr char kPragmas[] =
    "PRAGMA page_size = 8192;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA journal_size_limit = 67108864;";

absl::StatusOr<SqliteHandle> OpenFile(const std::string& path) {
  // Memory statistics would take a global lock at every allocation.
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(
      path.c_str(), &raw,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      nullptr);
  SqliteHandle handle(raw);
  if (rc != SQLITE_OK) {
    return absl::Status(CodeOf(rc),
                        absl::StrCat("cannot open database ", path, ": ",
                                     raw == nullptr ? sqlite3_errstr(rc) : sqlite3_errmsg(raw)));
  }
  return handle;
}

absl::StatusOr<std::unique_ptr<SqliteCheckpointer>> MakeCheckpointer(const std::string& path) {
  HUIYIN_ASSIGN_OR_RETURN(SqliteHandle handle, OpenFile(path));
  if (sqlite3_exec(handle.get(), kPragmas, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return absl::UnavailableError(absl::StrCat("SQLite: ", sqlite3_errmsg(handle.get())));
  }
  return std::make_unique<SqliteCheckpointer>(std::move(handle));
}

absl::StatusOr<std::unique_ptr<Connection>> Connect(const std::string& path, absl::Duration timeout,
                                                    Access access) {
  HUIYIN_ASSIGN_OR_RETURN(SqliteHandle handle, OpenFile(path));
  auto connection = std::make_unique<SqliteConnection>(std::move(handle), timeout);
  HUIYIN_RETURN_IF_ERROR(connection->RunScript(kPragmas));
  // Cache in KiB: the writer's working set is larger, and there is one of it.
  HUIYIN_RETURN_IF_ERROR(connection->RunScript(
      access == Access::kWrite ? "PRAGMA cache_size = -8192"
                               : "PRAGMA cache_size = -2048; PRAGMA query_only = ON"));
  if (access == Access::kWrite) {
    HUIYIN_ASSIGN_OR_RETURN(auto checkpointer, MakeCheckpointer(path));
    connection->CheckpointWith(std::move(checkpointer));
  }
  return connection;
}

}  // namespace

Connector SqliteConnector(std::string path, const Options& options) {
  return [path = std::move(path), timeout = options.statement_timeout](Access access) {
    return Connect(path, timeout, access);
  };
}

}  // namespace huiyin::db
