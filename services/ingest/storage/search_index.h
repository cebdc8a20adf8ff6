// Full-text search over messages. What is compared are our own tokens (domain/tokens.h), so both
// databases find the same.
//
// PostgreSQL: tsvector with a GIN index, written in the transaction of the message.
// SQLite: an FTS5 table in a file of its own ("<database>-search"), which a catch-up indexer fills
// from the committed messages in large batches (an insert in every small commit costs three times
// as much and would keep the one writer from its work). The file holds how far it has got, in the
// same transaction as the words, so it may be deleted or lag behind at any time and is made good by
// itself.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/strong_id.h"
#include "libs/db/database.h"
#include "services/ingest/domain/tokens.h"
#include "services/ingest/storage/store.h"

namespace huiyin::ingest {

// What is searched of a message: the first one's is also its ticket's.
std::string SearchText(int number, std::string_view body, std::string_view subject,
                       std::string_view order_id);

// Thread-safe.
class SearchIndex {
 public:
  virtual ~SearchIndex() = default;

  // Within the transaction that stores the message; `ticket`: the one it is written to.
  virtual absl::Status Add(db::Session& session, const Ticket& ticket, const Message& message) = 0;
  // Within the transaction that changes what is searched of the message from `before` to `after`:
  // soon after it is found by its new words, and by the old ones no more.
  virtual absl::Status Change(db::Session& session, const TenantId& tenant,
                              const SearchHit& message, std::string_view before,
                              std::string_view after) = 0;
  // As Store::Search; `session` is a session of the main database.
  virtual absl::StatusOr<std::vector<SearchHit>> Find(db::Session& session, const TenantId& tenant,
                                                      std::span<const QueryToken> tokens,
                                                      const SearchHit& before, int limit) = 0;
  // Waits until every message committed before the call can be found. DEADLINE_EXCEEDED after
  // `timeout`.
  virtual absl::Status CatchUp(absl::Duration timeout) = 0;

  virtual void Start() {}
  // Idempotent.
  virtual void Stop() {}
};

// The index of `database`, which was opened with `dsn` and must outlive it.
absl::StatusOr<std::unique_ptr<SearchIndex>> OpenSearchIndex(db::Database& database,
                                                             std::string_view dsn);

}  // namespace huiyin::ingest
