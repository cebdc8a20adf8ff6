// Settings of survey, beside those every service has.
#pragma once

#include <vector>

#include "libs/config/settings.h"

namespace huiyin::survey {

inline std::vector<config::Setting> Settings() {
  using config::Type;
  return {
      {"survey.ticket_survey", Type::kString, "ticket",
       "Survey asked when a ticket is resolved; empty: none."},
      {"survey.ticket_delay", Type::kDuration, "0s",
       "How long after its resolution; a ticket reopened meanwhile is not asked about."},
      {"survey.rma_survey", Type::kString, "rma",
       "Survey asked when an RMA is completed; empty: none."},
      {"survey.rma_delay", Type::kDuration, "0s", "How long after its completion."},
      {"survey.cool_down", Type::kDuration, "24h",
       "A customer asked less than this ago is not asked again; 0: no such limit."},
      {"survey.period", Type::kDuration, "720h",
       "Length of the period that survey.per_period counts."},
      {"survey.per_period", Type::kInt, "4",
       "Invitations to one customer in any period, all surveys together, at most."},
      {"survey.link_lifetime", Type::kDuration, "336h", "How long a survey link can be used."},
      {"survey.link_base", Type::kString, "",
       "Address of the survey page; a link is this followed by the token. Empty: no links."},
      {"survey.default_language", Type::kString, "en",
       "BCP 47 language of invitations whose customer's language is unknown."},
      {"survey.token_keys", Type::kString, "",
       "Keys that sign survey links, ID:HEX separated by commas, newest first, at least 64 hex "
       "digits each. Empty: one is made at the first start and kept in the database.",
       /*secret=*/true},
  };
}

}  // namespace huiyin::survey
