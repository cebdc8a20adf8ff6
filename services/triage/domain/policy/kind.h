// Which policies there are, and how their versions are called.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace huiyin::triage {

// Numbers of huiyin.triage.v1.PolicyKind; stored.
enum class PolicyKind : uint8_t { kPriority = 1, kSla = 2, kRouting = 3 };

// A tenant's policies of a kind are numbered 1, 2, 3 …; a version is "priority-3".
std::string VersionOf(PolicyKind kind, int number);
struct PolicyNumber {
  PolicyKind kind = PolicyKind::kPriority;
  int number = 0;
};
// Nullopt when `version` is not of that form.
std::optional<PolicyNumber> ParseVersion(std::string_view version);

// Whether `source` is a policy of that kind; INVALID_ARGUMENT with a violation for every mistake.
absl::Status CheckSource(PolicyKind kind, std::string_view source);

// Version and text of the policy in force for tenants that have published none of that kind.
std::string_view DefaultVersion(PolicyKind kind);
// Nullopt for versions that do not ship with the program.
std::optional<std::string_view> BuiltInSource(PolicyKind kind, std::string_view version);

}  // namespace huiyin::triage
