#include "services/survey/rpc/convert_policy.h"

#include <string>

#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"
#include "services/survey/rpc/convert.h"

namespace huiyin::survey {
namespace {

static_assert(static_cast<int>(Trigger::kDelivered) == pb::SURVEY_TRIGGER_ORDER_DELIVERED);
static_assert(static_cast<int>(Consent::kRefused) == pb::ContactPreference::CONSENT_REFUSED);
static_assert(kSurveyChannel == common::v1::CHANNEL_SURVEY);

absl::Duration From(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

ContactCaps From(const pb::ContactLimits& limits) {
  return {From(limits.cool_down()), limits.per_period(), From(limits.period())};
}

TriggerRule From(const pb::TriggerRule& rule) {
  TriggerRule result;
  result.id = rule.rule_id();
  result.trigger = static_cast<Trigger>(rule.trigger());
  result.survey_id = rule.survey_id();
  result.delay = From(rule.delay());
  for (const int channel : rule.channels()) result.channels.push_back(channel);
  for (const int tier : rule.tiers()) result.tiers.push_back(tier);
  result.countries.assign(rule.countries().begin(), rule.countries().end());
  if (rule.has_sample_percent()) result.sample_percent = rule.sample_percent();
  result.exchanges_only = rule.exchanges_only();
  return result;
}

Rules From(const pb::SurveyPolicy& policy) {
  Rules rules;
  for (const pb::TriggerRule& rule : policy.rules()) rules.triggers.push_back(From(rule));
  rules.caps = From(policy.limits());
  for (const pb::TierLimits& entry : policy.tier_limits()) {
    rules.tier_caps.push_back({entry.tier(), From(entry.limits())});
  }
  rules.quiet = {policy.quiet_hours().from_minute(), policy.quiet_hours().until_minute()};
  if (!policy.default_time_zone().empty()) rules.default_zone = policy.default_time_zone();
  if (!policy.default_language().empty()) rules.default_language = policy.default_language();
  rules.reminder_delay = From(policy.reminder_delay());
  if (policy.has_link_lifetime()) rules.link_lifetime = From(policy.link_lifetime());
  rules.consent_required = policy.consent_required();
  return rules;
}

void To(const ContactCaps& caps, pb::ContactLimits* out) {
  *out->mutable_cool_down() = rpc::ToProto(caps.cool_down);
  out->set_per_period(caps.per_period);
  *out->mutable_period() = rpc::ToProto(caps.period);
}

void To(const TriggerRule& rule, pb::TriggerRule* out) {
  out->set_rule_id(rule.id);
  out->set_trigger(static_cast<pb::SurveyTrigger>(rule.trigger));
  out->set_survey_id(rule.survey_id);
  *out->mutable_delay() = rpc::ToProto(rule.delay);
  for (const int channel : rule.channels) {
    out->add_channels(static_cast<common::v1::Channel>(channel));
  }
  for (const int tier : rule.tiers) out->add_tiers(static_cast<common::v1::CustomerTier>(tier));
  for (const std::string& country : rule.countries) out->add_countries(country);
  out->set_sample_percent(rule.sample_percent);
  out->set_exchanges_only(rule.exchanges_only);
}

}  // namespace

absl::Status CheckPolicyName(const std::string& name, const Caller& caller,
                             const std::string& field) {
  if (name == "tenants/" + caller.tenant.value() + "/surveyPolicy") return absl::OkStatus();
  if (name.rfind("tenants/", 0) != 0 || !name.ends_with("/surveyPolicy")) {
    return BadInput({{field, "must be tenants/{tenant}/surveyPolicy"}});
  }
  return Error(absl::StatusCode::kNotFound, "TENANT_NOT_FOUND", "there is no such tenant");
}

absl::StatusOr<UpdatePolicyCommand> FromProto(const pb::UpdateSurveyPolicyRequest& request,
                                              const Caller& caller) {
  HUIYIN_RETURN_IF_ERROR(CheckPolicyName(request.policy().name(), caller, "policy.name"));
  UpdatePolicyCommand command{caller.tenant, From(request.policy()), request.policy().etag()};
  InputCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID");
  // With a bad request id the use case is not reached, so its findings are added here.
  if (!check.ok()) AddViolations(CheckRules(command.rules), check);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

absl::StatusOr<CustomerId> PreferenceOf(const std::string& name, const Caller& caller,
                                        const std::string& field) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string id,
                          IdOf(name, "contactPreferences", caller, field, "CUSTOMER_NOT_FOUND"));
  HUIYIN_RETURN_IF_ERROR(CheckOwnData(caller, CustomerId(id)));
  return CustomerId(id);
}

absl::StatusOr<Customer> FromProto(const pb::UpdateContactPreferenceRequest& request,
                                   const Caller& caller) {
  const pb::ContactPreference& preference = request.preference();
  HUIYIN_ASSIGN_OR_RETURN(const CustomerId id,
                          PreferenceOf(preference.name(), caller, "preference.name"));
  InputCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID");
  check.Require(pb::ContactPreference::Consent_IsValid(preference.consent()), "preference.consent",
                "must be one of the consents");
  Customer customer{caller.tenant, id};
  customer.consent = static_cast<Consent>(preference.consent());
  customer.zone = preference.time_zone();
  customer.language = preference.language();
  AddViolations(CheckPreference(customer), check);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return customer;
}

pb::SurveyPolicy ToProto(const Policy& policy, const TenantId& tenant) {
  const Rules& rules = policy.rules;
  pb::SurveyPolicy out;
  out.set_name("tenants/" + tenant.value() + "/surveyPolicy");
  for (const TriggerRule& rule : rules.triggers) To(rule, out.add_rules());
  To(rules.caps, out.mutable_limits());
  for (const TierCaps& entry : rules.tier_caps) {
    pb::TierLimits* to = out.add_tier_limits();
    to->set_tier(static_cast<common::v1::CustomerTier>(entry.tier));
    To(entry.caps, to->mutable_limits());
  }
  if (rules.quiet.from_minute != rules.quiet.until_minute) {
    out.mutable_quiet_hours()->set_from_minute(rules.quiet.from_minute);
    out.mutable_quiet_hours()->set_until_minute(rules.quiet.until_minute);
  }
  out.set_default_time_zone(rules.default_zone);
  out.set_default_language(rules.default_language);
  *out.mutable_reminder_delay() = rpc::ToProto(rules.reminder_delay);
  *out.mutable_link_lifetime() = rpc::ToProto(rules.link_lifetime);
  out.set_consent_required(rules.consent_required);
  out.set_etag(EtagOf(policy));
  if (policy.updated_at) *out.mutable_update_time() = rpc::ToProto(*policy.updated_at);
  return out;
}

pb::ContactPreference ToProto(const Customer& customer) {
  pb::ContactPreference out;
  out.set_name(ResourceName(customer.tenant, "contactPreferences", customer.id.value()));
  out.set_consent(static_cast<pb::ContactPreference::Consent>(customer.consent));
  out.set_time_zone(customer.zone);
  out.set_language(customer.language);
  out.set_tier(static_cast<common::v1::CustomerTier>(customer.tier));
  out.set_country(customer.country);
  return out;
}

}  // namespace huiyin::survey
