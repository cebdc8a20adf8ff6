// Versioned schema. Files schema/NNNN_name.sql are embedded at build time and applied in order,
// each once, each in a transaction, recorded in table schema_version; safe when several processes
// start at once.
//
// A file is portable SQL, statements end with `;` at a line's end. Words that the dialects spell
// apart:
//   {blob}    BLOB | BYTEA
//   {identity} INTEGER PRIMARY KEY AUTOINCREMENT | BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY
//   {without_rowid} WITHOUT ROWID | nothing: for small rows found by a text or compound key
// A statement that only one of them needs is preceded by a line "-- @sqlite" or "-- @postgres".
// Integers and times are BIGINT, booleans BIGINT 0/1, text TEXT.
#pragma once

#include <span>
#include <string_view>

#include "libs/db/database.h"

namespace huiyin::db {

struct Migration {
  int version;            // NNNN
  std::string_view name;  // file name
  std::string_view sql;
};

// Brings the schema of `component` ("ingest", "events" …: each counts its own versions) up to the
// newest of `migrations`. FAILED_PRECONDITION when the database is newer than this program, or when
// a recorded migration has another content than the embedded one.
absl::Status Migrate(Database& database, std::string_view component,
                     std::span<const Migration> migrations);

// Newest version of `component` applied; 0 when there is none.
absl::StatusOr<int> SchemaVersion(Database& database, std::string_view component);

}  // namespace huiyin::db
