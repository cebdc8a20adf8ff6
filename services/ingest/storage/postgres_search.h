// Search on PostgreSQL; see search_index.h.
#pragma once

#include "services/ingest/storage/search_index.h"

namespace huiyin::ingest {

class PostgresSearch final : public SearchIndex {
 public:
  absl::Status Add(db::Session& session, const Ticket& ticket, const Message& message) override;
  absl::Status Change(db::Session& session, const TenantId& tenant, const SearchHit& message,
                      std::string_view before, std::string_view after) override;
  absl::StatusOr<std::vector<SearchHit>> Find(db::Session& session, const TenantId& tenant,
                                              std::span<const QueryToken> tokens,
                                              const SearchHit& before, int limit) override;
  absl::Status CatchUp(absl::Duration) override { return absl::OkStatus(); }
};

}  // namespace huiyin::ingest
