#include "libs/db/database.h"

#include <algorithm>
#include <random>
#include <thread>

#include "absl/strings/match.h"
#include "libs/db/pool.h"
#include "libs/db/sql_text.h"

namespace huiyin::db {
namespace {

constexpr int kAttempts = 10;
constexpr int kPostgresWriters = 16;
constexpr std::string_view kSqliteScheme = "sqlite:";

}  // namespace

absl::StatusOr<bool> Session::QueryOne(std::string_view sql, std::initializer_list<Value> args,
                                       absl::FunctionRef<void(const Row&)> each) {
  bool found = false;
  absl::Status status = Query(sql, Values(args.begin(), args.size()), [&](const Row& row) {
    if (!std::exchange(found, true)) each(row);
  });
  if (!status.ok()) return status;
  return found;
}

absl::Status Connection::Note(absl::Status status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDataLoss:
      trouble_.Update(status);
      break;
    default:
      break;
  }
  return status;
}

Database::Database(Dialect dialect, const Options& options, std::unique_ptr<Pool> readers,
                   std::unique_ptr<Pool> writers)
    : dialect_(dialect),
      statement_timeout_(options.statement_timeout),
      readers_(std::move(readers)),
      writers_(std::move(writers)) {}
Database::~Database() = default;

absl::StatusOr<std::unique_ptr<Database>> Database::Open(Options options) {
  const bool sqlite = absl::StartsWith(options.dsn, Absl(kSqliteScheme));
  const Connector connect = sqlite
                                ? SqliteConnector(options.dsn.substr(kSqliteScheme.size()), options)
                                : PostgresConnector(options.dsn, options);
  auto database = std::unique_ptr<Database>(new Database(
      sqlite ? Dialect::kSqlite : Dialect::kPostgres, options,
      std::make_unique<Pool>(connect, Access::kRead, options.max_readers, options.acquire_timeout),
      std::make_unique<Pool>(connect, Access::kWrite, sqlite ? 1 : kPostgresWriters,
                             options.acquire_timeout)));
  absl::Status reachable = database->writers_->Acquire().status();
  if (!reachable.ok()) return reachable;
  return database;
}

absl::Status Database::Read(absl::FunctionRef<absl::Status(Session&)> body) {
  auto lease = readers_->Begin();
  if (!lease.ok()) return lease.status();
  absl::Status status = body(**lease);
  (*lease)->Rollback();
  return status;
}

absl::Status Database::Write(absl::FunctionRef<absl::Status(Transaction&)> body) {
  for (int attempt = 1;; ++attempt) {
    absl::Status status;
    bool conflict;
    if (auto lease = writers_->Begin(); lease.ok()) {
      status = body(**lease);
      if (status.ok()) status = (*lease)->Commit();
      // Only a conflict of the database's: a body may have its own reasons to answer ABORTED.
      conflict = absl::IsAborted((*lease)->trouble());
    } else {
      status = lease.status();
      conflict = absl::IsAborted(status);
    }
    if (status.ok() || !conflict || attempt == kAttempts) return status;
    BackOff(attempt);
  }
}

void BackOff(int attempt) {
  thread_local std::minstd_rand random(std::random_device{}());
  const int limit = 2 << std::min(attempt, 6);
  std::this_thread::sleep_for(std::chrono::milliseconds(1 + random() % limit));
}

}  // namespace huiyin::db
