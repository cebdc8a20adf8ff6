// A relational database: SQLite (one file, embedded) or PostgreSQL, behind one small interface. SQL
// is portable text with `?` parameters; what the dialects do not share is hidden here and in
// migrator.h.
//
// Why not SOCI: its plain form prepares each statement anew (a third of our rate on SQLite), it has
// no pipelining on PostgreSQL, and its exceptions do not tell a conflict from a broken statement,
// which group commit must know (figures in ARCHITECTURE.md, "Storage").
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace huiyin::db {

enum class Dialect { kSqlite, kPostgres };

// Bytes that are not text.
struct Blob {
  std::string_view bytes;
};

// A value bound to a `?`. Refers to the caller's bytes, which must live until the statement has
// run. Times are stored as microseconds since 1970, booleans as 0/1 (in both dialects: BIGINT
// columns).
class Value {
 public:
  // NOLINTBEGIN(google-explicit-constructor): a value list is written as plain values.
  Value(std::nullptr_t) {}
  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T> Value(T v) : v_(static_cast<int64_t>(v)) {}
  Value(double v) : v_(v) {}
  Value(std::string_view v) : v_(v) {}
  Value(const std::string& v) : v_(std::string_view(v)) {}
  Value(const char* v) : v_(std::string_view(v)) {}
  Value(Blob v) : v_(v) {}
  Value(absl::Time v) : v_(absl::ToUnixMicros(v)) {}
  template <class T>
  Value(const std::optional<T>& v) : Value(v.has_value() ? Value(*v) : Value(nullptr)) {}
  // NOLINTEND(google-explicit-constructor)

  const auto& raw() const { return v_; }

 private:
  std::variant<std::monostate, int64_t, double, std::string_view, Blob> v_;
};
using Values = std::span<const Value>;

// One row of a result; valid only inside the callback that is given it. Columns count from 0.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool IsNull(int column) const = 0;
  virtual int64_t Int(int column) const = 0;            // 0 for NULL
  virtual double Real(int column) const = 0;            // 0 for NULL
  virtual std::string_view Text(int column) const = 0;  // empty for NULL; text or blob bytes
  bool Bool(int column) const { return Int(column) != 0; }
  std::string Str(int column) const { return std::string(Text(column)); }
  absl::Time Time(int column) const { return absl::FromUnixMicros(Int(column)); }
  std::optional<absl::Time> OptionalTime(int column) const {
    return IsNull(column) ? std::nullopt : std::optional(Time(column));
  }
};

// Runs statements on one connection; prepared statements are cached by text, so pass literals or
// strings from a small fixed set, and values through `?` only. Not thread-safe. Errors:
// ALREADY_EXISTS (unique), FAILED_PRECONDITION (foreign key, check, not null), ABORTED (conflict
// with another transaction; may be retried), DEADLINE_EXCEEDED (ran longer than statement_timeout),
// UNAVAILABLE (connection lost, server stopping, I/O error), RESOURCE_EXHAUSTED (disk full),
// DATA_LOSS (corrupt), INVALID_ARGUMENT (a value the database refuses: NUL in text on PostgreSQL,
// out of range), INTERNAL (bad SQL). After an error the transaction may be unusable (always on
// PostgreSQL): give the error back to whoever began it.
class Session {
 public:
  virtual ~Session() = default;
  virtual Dialect dialect() const = 0;

  // Runs a statement and returns how many rows it changed.
  virtual absl::StatusOr<int64_t> Execute(std::string_view sql, Values args) = 0;
  // Runs an INSERT of one row into a table whose {identity} key is called `key`, and returns the
  // key that the row got; 0 when ON CONFLICT DO NOTHING kept it out. (RETURNING would do, but costs
  // SQLite as much again as the row.)
  virtual absl::StatusOr<int64_t> Insert(std::string_view sql, std::string_view key,
                                         Values args) = 0;
  // Calls `each` for every row of the result, in order. `each` must not use this session.
  virtual absl::Status Query(std::string_view sql, Values args,
                             absl::FunctionRef<void(const Row&)> each) = 0;
  // Runs `sql` once for each `width` values of `args`, which hold the rows one after another; on
  // PostgreSQL in one pipelined round trip. Returns rows changed in total.
  virtual absl::StatusOr<int64_t> ExecuteMany(std::string_view sql, size_t width, Values args) = 0;

  absl::StatusOr<int64_t> Execute(std::string_view sql, std::initializer_list<Value> args = {}) {
    return Execute(sql, Values(args.begin(), args.size()));
  }
  absl::StatusOr<int64_t> Insert(std::string_view sql, std::string_view key,
                                 std::initializer_list<Value> args) {
    return Insert(sql, key, Values(args.begin(), args.size()));
  }
  absl::Status Query(std::string_view sql, std::initializer_list<Value> args,
                     absl::FunctionRef<void(const Row&)> each) {
    return Query(sql, Values(args.begin(), args.size()), each);
  }
  // True when the query gave at least one row; `each` sees the first only.
  absl::StatusOr<bool> QueryOne(std::string_view sql, std::initializer_list<Value> args,
                                absl::FunctionRef<void(const Row&)> each);
};

// A session inside a transaction. Ends with the function that was given it; see Database::Write.
class Transaction : public Session {};

struct Options {
  // "sqlite:PATH" (a file; its folder must exist) or "postgresql://…" / "host=… dbname=…".
  std::string dsn;
  // Connections for reading that may be open at once. Writers come on top.
  int max_readers = 8;
  // How long to wait for a free connection before UNAVAILABLE.
  absl::Duration acquire_timeout = absl::Seconds(5);
  // Longest a statement may run (DEADLINE_EXCEEDED) or wait for a lock (ABORTED), and a connection
  // may take to open.
  absl::Duration statement_timeout = absl::Seconds(10);
};

class Pool;

// Thread-safe. Connections are opened on demand, kept, and replaced when broken.
class Database final {
 public:
  // UNAVAILABLE when it cannot be reached.
  static absl::StatusOr<std::unique_ptr<Database>> Open(Options options);
  ~Database();

  Dialect dialect() const { return dialect_; }
  absl::Duration statement_timeout() const { return statement_timeout_; }

  // Runs `body` on a read-only snapshot. Concurrent reads do not wait for writes.
  absl::Status Read(absl::FunctionRef<absl::Status(Session&)> body);

  // Runs `body` in a transaction of its own and commits it durably (SQLite: WAL, synchronous=FULL;
  // PostgreSQL: synchronous_commit=on, REPEATABLE READ: a row read and then changed here is not
  // changed by another transaction in between); rolls back when `body` returns an error. On a
  // conflict with another transaction the whole is run again, up to 10 times with backoff, so
  // `body` must not have effects outside the transaction. On SQLite writers take turns. For many
  // small writes use GroupCommit instead.
  absl::Status Write(absl::FunctionRef<absl::Status(Transaction&)> body);

  // The connections for writing, for GroupCommit and the migrator.
  Pool& writers() { return *writers_; }

 private:
  Database(Dialect dialect, const Options& options, std::unique_ptr<Pool> readers,
           std::unique_ptr<Pool> writers);

  const Dialect dialect_;
  const absl::Duration statement_timeout_;
  std::unique_ptr<Pool> readers_, writers_;
};

// Sleeps a random while, longer with each attempt (1, 2 …), so that those in conflict part ways.
void BackOff(int attempt);

}  // namespace huiyin::db
