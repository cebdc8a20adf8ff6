#include "libs/core/status.h"
#include "services/analytics/usecase/count_facts.h"

namespace huiyin::analytics {

absl::Status Count(TenantFigures& figures, absl::Time at, const SurveyInvitation& fact) {
  for (const uint32_t kind : fact.other_kinds) {
    figures.Add({Cube::kInvitations, absl::ToUnixSeconds(at), {kind}, {1}});
  }
  figures.Add({Cube::kInvitations, absl::ToUnixSeconds(at), {fact.kind}, {1}});
  return absl::OkStatus();
}

// Said once, about the ticket as it was then.
absl::Status Count(TenantFigures& figures, absl::Time at, const SurveyAnswer& fact) {
  const TicketState unknown;
  const TicketState* ticket = &unknown;
  if (!fact.ticket.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(ticket, figures.Get<TicketState>(fact.ticket));
  }
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t language,
                          figures.Intern(Dimension::kLanguage, fact.language));
  ContributionList list;
  Contribute(fact, language, at, *ticket, list);
  for (const Contribution& contribution : list) figures.Add(contribution);
  return absl::OkStatus();
}

}  // namespace huiyin::analytics
