#include "libs/db/migrator.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/db/pool.h"
#include "libs/db/sql_text.h"

namespace huiyin::db {
namespace {

constexpr char kTable[] =
    "CREATE TABLE IF NOT EXISTS schema_version ("
    "component TEXT NOT NULL, version BIGINT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL,"
    "PRIMARY KEY (component, version))";
// One number for all of Huiyin; any constant that no other program is likely to use.
constexpr char kLock[] = "SELECT pg_advisory_lock(4850191846123)";
constexpr char kUnlock[] = "SELECT pg_advisory_unlock(4850191846123)";
// Building an index on a large table takes its time.
constexpr absl::Duration kTimeout = absl::Hours(1);

// FNV-1a: finds edited files, not forgers.
std::string Checksum(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3;
  char hex[17];
  std::snprintf(hex, sizeof hex, "%016llx", static_cast<unsigned long long>(hash));
  return hex;
}

struct Applied {
  std::string name, checksum;
};

absl::StatusOr<std::map<int, Applied>> ReadApplied(Session& session, std::string_view component) {
  std::map<int, Applied> applied;
  HUIYIN_RETURN_IF_ERROR(
      session.Query("SELECT version, name, checksum FROM schema_version WHERE component = ?",
                    {component}, [&](const Row& row) {
                      applied[static_cast<int>(row.Int(0))] = {row.Str(1), row.Str(2)};
                    }));
  return applied;
}

absl::Status CheckApplied(std::string_view component, std::span<const Migration> migrations,
                          const std::map<int, Applied>& applied) {
  for (const auto& [version, row] : applied) {
    const auto known = std::find_if(migrations.begin(), migrations.end(),
                                    [v = version](const Migration& m) { return m.version == v; });
    if (known == migrations.end()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the database has version ", version, " (", row.name, ") of schema ",
                       Absl(component), ", which this program does not know: run a newer one"));
    }
    if (Checksum(known->sql) != row.checksum) {
      return absl::FailedPreconditionError(
          absl::StrCat("migration ", Absl(known->name), " of schema ", Absl(component),
                       " was applied with other content: add a new file instead of editing it"));
    }
  }
  return absl::OkStatus();
}

// In one transaction: looks again what is applied (another process may have been faster), applies
// the rest.
absl::Status Apply(Connection& connection, std::string_view component,
                   std::span<const Migration> migrations) {
  HUIYIN_RETURN_IF_ERROR(connection.Begin(Access::kWrite));
  HUIYIN_RETURN_IF_ERROR(connection.Execute(kTable).status());
  HUIYIN_ASSIGN_OR_RETURN(const auto applied, ReadApplied(connection, component));
  HUIYIN_RETURN_IF_ERROR(CheckApplied(component, migrations, applied));
  for (const Migration& migration : migrations) {
    if (applied.contains(migration.version)) continue;
    for (const std::string& statement : StatementsFor(connection.dialect(), migration.sql)) {
      absl::Status status = connection.RunScript(statement);
      if (!status.ok()) {
        return absl::Status(status.code(), absl::StrCat("migration ", Absl(migration.name), ": ",
                                                        status.message(), ": ", statement));
      }
    }
    HUIYIN_RETURN_IF_ERROR(
        connection
            .Execute("INSERT INTO schema_version (component, version, name, checksum)"
                     " VALUES (?, ?, ?, ?)",
                     {component, migration.version, migration.name, Checksum(migration.sql)})
            .status());
  }
  return connection.Commit();
}

}  // namespace

absl::Status Migrate(Database& database, std::string_view component,
                     std::span<const Migration> migrations) {
  auto lease = database.writers().Acquire();
  if (!lease.ok()) return lease.status();
  Connection& connection = **lease;
  connection.SetStatementTimeout(kTimeout);
  // SQLite's BEGIN IMMEDIATE keeps other starters out; PostgreSQL needs a lock taken before the
  // transaction, whose snapshot would not see what the other one did.
  const bool postgres = database.dialect() == Dialect::kPostgres;
  if (postgres) HUIYIN_RETURN_IF_ERROR(connection.RunScript(kLock));
  const absl::Status status = Apply(connection, component, migrations);
  connection.Rollback();
  if (postgres) HUIYIN_RETURN_IF_ERROR(connection.RunScript(kUnlock));
  connection.SetStatementTimeout(database.statement_timeout());
  return status;
}

absl::StatusOr<int> SchemaVersion(Database& database, std::string_view component) {
  int version = 0;
  absl::Status status = database.Read([&](Session& session) -> absl::Status {
    int64_t tables = 0;
    HUIYIN_RETURN_IF_ERROR(session
                               .QueryOne(session.dialect() == Dialect::kSqlite
                                             ? "SELECT count(*) FROM sqlite_master"
                                               " WHERE name = 'schema_version'"
                                             : "SELECT count(*) FROM information_schema.tables"
                                               " WHERE table_name = 'schema_version'"
                                               " AND table_schema = current_schema()",
                                         {}, [&](const Row& row) { tables = row.Int(0); })
                               .status());
    if (tables == 0) return absl::OkStatus();
    return session
        .QueryOne("SELECT max(version) FROM schema_version WHERE component = ?", {component},
                  [&](const Row& row) { version = static_cast<int>(row.Int(0)); })
        .status();
  });
  if (!status.ok()) return status;
  return version;
}

}  // namespace huiyin::db
