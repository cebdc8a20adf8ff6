// How a tenant asks, and what each customer wants and is.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/core/caller.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

struct Policy {
  Rules rules;
  std::optional<absl::Time> updated_at;  // absent: made of settings
};
std::string EtagOf(const Policy& policy);

// The tenant's policy, or that of the service's settings.
absl::StatusOr<Policy> PolicyOf(DefinitionStore& definitions, const SurveySetup& setup,
                                const TenantId& tenant);

struct UpdatePolicyCommand {
  TenantId tenant;
  Rules rules;
  std::string etag;  // empty: whatever is there
};
// ABORTED (ETAG_MISMATCH); INVALID_ARGUMENT with every violation, surveys that are not published
// among them.
absl::StatusOr<Policy> UpdatePolicy(Unit& unit, const UpdatePolicyCommand& command);

// What is known of a customer; empty for one nobody knows.
absl::StatusOr<Customer> CustomerOf(DefinitionStore& definitions, const TenantId& tenant,
                                    const CustomerId& id);
// Whether the caller works for the tenant: agents, leads, the platform's and our own systems.
bool IsStaff(const Caller& caller);
// OK for staff and for the customer; NOT_FOUND (CUSTOMER_NOT_FOUND) for other customers.
absl::Status CheckOwnData(const Caller& caller, const CustomerId& id);

// INVALID_ARGUMENT with every violation.
absl::Status CheckPreference(const Customer& preference);
// Replaces consent, zone and language of a preference that passed CheckPreference.
absl::StatusOr<Customer> UpdatePreference(Unit& unit, const Customer& preference);

// What an order tells of its customer.
absl::Status NoteOrder(Unit& unit, const TenantId& tenant, const CustomerId& customer, int tier,
                       const std::string& country);

// What events tell of a ticket or RMA: known members replace what was known.
absl::Status NoteFacts(Unit& unit, const TenantId& tenant, const std::string& subject,
                       const EpisodeFacts& news);

}  // namespace huiyin::survey
