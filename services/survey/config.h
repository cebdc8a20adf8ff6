// Settings of survey, beside those every service has. Delays, limits and lifetimes hold for tenants
// that have not written a survey policy of their own (PolicyService.UpdateSurveyPolicy).
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
      {"survey.delivery_survey", Type::kString, "",
       "Survey asked after an order's delivery, for example \"review\"; empty: none."},
      {"survey.delivery_delay", Type::kDuration, "72h", "How long after the delivery."},
      {"survey.cool_down", Type::kDuration, "24h",
       "A customer asked less than this ago is not asked again; 0: no such limit."},
      {"survey.period", Type::kDuration, "720h",
       "Length of the period that survey.per_period counts."},
      {"survey.per_period", Type::kInt, "4",
       "Contacts with one customer in any period, invitations and reminders of all surveys "
       "together, at most."},
      {"survey.reminder_delay", Type::kDuration, "72h",
       "How long after an invitation whoever has not finished is reminded, once; 0: never."},
      {"survey.link_lifetime", Type::kDuration, "336h", "How long a survey link can be used."},
      {"survey.link_base", Type::kString, "",
       "Address of the survey page; a link is this followed by the token. Empty: no links."},
      {"survey.default_language", Type::kString, "en",
       "BCP 47 language of invitations whose customer's language is unknown."},
      {"survey.call_back_within", Type::kDuration, "24h",
       "How soon a customer who had telephoned is to be called after an unhappy answer."},
      {"survey.review_hold_media", Type::kBool, "true",
       "Whether product reviews with pictures or videos wait for a person, since no program looks "
       "at "
       "them."},
      {"survey.peer_timeout", Type::kDuration, "10s",
       "Longest that a call to triage or ingest may take when somebody is to make good."},
      {"survey.default_time_zone", Type::kString, "UTC",
       "IANA time zone of customers whose own and whose country are unknown, for quiet hours."},
      {"survey.token_keys", Type::kString, "",
       "Keys that sign survey links, ID:HEX separated by commas, newest first, at least 64 hex "
       "digits each. Empty: one is made at the first start and kept in the database.",
       /*secret=*/true},
  };
}

}  // namespace huiyin::survey
