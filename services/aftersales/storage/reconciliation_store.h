// What reconciliation keeps, as use cases see it; a part of Store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/core/strong_id.h"
#include "services/aftersales/domain/statement.h"

namespace huiyin::aftersales {

struct DifferenceFilter {
  std::string gateway;    // empty: all
  std::string statement;  // empty: all
  bool include_resolved = false;
};

// What the ledger booked as paid through a gateway.
struct BookedPayout {
  std::string cause;       // refund or chargeback
  Money amount;            // > 0
  bool came_back = false;  // to us; otherwise it left us
};

class ReconciliationStore {
 public:
  virtual ~ReconciliationStore() = default;

  virtual absl::StatusOr<std::optional<Statement>> FindStatement(const TenantId& tenant,
                                                                 const std::string& gateway,
                                                                 absl::Time start,
                                                                 absl::Time end) = 0;
  virtual absl::Status InsertStatement(const TenantId& tenant, const Statement& statement) = 0;
  // False when a line of this type and key was on a statement of the gateway before.
  virtual absl::StatusOr<bool> InsertStatementLine(const TenantId& tenant,
                                                   const Statement& statement,
                                                   const StatementLine& line) = 0;
  // Whether a line of the type has the key.
  virtual absl::StatusOr<bool> IsOnAStatement(const TenantId& tenant, const std::string& gateway,
                                              StatementLineType type, const std::string& key) = 0;
  // What the ledger booked through the gateway for one cause, in all its entries of the kind that a
  // line of `type` tells of: a refund's less what came back of it, what a chargeback took, or what
  // came back of that. Nothing without entries.
  virtual absl::StatusOr<std::optional<Money>> BookedFor(const TenantId& tenant,
                                                         const std::string& gateway,
                                                         StatementLineType type,
                                                         const std::string& cause) = 0;
  // Everything that it booked in the period, by cause and direction.
  virtual absl::StatusOr<std::vector<BookedPayout>> BookedBetween(const TenantId& tenant,
                                                                  const std::string& gateway,
                                                                  absl::Time start,
                                                                  absl::Time end) = 0;

  virtual absl::Status InsertDifference(const TenantId& tenant, const Difference& difference) = 0;
  virtual absl::StatusOr<std::optional<Difference>> FindDifference(const TenantId& tenant,
                                                                   const std::string& id) = 0;
  // Newest first. `after`: id of the last one of the page before.
  virtual absl::StatusOr<std::vector<Difference>> ListDifferences(const TenantId& tenant,
                                                                  const DifferenceFilter& filter,
                                                                  size_t limit,
                                                                  const std::string& after) = 0;
  // Marks an open one as resolved. False when it is not open any more.
  virtual absl::StatusOr<bool> ResolveDifference(const TenantId& tenant,
                                                 const Difference& difference) = 0;
};

}  // namespace huiyin::aftersales
