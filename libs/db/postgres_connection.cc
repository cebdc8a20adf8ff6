#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <charconv>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/db/connection.h"
#include "libs/db/sql_text.h"

namespace huiyin::db {
namespace {

constexpr size_t kMaxStatements = 256;
constexpr size_t kMaxPipelined = 1000;
// The server ends a statement at its timeout; a server that does not even say so is given up after
// this much more.
constexpr absl::Duration kGrace = absl::Seconds(1);
enum Oid_ : Oid { kUnknown = 0, kBytea = 17, kInt8 = 20, kText = 25, kFloat8 = 701 };

struct CloseConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Handle = std::unique_ptr<PGconn, CloseConnection>;
using Result = std::unique_ptr<PGresult, ClearResult>;

// SQLSTATE, or its class (two characters), → code; the first match counts.
struct StateCode {
  const char* prefix;
  absl::StatusCode code;
};
constexpr StateCode kStates[] = {
    {"23505", absl::StatusCode::kAlreadyExists},
    {"23", absl::StatusCode::kFailedPrecondition},
    {"40", absl::StatusCode::kAborted},
    {"55P03", absl::StatusCode::kAborted},           // lock_timeout
    {"57014", absl::StatusCode::kDeadlineExceeded},  // statement_timeout
    {"57P", absl::StatusCode::kUnavailable},
    {"53300", absl::StatusCode::kUnavailable},  // too many connections
    {"53", absl::StatusCode::kResourceExhausted},
    {"08", absl::StatusCode::kUnavailable},
    {"25006", absl::StatusCode::kUnavailable},  // read-only: a standby after failover
    {"58030", absl::StatusCode::kUnavailable},  // I/O error
    {"XX001", absl::StatusCode::kDataLoss},
    {"XX002", absl::StatusCode::kDataLoss},
    {"22", absl::StatusCode::kInvalidArgument},
};

absl::StatusCode CodeOf(const char* state) {
  for (const StateCode& row : kStates) {
    if (absl::StartsWith(state, row.prefix)) return row.code;
  }
  return absl::StatusCode::kInternal;
}

std::string OneLine(const char* message) {
  std::string text = message;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

class PostgresRow final : public Row {
 public:
  explicit PostgresRow(const PGresult* result) : result_(result), blobs_(PQnfields(result)) {}
  void MoveTo(int row) { row_ = row; }

  bool IsNull(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
  int64_t Int(int column) const override {
    const std::string_view text = Raw(column);
    if (text == "t") return 1;
    int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }
  double Real(int column) const override {
    double value = 0;
    return absl::SimpleAtod(Absl(Raw(column)), &value) ? value : 0;
  }
  std::string_view Text(int column) const override {
    if (PQftype(result_, column) != kBytea || IsNull(column)) return Raw(column);
    size_t size = 0;
    unsigned char* bytes = PQunescapeBytea(
        reinterpret_cast<const unsigned char*>(PQgetvalue(result_, row_, column)), &size);
    blobs_[column].assign(reinterpret_cast<char*>(bytes), size);
    PQfreemem(bytes);
    return blobs_[column];
  }

 private:
  std::string_view Raw(int column) const {
    return {PQgetvalue(result_, row_, column),
            static_cast<size_t>(PQgetlength(result_, row_, column))};
  }
  const PGresult* result_;
  int row_ = 0;
  mutable std::vector<std::string> blobs_;  // decoded, by column, for the current row
};

// Values in libpq's form. Numbers travel as text, text and blobs as they are (no copy).
class Parameters {
 public:
  explicit Parameters(Values args) {
    numbers_.reserve(args.size());
    for (const Value& arg : args) std::visit([this](const auto& v) { Add(v); }, arg.raw());
  }
  int count() const { return static_cast<int>(types_.size()); }
  const std::vector<Oid>& types() const { return types_; }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  struct Number {
    char text[32];
  };
  void Push(Oid type, const char* value, size_t length, int format) {
    types_.push_back(type);
    values_.push_back(value);
    lengths_.push_back(static_cast<int>(length));
    formats_.push_back(format);
  }
  void Add(std::monostate) { Push(kUnknown, nullptr, 0, 0); }
  void Add(std::string_view v) { Push(kText, v.data() == nullptr ? "" : v.data(), v.size(), 1); }
  void Add(Blob v) {
    Push(kBytea, v.bytes.data() == nullptr ? "" : v.bytes.data(), v.bytes.size(), 1);
  }
  void Add(int64_t v) { AddNumber(kInt8, v); }
  void Add(double v) { AddNumber(kFloat8, v); }
  template <class T>
  void AddNumber(Oid type, T v) {
    Number& number = numbers_.emplace_back();  // never reallocates: reserved
    char* end = std::to_chars(number.text, number.text + sizeof number.text - 1, v).ptr;
    *end = '\0';
    Push(type, number.text, end - number.text, 0);
  }

  std::vector<Number> numbers_;
  std::vector<Oid> types_;
  std::vector<const char*> values_;
  std::vector<int> lengths_, formats_;
};

class PostgresConnection final : public Connection {
 public:
  PostgresConnection(Handle handle, absl::Duration timeout)
      : handle_(std::move(handle)), timeout_(timeout) {
    PQsetnonblocking(handle_.get(), 1);
    PQsetNoticeReceiver(
        handle_.get(), [](void*, const PGresult*) {}, nullptr);
  }

  Dialect dialect() const override { return Dialect::kPostgres; }
  void SetStatementTimeout(absl::Duration timeout) override {
    timeout_ = timeout;
    const int64_t ms = absl::ToInt64Milliseconds(timeout);
    RunScript(absl::StrCat("SET statement_timeout = ", ms, "; SET lock_timeout = ", ms))
        .IgnoreError();
  }
  bool usable() const override {
    return !broken_ && PQtransactionStatus(handle_.get()) == PQTRANS_INTRANS;
  }

  absl::Status Begin(Access access) override {
    trouble_ = absl::OkStatus();
    return RunScript(access == Access::kWrite ? "BEGIN ISOLATION LEVEL REPEATABLE READ"
                                              : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  }
  absl::Status Commit() override {
    if (!PQsendQuery(handle_.get(), "COMMIT")) return Lost();
    const absl::Time deadline = absl::Now() + timeout_ + kGrace;
    auto result = Finish(deadline);
    if (!result.ok()) return result.status();
    // A failed transaction answers COMMIT with success and the tag ROLLBACK.
    if (absl::string_view(PQcmdStatus(result->get())) != "COMMIT") {
      return absl::InternalError("the transaction had failed and was rolled back");
    }
    return absl::OkStatus();
  }
  void Rollback() override {
    if (broken_ || PQtransactionStatus(handle_.get()) == PQTRANS_IDLE) return;
    if (!RunScript("ROLLBACK").ok()) broken_ = true;
  }
  absl::Status Savepoint() override { return RunScript("SAVEPOINT work"); }
  absl::Status ReleaseSavepoint() override { return RunScript("RELEASE work"); }
  absl::Status RollbackToSavepoint() override {
    return RunScript("ROLLBACK TO work; RELEASE work");
  }

  absl::Status RunScript(std::string_view sql) override {
    if (!PQsendQuery(handle_.get(), std::string(sql).c_str())) return Lost();
    return Finish(absl::Now() + timeout_ + kGrace).status();
  }

  absl::StatusOr<int64_t> Execute(std::string_view sql, Values args) override {
    auto result = Run(sql, args);
    if (!result.ok()) return result.status();
    return CountChanges(result->get());
  }

  absl::StatusOr<int64_t> Insert(std::string_view sql, std::string_view key, Values args) override {
    int64_t given = 0;
    HUIYIN_RETURN_IF_ERROR(Query(absl::StrCat(std::string(sql), " RETURNING ", std::string(key)),
                                 args, [&](const Row& row) { given = row.Int(0); }));
    return given;
  }

  absl::Status Query(std::string_view sql, Values args,
                     absl::FunctionRef<void(const Row&)> each) override {
    auto result = Run(sql, args);
    if (!result.ok()) return result.status();
    if (!absl::StartsWith(PQcmdStatus(result->get()), "SELECT")) CountChanges(result->get());
    PostgresRow row(result->get());
    const int rows = PQntuples(result->get());
    for (int i = 0; i < rows; ++i) {
      row.MoveTo(i);
      each(row);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<int64_t> ExecuteMany(std::string_view sql, size_t width, Values args) override {
    if (width == 0 || args.size() % width != 0) {
      return absl::InternalError(absl::StrCat(args.size(), " values in rows of ", width));
    }
    int64_t changed = 0;
    while (!args.empty()) {
      const size_t rows = std::min(args.size() / width, kMaxPipelined);
      auto some = Pipeline(sql, width, args.first(rows * width));
      if (!some.ok()) return some.status();
      changed += *some;
      args = args.subspan(rows * width);
    }
    return changed;
  }

 private:
  struct Prepared {
    std::string name;
    std::vector<Oid> types;
  };

  int64_t CountChanges(PGresult* result) {
    int64_t changed = 0;
    const absl::string_view text = PQcmdTuples(result);
    if (!absl::SimpleAtoi(text, &changed)) return 0;
    if (changed > 0) ++writes_;
    return changed;
  }

  absl::Status Lost() {
    broken_ = true;
    return Note(absl::UnavailableError(
        absl::StrCat("PostgreSQL: ", OneLine(PQerrorMessage(handle_.get())))));
  }

  absl::Status Check(const PGresult* result) {
    switch (PQresultStatus(result)) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
      case PGRES_EMPTY_QUERY:
      case PGRES_PIPELINE_SYNC:
        return absl::OkStatus();
      case PGRES_PIPELINE_ABORTED:
        return absl::InternalError("not run: an earlier statement of the batch failed");
      default:
        break;
    }
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state == nullptr) return Lost();
    if (PQstatus(handle_.get()) == CONNECTION_BAD || absl::StartsWith(state, "57P")) {
      broken_ = true;
    }
    return Note(absl::Status(
        CodeOf(state),
        absl::StrCat("PostgreSQL: ", OneLine(PQresultErrorMessage(result)), " (", state, ")")));
  }

  // The next result; null at the end of a statement's results.
  absl::StatusOr<Result> Next(absl::Time deadline) {
    while (true) {
      const int unsent = PQflush(handle_.get());
      if (unsent < 0) return Lost();
      if (unsent == 0 && PQisBusy(handle_.get()) == 0) return Result(PQgetResult(handle_.get()));
      pollfd wait{PQsocket(handle_.get()), static_cast<short>(POLLIN | (unsent != 0 ? POLLOUT : 0)),
                  0};
      const int64_t left = absl::ToInt64Milliseconds(deadline - absl::Now());
      const int ready =
          left <= 0 ? 0 : poll(&wait, 1, static_cast<int>(std::min<int64_t>(left, 1 << 30)));
      if (ready == 0) {
        broken_ = true;
        return Note(absl::UnavailableError("PostgreSQL does not answer"));
      }
      if ((wait.revents & (POLLIN | POLLERR | POLLHUP)) != 0 &&
          PQconsumeInput(handle_.get()) == 0) {
        return Lost();
      }
    }
  }

  // The last result of what was sent, or its first error.
  absl::StatusOr<Result> Finish(absl::Time deadline) {
    Result last;
    absl::Status status;
    while (true) {
      auto result = Next(deadline);
      if (!result.ok()) return result.status();
      if (*result == nullptr) break;
      status.Update(Check(result->get()));
      last = *std::move(result);
    }
    if (!status.ok()) return status;
    if (last == nullptr) return Lost();
    return last;
  }

  // The prepared statement for `sql`. Prepares anew when a parameter that was NULL at first (type
  // guessed by the server) or of another type comes with a type of its own.
  absl::StatusOr<const Prepared*> Prepare(std::string_view sql, const Parameters& parameters,
                                          absl::Time deadline) {
    const auto found = statements_.find(Absl(sql));
    if (found != statements_.end() && Fits(found->second, parameters)) return &found->second;
    if (statements_.size() >= kMaxStatements) {
      HUIYIN_RETURN_IF_ERROR(RunScript("DEALLOCATE ALL"));
      statements_.clear();
    }
    Prepared prepared{absl::StrCat("s", ++prepared_count_), parameters.types()};
    if (!PQsendPrepare(handle_.get(), prepared.name.c_str(), NumberParameters(sql).c_str(),
                       parameters.count(), prepared.types.data())) {
      return Lost();
    }
    absl::Status status = Finish(deadline).status();
    if (!status.ok()) {
      return absl::Status(status.code(), absl::StrCat(status.message(), ": ", std::string(sql)));
    }
    return &(statements_[std::string(sql)] = std::move(prepared));
  }

  static bool Fits(const Prepared& prepared, const Parameters& parameters) {
    if (prepared.types.size() != parameters.types().size()) return false;
    for (size_t i = 0; i < prepared.types.size(); ++i) {
      const Oid type = parameters.types()[i];
      if (type != kUnknown && type != prepared.types[i]) return false;
    }
    return true;
  }

  absl::Status Send(const Prepared& prepared, const Parameters& parameters) {
    if (PQsendQueryPrepared(handle_.get(), prepared.name.c_str(), parameters.count(),
                            parameters.values(), parameters.lengths(), parameters.formats(), 0)) {
      return absl::OkStatus();
    }
    return Lost();
  }

  absl::StatusOr<Result> Run(std::string_view sql, Values args) {
    const absl::Time deadline = absl::Now() + timeout_ + kGrace;
    const Parameters parameters(args);
    auto prepared = Prepare(sql, parameters, deadline);
    if (!prepared.ok()) return prepared.status();
    HUIYIN_RETURN_IF_ERROR(Send(**prepared, parameters));
    return Finish(deadline);
  }

  // Rows must be alike in type; a row that is not falls back to a statement of its own.
  absl::StatusOr<int64_t> Pipeline(std::string_view sql, size_t width, Values args) {
    const absl::Time deadline = absl::Now() + timeout_ + kGrace;
    const Parameters first(args.first(width));
    auto prepared = Prepare(sql, first, deadline);
    if (!prepared.ok()) return prepared.status();
    if (PQenterPipelineMode(handle_.get()) == 0) return Lost();
    size_t sent = 0;
    for (Values rest = args; !rest.empty(); rest = rest.subspan(width), ++sent) {
      const Parameters parameters(rest.first(width));
      if (!Fits(**prepared, parameters)) break;
      HUIYIN_RETURN_IF_ERROR(Send(**prepared, parameters));
    }
    if (PQpipelineSync(handle_.get()) == 0) return Lost();
    auto changed = Collect(deadline);
    if (PQexitPipelineMode(handle_.get()) == 0) return Lost();
    if (!changed.ok()) return changed.status();
    if (sent * width == args.size()) return changed;
    auto rest = Pipeline(sql, width, args.subspan(sent * width));
    if (!rest.ok()) return rest.status();
    return *changed + *rest;
  }

  // Reads all results up to the pipeline's sync.
  absl::StatusOr<int64_t> Collect(absl::Time deadline) {
    int64_t changed = 0;
    absl::Status status;
    while (true) {
      auto result = Next(deadline);
      if (!result.ok()) return result.status();
      if (*result == nullptr) continue;  // between two statements
      if (PQresultStatus(result->get()) == PGRES_PIPELINE_SYNC) break;
      status.Update(Check(result->get()));
      if (broken_) return status;
      changed += CountChanges(result->get());
    }
    if (!status.ok()) return status;
    return changed;
  }

  Handle handle_;
  absl::Duration timeout_;
  absl::flat_hash_map<std::string, Prepared> statements_;
  uint64_t prepared_count_ = 0;
};

absl::StatusOr<std::unique_ptr<Connection>> Connect(const std::string& dsn,
                                                    absl::Duration timeout) {
  const std::string seconds = std::to_string(std::max<int64_t>(2, absl::ToInt64Seconds(timeout)));
  const char* keys[] = {"dbname", "connect_timeout", "application_name", "client_encoding",
                        nullptr};
  const char* values[] = {dsn.c_str(), seconds.c_str(), "huiyin", "UTF8", nullptr};
  Handle handle(PQconnectdbParams(keys, values, /*expand_dbname=*/1));
  if (handle == nullptr || PQstatus(handle.get()) != CONNECTION_OK) {
    return absl::UnavailableError(
        absl::StrCat("PostgreSQL: ",
                     handle == nullptr ? "out of memory" : OneLine(PQerrorMessage(handle.get()))));
  }
  auto connection = std::make_unique<PostgresConnection>(std::move(handle), timeout);
  const int64_t ms = absl::ToInt64Milliseconds(timeout);
  // Said here, not by the "options" parameter, which poolers such as PgBouncer refuse.
  HUIYIN_RETURN_IF_ERROR(connection->RunScript(absl::StrCat(
      "SET synchronous_commit = on; SET statement_timeout = ", ms, "; SET lock_timeout = ", ms,
      "; SET idle_in_transaction_session_timeout = 60000; SET standard_conforming_strings = on")));
  return connection;
}

}  // namespace

Connector PostgresConnector(std::string dsn, const Options& options) {
  return [dsn = std::move(dsn), timeout = options.statement_timeout](Access) {
    return Connect(dsn, timeout);
  };
}

}  // namespace huiyin::db
