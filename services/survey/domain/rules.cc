#include "services/survey/domain/rules.h"

#include <algorithm>

namespace huiyin::survey {
namespace {

template <class T>
bool Contains(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool Fits(const TriggerRule& rule, const Candidate& candidate) {
  if (rule.trigger != candidate.trigger) return false;
  if (rule.exchanges_only && !candidate.exchange) return false;
  if (rule.channels.empty() ? candidate.channel == kSurveyChannel
                            : !Contains(rule.channels, candidate.channel)) {
    return false;
  }
  return (rule.tiers.empty() || Contains(rule.tiers, candidate.tier)) &&
         (rule.countries.empty() || Contains(rule.countries, candidate.country));
}

// FNV-1a with a final mix, so that neighbouring ids land far apart.
uint64_t Hash(std::string_view text, uint64_t seed) {
  uint64_t hash = 0xcbf29ce484222325 ^ seed;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccd;
  return hash ^ hash >> 33;
}

}  // namespace

const ContactCaps& Rules::CapsOf(int tier) const {
  for (const TierCaps& entry : tier_caps) {
    if (entry.tier == tier) return entry.caps;
  }
  return caps;
}

const TriggerRule* RuleFor(const Rules& rules, const Candidate& candidate) {
  for (const TriggerRule& rule : rules.triggers) {
    if (Fits(rule, candidate)) return &rule;
  }
  return nullptr;
}

bool IsSampled(const TriggerRule& rule, const Invitation& invitation) {
  constexpr uint64_t kSteps = 1'000'000;
  const uint64_t hash =
      Hash(invitation.subject, Hash(rule.id, static_cast<uint64_t>(invitation.episode)));
  return static_cast<double>(hash % kSteps) < rule.sample_percent * (kSteps / 100.0);
}

bool MayAsk(const Rules& rules, Consent consent) {
  return consent == Consent::kGranted || (consent == Consent::kUnknown && !rules.consent_required);
}

Suppression CheckCaps(const ContactCaps& caps, std::span<const Contact> contacts, absl::Time now) {
  int in_period = 0;
  for (const Contact& contact : contacts) {
    if (!contact.same_invitation && now - contact.at < caps.cool_down) {
      return Suppression::kCoolDown;
    }
    if (now - contact.at < caps.period) ++in_period;
  }
  return in_period >= caps.per_period ? Suppression::kPeriodCap : Suppression::kNone;
}

absl::Duration CapWindow(const ContactCaps& caps) { return std::max(caps.cool_down, caps.period); }

absl::Time AfterQuiet(const QuietHours& quiet, const absl::TimeZone& zone, absl::Time time) {
  if (quiet.from_minute == quiet.until_minute) return time;
  const absl::CivilMinute local = absl::ToCivilMinute(time, zone);
  const int minute = local.hour() * 60 + local.minute();
  const bool over_midnight = quiet.from_minute > quiet.until_minute;
  const bool is_quiet = over_midnight ? minute >= quiet.from_minute || minute < quiet.until_minute
                                      : minute >= quiet.from_minute && minute < quiet.until_minute;
  if (!is_quiet) return time;
  absl::CivilDay day(local);
  if (over_midnight && minute >= quiet.from_minute) ++day;
  return absl::FromCivil(absl::CivilMinute(day) + quiet.until_minute, zone);
}

absl::TimeZone ZoneOf(const Rules& rules, const Customer& customer) {
  absl::TimeZone zone;
  for (const std::string_view name :
       {std::string_view(customer.zone), ZoneOfCountry(customer.country),
        std::string_view(rules.default_zone)}) {
    if (!name.empty() && absl::LoadTimeZone({name.data(), name.size()}, &zone)) return zone;
  }
  return absl::UTCTimeZone();
}

}  // namespace huiyin::survey
