// Customers: which of their tickets are repeats, and what they do month by month.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/analytics/domain/fact.h"
#include "services/analytics/usecase/tenant_figures.h"

namespace huiyin::analytics {

// What is added to a customer's month; negative to take it back.
struct Activity {
  int64_t orders = 0, contacts = 0, repeats = 0, returns = 0;
  std::vector<SurveyScore> scores;
};

// Adds to the month with this number. Nothing for a customer who is not known.
absl::Status AddActivity(TenantFigures& figures, const std::string& customer, uint32_t month,
                         const Activity& activity);

// Keeps the customer's tickets in order of time and tells this one and the next whether they are
// repeats. `gone`: the ticket was merged into another one.
absl::Status NoteContact(TenantFigures& figures, const std::string& customer,
                         const std::string& ticket, absl::Time at, bool gone);

// Makes the ticket count in the month of its customer as it is now.
absl::Status TellCustomer(TenantFigures& figures, const std::string& ticket);
// Takes it out again; to be called before it becomes another customer's.
absl::Status UntellCustomer(TenantFigures& figures, const std::string& ticket);

}  // namespace huiyin::analytics
