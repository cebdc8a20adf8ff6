#include "libs/testing/servers/temp_database.h"

#include <cstdlib>
#include <iostream>

#include "libs/testing/servers/postgres_server.h"

namespace huiyin::testing {
namespace {

void MustBeOk(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << std::endl;
  std::abort();
}

}  // namespace

TempDatabase::TempDatabase(db::Dialect dialect)
    : dialect_(dialect),
      dsn_(dialect == db::Dialect::kSqlite ? "sqlite:" + dir_.path() + "/test.db"
                                           : PostgresServer::Shared().CreateDatabase()),
      database_(OpenAnother()) {}

TempDatabase::~TempDatabase() {
  database_.reset();
  if (dialect_ == db::Dialect::kPostgres) PostgresServer::Shared().DropDatabase(dsn_);
}

std::unique_ptr<db::Database> TempDatabase::OpenAnother(db::Options options) const {
  options.dsn = dsn_;
  auto database = db::Database::Open(options);
  MustBeOk(database.status());
  return *std::move(database);
}

void TempDatabase::Reopen() {
  database_.reset();
  database_ = OpenAnother();
}

void TempDatabase::Migrate(std::string_view component, std::span<const db::Migration> migrations) {
  MustBeOk(db::Migrate(*database_, component, migrations));
}

std::vector<db::Dialect> AllDatabases() { return {db::Dialect::kSqlite, db::Dialect::kPostgres}; }

std::string DatabaseName(const ::testing::TestParamInfo<db::Dialect>& info) {
  return info.param == db::Dialect::kSqlite ? "Sqlite" : "Postgres";
}

}  // namespace huiyin::testing
