#include "services/ingest/storage/search_index.h"

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "services/ingest/storage/postgres_search.h"
#include "services/ingest/storage/sqlite_search.h"

namespace huiyin::ingest {

std::string SearchText(int number, std::string_view body, std::string_view subject,
                       std::string_view order_id) {
  std::string text(body);
  if (number == 1) text.append("\n").append(subject).append("\n").append(order_id);
  return text;
}

absl::StatusOr<std::unique_ptr<SearchIndex>> OpenSearchIndex(db::Database& database,
                                                             std::string_view dsn) {
  if (database.dialect() == db::Dialect::kPostgres) return std::make_unique<PostgresSearch>();
  db::Options options;
  options.dsn = absl::StrCat(std::string(dsn), "-search");
  HUIYIN_ASSIGN_OR_RETURN(std::unique_ptr<db::Database> index, db::Database::Open(options));
  HUIYIN_ASSIGN_OR_RETURN(std::unique_ptr<SqliteSearch> search,
                          SqliteSearch::Create(database, std::move(index)));
  return std::unique_ptr<SearchIndex>(std::move(search));
}

}  // namespace huiyin::ingest
