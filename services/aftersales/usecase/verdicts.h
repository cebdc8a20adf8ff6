// Looking back at verdicts: what another policy would have said, and whether what is stored is what
// its policy says.
#pragma once

#include <map>
#include <utility>

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct SimulateCommand {
  std::string version;  // a stored or shipped document, or
  std::string yaml;     // one that is not stored
  VerdictFilter filter;
  size_t max_examples = 20;
};

struct VerdictChange {
  RmaId rma;
  Verdict before, after;
};

struct Simulation {
  int64_t examined = 0, changed = 0;
  std::map<std::pair<Decision, Decision>, int64_t> decisions;             // before, after
  std::map<std::string, std::pair<int64_t, int64_t>, std::less<>> money;  // by currency
  std::vector<VerdictChange> examples;  // decisions first, then money
};

// Evaluates what was filed under another document. `report` is called every 1000 RMAs with the
// counts so far; false stops it (CANCELLED).
absl::StatusOr<Simulation> SimulatePolicy(View& view, const TenantId& tenant,
                                          const SimulateCommand& command,
                                          absl::FunctionRef<bool(const Simulation&)> report);

struct ReplayedVerdict {
  bool identical = false;
  Verdict stored, replayed;
};
// NOT_FOUND for an RMA that the caller does not see.
absl::StatusOr<ReplayedVerdict> ReplayVerdict(View& view, const Caller& caller, const RmaId& rma);

struct VerdictFinding {
  RmaId rma;
  std::string problem;  // DIFFERENT, POLICY_MISSING, DAMAGED
  std::string detail;
};
struct VerdictCheck {
  int64_t checked = 0, total_findings = 0;
  std::vector<VerdictFinding> new_findings;  // since the last report; at most 1000 in all
};
// Evaluates every stored verdict of the tenant again. `report` is called every 1000 verdicts and at
// the end; false stops it (CANCELLED).
absl::Status CheckVerdicts(View& view, const TenantId& tenant,
                           absl::FunctionRef<bool(VerdictCheck&)> report);

}  // namespace huiyin::aftersales
