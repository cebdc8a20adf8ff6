// What a fact, which happened at `at`, changes in its tenant's figures.
#pragma once

#include "absl/status/status.h"
#include "services/analytics/domain/fact.h"
#include "services/analytics/usecase/tenant_figures.h"

namespace huiyin::analytics {

absl::Status Count(TenantFigures& figures, absl::Time at, const TicketCreated& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const TicketMessage& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const TicketStateChange& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const TicketMerge& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const TicketDecision& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const TicketAssignment& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const SlaBreach& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const SlaMeasurement& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const OrderVersion& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const RmaFiled& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const RmaDecision& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const RmaInspection& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const RmaEnd& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const RefundChange& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const SurveyInvitation& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const SurveyAnswer& fact);
absl::Status Count(TenantFigures& figures, absl::Time at, const ReviewChange& fact);

// Finds out what goods the ticket is about, as far as its order is known by now.
absl::Status LocateTicket(TenantFigures& figures, const std::string& ticket);
// Keeps the ticket as an example of what it complains about, if it does.
absl::Status NoteExample(TenantFigures& figures, const std::string& ticket);

}  // namespace huiyin::analytics
