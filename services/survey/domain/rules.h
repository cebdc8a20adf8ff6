// When customers are asked, and how often at most: a tenant's survey policy.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/survey/domain/invitation.h"

namespace huiyin::survey {

// Numbers of huiyin.common.v1.
inline constexpr int kReviewChannel = 7;
inline constexpr int kSurveyChannel = 8;

struct TriggerRule {
  std::string id;
  Trigger trigger = Trigger::kTicketResolved;
  std::string survey_id;  // empty: whom the rule fits is not asked
  absl::Duration delay;
  std::vector<int> channels;           // empty: all but kSurveyChannel
  std::vector<int> tiers;              // empty: all
  std::vector<std::string> countries;  // empty: all
  double sample_percent = 100;
  bool exchanges_only = false;  // of kRmaCompleted
};

// Limits per customer, across all surveys and channels. Contacts are invitations and reminders.
struct ContactCaps {
  absl::Duration cool_down = absl::Hours(24 * 7);  // between two contacts; 0: none
  int per_period = 3;                              // contacts in any `period`
  absl::Duration period = absl::Hours(24 * 90);
};

// Minutes since midnight where the customer is; from == until: never quiet.
struct QuietHours {
  int from_minute = 0;
  int until_minute = 0;
};

struct TierCaps {
  int tier = 0;
  ContactCaps caps;
};

struct Rules {
  std::vector<TriggerRule> triggers;
  ContactCaps caps;
  std::vector<TierCaps> tier_caps;
  QuietHours quiet;
  std::string default_zone = "UTC";
  absl::Duration reminder_delay;  // 0: nobody is reminded
  absl::Duration link_lifetime = absl::Hours(24 * 14);
  std::string default_language = "en";
  bool consent_required = false;

  const ContactCaps& CapsOf(int tier) const;
};

// Every violation, by its path in the request ("policy.rules[0].delay"). Whether surveys exist is
// not looked at.
absl::Status CheckRules(const Rules& rules);

// Numbers are stored.
enum class Consent { kUnknown = 0, kGranted = 1, kRefused = 2 };

// What survey knows of a customer.
struct Customer {
  TenantId tenant;
  CustomerId id;
  Consent consent = Consent::kUnknown;
  std::string zone;      // IANA; empty: by country
  std::string language;  // BCP 47; empty: the episode's
  int tier = 0;          // of the last order
  std::string country;   // of the last order
};

// What a rule's conditions are held against.
struct Candidate {
  Trigger trigger = Trigger::kTicketResolved;
  int channel = 0;
  int tier = 0;
  std::string country;
  bool exchange = false;
};

// The first rule that fits; null when none does.
const TriggerRule* RuleFor(const Rules& rules, const Candidate& candidate);

// Whether an episode is drawn: always the same answer for the same rule and episode.
bool IsSampled(const TriggerRule& rule, const Invitation& invitation);

bool MayAsk(const Rules& rules, Consent consent);

// A time at which the customer was contacted.
struct Contact {
  absl::Time at;
  bool same_invitation = false;  // by the invitation whose reminder is at issue
};

// Whether one more contact at `now` keeps the caps. `contacts` are the customer's earlier ones, in
// any order; those older than CapWindow do not matter. Cool-down does not hold between an
// invitation and its own reminder.
Suppression CheckCaps(const ContactCaps& caps, std::span<const Contact> contacts, absl::Time now);
// How far back CheckCaps looks.
absl::Duration CapWindow(const ContactCaps& caps);

// `time`, or when the quiet hours around it end.
absl::Time AfterQuiet(const QuietHours& quiet, const absl::TimeZone& zone, absl::Time time);

// The customer's own zone, else that of the country's largest city, else the policy's; UTC when the
// machine knows none of them.
absl::TimeZone ZoneOf(const Rules& rules, const Customer& customer);
// IANA zone of a country's largest city; empty when it is not in the table.
std::string_view ZoneOfCountry(std::string_view country);
// The language that most people speak there (BCP 47); empty when `country` is not known.
std::string LanguageOfCountry(const std::string& country);

}  // namespace huiyin::survey
