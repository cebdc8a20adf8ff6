// Fresh databases for tests, and the idiom to run one suite on SQLite and PostgreSQL:
//
//   class TicketStoreTest : public huiyin::testing::DatabaseTest {
//    protected:
//     TicketStoreTest() { ApplySchema("ingest", ingest::Schema()); }
//   };
//   HUIYIN_ON_ALL_DATABASES(TicketStoreTest);
//
//   TEST_P(TicketStoreTest, FindsWhatWasStored) { … database().Write(…) … }
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/db/database.h"
#include "libs/db/migrator.h"
#include "libs/testing/servers/process.h"

namespace huiyin::testing {

// A new, empty database: a SQLite file in a temporary folder or a database of the test process's
// own PostgreSQL. Gone when destroyed. Not thread-safe (what database() gives is).
class TempDatabase {
 public:
  explicit TempDatabase(db::Dialect dialect);
  ~TempDatabase();

  const std::string& dsn() const { return dsn_; }
  db::Database& database() { return *database_; }
  // A further Database on the same data, as another process would have.
  std::unique_ptr<db::Database> OpenAnother(db::Options options = {}) const;
  // Closes and opens it again, as a restart would.
  void Reopen();
  // Aborts the test program when a migration fails.
  void Migrate(std::string_view component, std::span<const db::Migration> migrations);

 private:
  const db::Dialect dialect_;
  TempDir dir_;
  std::string dsn_;
  std::unique_ptr<db::Database> database_;
};

std::vector<db::Dialect> AllDatabases();
std::string DatabaseName(const ::testing::TestParamInfo<db::Dialect>& info);

class DatabaseTest : public ::testing::TestWithParam<db::Dialect> {
 protected:
  DatabaseTest() : temp_(GetParam()) {}
  db::Database& database() { return temp_.database(); }
  TempDatabase& temp() { return temp_; }
  void ApplySchema(std::string_view component, std::span<const db::Migration> migrations) {
    temp_.Migrate(component, migrations);
  }

 private:
  TempDatabase temp_;
};

}  // namespace huiyin::testing

#define HUIYIN_ON_ALL_DATABASES(suite)                                             \
  INSTANTIATE_TEST_SUITE_P(Databases, suite,                                       \
                           ::testing::ValuesIn(::huiyin::testing::AllDatabases()), \
                           ::huiyin::testing::DatabaseName)
