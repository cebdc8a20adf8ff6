// Storing, publishing and taking back policy documents; see PolicyService.
#pragma once

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

// A document with what is known about it.
struct PolicyView {
  PolicyDocument document;
  bool in_force = false;
  bool shipped = false;
  int64_t publications = 0;  // of the tenant; the etag
};

struct CreatePolicyCommand {
  std::string yaml;
  std::string note;
  bool validate_only = false;
};
absl::StatusOr<PolicyView> CreatePolicy(Unit& unit, const Caller& caller,
                                        const CreatePolicyCommand& command);

// Empty version: the one in force.
absl::StatusOr<PolicyView> GetPolicy(View& view, const Caller& caller, const std::string& version);
// Cursor of a stored one: its id; of a shipped one: its version.
absl::StatusOr<std::vector<PolicyView>> ListPolicies(View& view, const Caller& caller,
                                                     const Page& page);
std::string PolicyCursor(const PolicyView& policy);

// `etag`: as of PolicyView::publications; empty: any.
absl::StatusOr<PolicyView> PublishPolicy(Unit& unit, const Caller& caller,
                                         const std::string& version, const std::string& etag,
                                         const std::string& note);
absl::StatusOr<PolicyView> RollbackPolicy(Unit& unit, const Caller& caller, const std::string& etag,
                                          const std::string& note);

}  // namespace huiyin::aftersales
