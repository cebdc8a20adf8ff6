// Gateways' statements against the ledger. Differences are listed, never fixed: nothing here moves
// money or changes a refund.
#pragma once

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct ImportStatementCommand {
  std::string gateway;
  absl::Time start, end;
  std::string content_hash;
  std::vector<StatementLine> lines;
};

// Compares every line with the ledger and, the other way round, everything that the ledger booked
// in the period. The same file again gives the first result; another for the same period is
// FAILED_PRECONDITION (STATEMENT_EXISTS).
absl::StatusOr<Statement> ImportStatement(Unit& unit, const Caller& caller,
                                          const ImportStatementCommand& command);
// FAILED_PRECONDITION (WRONG_STATE) when it is resolved already.
absl::StatusOr<Difference> ResolveDifference(Unit& unit, const Caller& caller,
                                             const std::string& difference,
                                             const std::string& note);

}  // namespace huiyin::aftersales
