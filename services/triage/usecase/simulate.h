// Trying a priority policy out on past tickets, and proving what a past decision came from.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "services/triage/usecase/unit.h"

namespace huiyin::triage {

// A ticket that would stand elsewhere.
struct PriorityShift {
  TicketId ticket;
  DecisionId decision;
  PriorityVerdict before, after;
};

struct Simulation {
  int examined = 0;
  int changed = 0;                            // priority differs
  std::array<std::array<int, 5>, 5> moves{};  // [before][after], by priority 1–4
  std::map<std::string, int> rule_hits;       // rule of the tried policy → decisions
  std::vector<PriorityShift> examples;        // the largest shifts
  DecisionId next;  // continue with decisions older than this; empty at the end
};

// Replays `policy` on the stored inputs of up to `limit` decisions in force older than `before`
// (empty: the newest), newest first. Keeps up to `examples` shifts, those over most bands first,
// newer ones first among equals. Decisions on erased customers are passed over.
absl::StatusOr<Simulation> Simulate(Store& store, const TenantId& tenant,
                                    const PriorityPolicy& policy, const DecisionId& before,
                                    int limit, size_t examples);

struct Replay {
  Decision decision;
  std::string stored, replayed;  // Encode of the verdicts; equal when the decision is sound
};

// Decides once more from the stored inputs, by the stored policy version. NOT_FOUND
// (DECISION_NOT_FOUND, POLICY_NOT_FOUND); FAILED_PRECONDITION (INPUTS_ERASED) when the customer was
// erased.
absl::StatusOr<Replay> ReplayDecision(View& view, const TenantId& tenant, const DecisionId& id);

}  // namespace huiyin::triage
