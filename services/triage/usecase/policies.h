// Policies as versioned data: created as text, tried out, published, taken back.
#pragma once

#include <vector>

#include "libs/core/caller.h"
#include "services/triage/usecase/unit.h"

namespace huiyin::triage {

// A policy as it is shown.
struct PolicyView {
  PolicyDocument document;  // number 0: ships with the program
  std::string version;
  bool in_force = false;
};

struct CreatePolicyCommand {
  PolicyKind kind = PolicyKind::kPriority;
  std::string source;
  std::string note;
};

// Stores it under the next version; it is in force only when published. INVALID_ARGUMENT with a
// violation for every mistake, named by its line.
absl::StatusOr<PolicyView> CreatePolicy(Unit& unit, const Caller& caller,
                                        const CreatePolicyCommand& command);

// Puts a version (also one that ships) in force from now on. NOT_FOUND (POLICY_NOT_FOUND);
// FAILED_PRECONDITION (POLICY_IN_FORCE) when it is already.
absl::StatusOr<PolicyView> PublishPolicy(Unit& unit, const Caller& caller, PolicyKind kind,
                                         const std::string& version);

// Takes the newest publication back: the one before, or at last the default, is in force again.
// FAILED_PRECONDITION (NOTHING_PUBLISHED) when only the default is left.
absl::StatusOr<PolicyView> RollbackPolicy(Unit& unit, const Caller& caller, PolicyKind kind);

// A version, or the one in force when `version` is empty. NOT_FOUND (POLICY_NOT_FOUND).
absl::StatusOr<PolicyView> GetPolicy(DeskStore& store, const TenantId& tenant, PolicyKind kind,
                                     const std::string& version);

// Created ones newest first, then the default; below number `before` when it is not 0. At most
// `limit` of those created.
absl::StatusOr<std::vector<PolicyView>> ListPolicies(DeskStore& store, const TenantId& tenant,
                                                     PolicyKind kind, int before, int limit);

}  // namespace huiyin::triage
