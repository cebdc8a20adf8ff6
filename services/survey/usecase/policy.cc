#include "services/survey/usecase/policy.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "services/survey/usecase/definitions.h"

namespace huiyin::survey {

std::string EtagOf(const Policy& policy) {
  return absl::StrCat(policy.updated_at ? absl::ToUnixMicros(*policy.updated_at) : 0);
}

absl::StatusOr<Policy> PolicyOf(DefinitionStore& definitions, const SurveySetup& setup,
                                const TenantId& tenant) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<StoredRules> stored, definitions.FindRules(tenant));
  if (!stored) return Policy{setup.rules, std::nullopt};
  return Policy{std::move(stored->rules), stored->updated_at};
}

absl::StatusOr<Policy> UpdatePolicy(Unit& unit, const UpdatePolicyCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const Policy before,
                          PolicyOf(unit.definitions, unit.setup, command.tenant));
  if (!command.etag.empty() && command.etag != EtagOf(before)) {
    return Error(absl::StatusCode::kAborted, "ETAG_MISMATCH",
                 "the policy was changed meanwhile; read it again");
  }
  std::vector<Violation> violations = Violations(CheckRules(command.rules));
  for (size_t i = 0; i < command.rules.triggers.size(); ++i) {
    const std::string& id = command.rules.triggers[i].survey_id;
    if (!IsSlug(id)) continue;
    HUIYIN_ASSIGN_OR_RETURN(const SurveyPtr survey,
                            PublishedSurvey(unit.definitions, unit.setup, command.tenant, id));
    if (!survey) {
      violations.push_back(
          {absl::StrCat("policy.rules[", i, "].survey_id"), "names no published survey"});
    }
  }
  if (!violations.empty()) return BadInput(violations);
  absl::Time now = absl::FromUnixMicros(absl::ToUnixMicros(unit.clock.Now()));
  if (before.updated_at) now = std::max(now, *before.updated_at + absl::Microseconds(1));
  HUIYIN_RETURN_IF_ERROR(unit.definitions.PutRules(command.tenant, {command.rules, now}));
  return Policy{command.rules, now};
}

absl::StatusOr<Customer> CustomerOf(DefinitionStore& definitions, const TenantId& tenant,
                                    const CustomerId& id) {
  if (id.empty()) return Customer{tenant, id};
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Customer> found, definitions.FindCustomer(tenant, id));
  return found ? *std::move(found) : Customer{tenant, id};
}

bool IsStaff(const Caller& caller) {
  return caller.Is(Role::kAgent) || caller.Is(Role::kLead) || caller.Is(Role::kPlatform) ||
         caller.Is(Role::kService);
}

absl::Status CheckOwnData(const Caller& caller, const CustomerId& id) {
  if (IsStaff(caller) || caller.subject == id.value()) return absl::OkStatus();
  return Error(absl::StatusCode::kNotFound, "CUSTOMER_NOT_FOUND", "there is no such customer");
}

absl::Status CheckPreference(const Customer& preference) {
  InputCheck check;
  absl::TimeZone zone;
  check.Require(preference.zone.empty() || absl::LoadTimeZone(preference.zone, &zone),
                "preference.time_zone", "must be an IANA time zone, for example Asia/Shanghai");
  check.Require(preference.language.empty() || IsLanguageTag(preference.language),
                "preference.language", "must be a BCP 47 tag, for example zh or pt-BR");
  return check.ToStatus();
}

absl::StatusOr<Customer> UpdatePreference(Unit& unit, const Customer& preference) {
  HUIYIN_ASSIGN_OR_RETURN(Customer customer,
                          CustomerOf(unit.definitions, preference.tenant, preference.id));
  customer.consent = preference.consent;
  customer.zone = preference.zone;
  customer.language = preference.language;
  HUIYIN_RETURN_IF_ERROR(unit.definitions.PutCustomer(customer));
  return customer;
}

absl::Status NoteOrder(Unit& unit, const TenantId& tenant, const CustomerId& customer, int tier,
                       const std::string& country) {
  if (customer.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(Customer known, CustomerOf(unit.definitions, tenant, customer));
  if (known.tier == tier && known.country == country) return absl::OkStatus();
  known.tier = tier;
  known.country = country;
  return unit.definitions.PutCustomer(known);
}

absl::Status NoteFacts(Unit& unit, const TenantId& tenant, const std::string& subject,
                       const EpisodeFacts& news) {
  HUIYIN_ASSIGN_OR_RETURN(EpisodeFacts facts, unit.definitions.FindFacts(tenant, subject));
  if (news.channel != 0) facts.channel = news.channel;
  if (news.category != 0) facts.category = news.category;
  if (!news.queue.empty()) facts.queue = news.queue;
  if (!news.product.empty()) facts.product = news.product;
  if (!news.agent.empty()) facts.agent = news.agent;
  if (news.exchange) facts.exchange = true;
  return unit.definitions.PutFacts(tenant, subject, facts);
}

}  // namespace huiyin::survey
