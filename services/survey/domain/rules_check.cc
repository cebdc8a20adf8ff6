// What a survey policy must be before it is kept.
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "services/survey/domain/rules.h"

namespace huiyin::survey {
namespace {

constexpr size_t kMaxRules = 50, kMaxListed = 300;
constexpr int kChannels = 9, kHighestTier = 4, kMinutesOfDay = 24 * 60;
constexpr int kMaxContacts = 1000;
constexpr absl::Duration kYear = absl::Hours(24 * 365);

bool Within(absl::Duration value, absl::Duration from, absl::Duration to) {
  return value >= from && value <= to;
}

bool IsCountry(const std::string& text) {
  return text.size() == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

void CheckRule(const TriggerRule& rule, const std::string& field, InputCheck& check) {
  check.Require(rule.trigger >= Trigger::kTicketResolved && rule.trigger <= Trigger::kDelivered,
                field + ".trigger", "must be one of the triggers");
  check.Require(rule.survey_id.empty() || IsSlug(rule.survey_id), field + ".survey_id",
                "must be the id of a survey, or empty");
  check.Require(Within(rule.delay, absl::ZeroDuration(), kYear), field + ".delay",
                "must be 0 to 365 days");
  check.Require(rule.sample_percent >= 0 && rule.sample_percent <= 100, field + ".sample_percent",
                "must be 0 to 100");
  check.Require(rule.channels.empty() || rule.trigger == Trigger::kTicketResolved,
                field + ".channels", "must be empty: only tickets have a channel");
  check.Require(!rule.exchanges_only || rule.trigger == Trigger::kRmaCompleted,
                field + ".exchanges_only", "must be false: only RMAs have exchanges");
  for (size_t i = 0; i < rule.channels.size(); ++i) {
    check.Require(rule.channels[i] >= 1 && rule.channels[i] <= kChannels,
                  absl::StrCat(field, ".channels[", i, "]"), "must be a channel");
  }
  for (size_t i = 0; i < rule.tiers.size(); ++i) {
    check.Require(rule.tiers[i] >= 0 && rule.tiers[i] <= kHighestTier,
                  absl::StrCat(field, ".tiers[", i, "]"), "must be a tier");
  }
  check.Require(rule.countries.size() <= kMaxListed, field + ".countries",
                absl::StrCat("must be at most ", kMaxListed));
  for (size_t i = 0; i < rule.countries.size(); ++i) {
    check.Require(IsCountry(rule.countries[i]), absl::StrCat(field, ".countries[", i, "]"),
                  "must be an ISO 3166-1 alpha-2 code, for example CN");
  }
}

void CheckLimits(const ContactCaps& caps, const std::string& field, InputCheck& check) {
  check.Require(Within(caps.cool_down, absl::ZeroDuration(), kYear), field + ".cool_down",
                "must be 0 to 365 days");
  check.Require(caps.per_period >= 0 && caps.per_period <= kMaxContacts, field + ".per_period",
                absl::StrCat("must be 0 to ", kMaxContacts));
  check.Require(Within(caps.period, absl::ZeroDuration(), 2 * kYear), field + ".period",
                "must be 0 to 730 days");
}

void CheckQuiet(const QuietHours& quiet, InputCheck& check) {
  for (const auto& [minute, name] : {std::pair(quiet.from_minute, "from_minute"),
                                     std::pair(quiet.until_minute, "until_minute")}) {
    check.Require(minute >= 0 && minute < kMinutesOfDay, absl::StrCat("policy.quiet_hours.", name),
                  "must be 0 to 1439");
  }
}

}  // namespace

absl::Status CheckRules(const Rules& rules) {
  InputCheck check;
  check.Require(rules.triggers.size() <= kMaxRules, "policy.rules",
                absl::StrCat("must be at most ", kMaxRules, " rules"));
  std::set<std::string> ids;
  for (size_t i = 0; i < rules.triggers.size(); ++i) {
    const std::string field = absl::StrCat("policy.rules[", i, "]");
    if (check.Require(IsSlug(rules.triggers[i].id), field + ".rule_id",
                      "must be 1 to 64 of a-z, 0-9, _ and -")) {
      check.Require(ids.insert(rules.triggers[i].id).second, field + ".rule_id",
                    "is the id of an earlier rule");
    }
    CheckRule(rules.triggers[i], field, check);
  }
  CheckLimits(rules.caps, "policy.limits", check);
  std::set<int> tiers;
  for (size_t i = 0; i < rules.tier_caps.size(); ++i) {
    const std::string field = absl::StrCat("policy.tier_limits[", i, "]");
    const int tier = rules.tier_caps[i].tier;
    check.Require(tier >= 0 && tier <= kHighestTier && tiers.insert(tier).second, field + ".tier",
                  "must be a tier, each at most once");
    CheckLimits(rules.tier_caps[i].caps, field + ".limits", check);
  }
  CheckQuiet(rules.quiet, check);
  absl::TimeZone zone;
  check.Require(absl::LoadTimeZone(rules.default_zone, &zone), "policy.default_time_zone",
                "must be an IANA time zone, for example Asia/Shanghai");
  check.Require(IsLanguageTag(rules.default_language), "policy.default_language",
                "must be a BCP 47 tag, for example zh or pt-BR");
  check.Require(Within(rules.reminder_delay, absl::ZeroDuration(), kYear), "policy.reminder_delay",
                "must be 0 to 365 days");
  check.Require(Within(rules.link_lifetime, absl::Minutes(1), kYear), "policy.link_lifetime",
                "must be 1 minute to 365 days");
  return check.ToStatus();
}

}  // namespace huiyin::survey
