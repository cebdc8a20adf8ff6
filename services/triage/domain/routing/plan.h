// Routing plans: which queue a ticket enters, as text, one statement a line (policy/document.h):
//
//   queue specialists
//     takes tier in VIP
//     takes sentiment in NEGATIVE and priority in P1, P2
//   queue english
//     takes language in en
//   queue general
//   fallback general
//   escalate to specialists
//
// The first queue with a "takes" line that fits gets the ticket; when none fits, the fallback does.
// Facts: category (main or second), sentiment, urgency, tier, priority, language ("zh" is also
// zh-Hant).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/domain/decision.h"

namespace huiyin::triage {

// A compiled plan. Immutable; thread-safe.
class RoutingPlan {
 public:
  // INVALID_ARGUMENT with one violation per mistake, each naming its line.
  static absl::StatusOr<std::shared_ptr<const RoutingPlan>> Compile(std::string version,
                                                                    std::string_view source);

  const std::string& version() const { return version_; }
  const std::string& QueueFor(const Decision& decision) const;
  // Where tickets go that nobody has the skills for.
  const std::string& fallback() const { return fallback_; }
  // Where breached and escalated tickets go.
  const std::string& escalation() const { return escalation_; }
  // In the order of the text.
  std::vector<std::string> Queues() const;

 private:
  friend class RoutingPlanReader;
  enum class Fact : uint8_t { kCategory, kSentiment, kUrgency, kTier, kPriority, kLanguage };
  struct Condition {
    Fact fact = Fact::kCategory;
    uint64_t labels = 0;  // bit n for label n; unused for languages
    std::vector<std::string> languages;
    bool Holds(const Decision& decision) const;
  };
  struct Queue {
    std::string name;
    std::vector<std::vector<Condition>> takes;  // any of these, all of each
  };

  std::string version_;
  std::vector<Queue> queues_;
  std::string fallback_, escalation_;
};

// The plan that ships: "routing-default-1".
std::optional<std::string_view> BuiltInRoutingSource(std::string_view version);
inline constexpr std::string_view kDefaultRoutingVersion = "routing-default-1";

}  // namespace huiyin::triage
