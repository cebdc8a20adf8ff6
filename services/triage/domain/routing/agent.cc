#include "services/triage/domain/routing/agent.h"

#include <algorithm>
#include <tuple>

#include "libs/core/status.h"
#include "services/triage/domain/routing/queue.h"
#include "services/triage/domain/sla/plan.h"

namespace huiyin::triage {
namespace {

template <class List, class Value>
bool Lists(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// "zh" covers "zh" and "zh-Hant".
bool Speaks(const Agent& agent, const std::string& language) {
  return std::any_of(agent.languages.begin(), agent.languages.end(), [&](const std::string& own) {
    return language == own || language.starts_with(own + "-");
  });
}

// For how much of what the ticket is the agent is named.
int Fit(const Agent& agent, const WorkItem& item) {
  return static_cast<int>(Lists(agent.queues, item.queue)) +
         static_cast<int>(Speaks(agent, item.language)) +
         static_cast<int>(Lists(agent.categories, item.category));
}

}  // namespace

absl::Time WorkItem::Rank() const { return entered - HeadStart(priority, tier, escalated); }

absl::StatusOr<Calendar> ParseShift(const std::string& shift) {
  std::array<Shifts, 7> weekly;
  if (shift.empty()) {
    weekly.fill({{0, 1440}});
    return Calendar(absl::UTCTimeZone(), std::move(weekly), {});
  }
  if (shift.find('\n') != std::string::npos) return BadInput({{"shift", "must be one line"}});
  // The same words as in a plan.
  const size_t blank = std::min(shift.find(' '), shift.size());
  const std::string source =
      "calendar shift\nzone " + shift.substr(0, blank) + "\nhours" + shift.substr(blank) + "\n";
  const auto plan = SlaPlan::Compile("", source);
  if (!plan.ok()) {
    InputCheck check;
    for (const Violation& violation : Violations(plan.status())) {
      check.Add("shift", violation.description);
    }
    return check.ToStatus();
  }
  return *(*plan)->FindCalendar("shift");
}

bool HasSkills(const Agent& agent, const WorkItem& item) {
  return (agent.queues.empty() || Lists(agent.queues, item.queue)) &&
         (agent.languages.empty() || Speaks(agent, item.language)) &&
         (agent.categories.empty() || Lists(agent.categories, item.category));
}

std::optional<size_t> ChooseAgent(std::span<const Agent> agents, const std::vector<bool>& on_shift,
                                  const WorkItem& item) {
  const auto standing = [&](size_t i) {
    const Agent& agent = agents[i];
    return std::tuple(-Fit(agent, item), static_cast<double>(agent.load) / agent.capacity,
                      agent.last_assigned, agent.id);
  };
  std::optional<size_t> best;
  for (size_t i = 0; i < agents.size(); ++i) {
    const Agent& agent = agents[i];
    if (agent.presence != Presence::kOnline || !on_shift[i] || agent.load >= agent.capacity ||
        !HasSkills(agent, item)) {
      continue;
    }
    if (!best.has_value() || standing(i) < standing(*best)) best = i;
  }
  return best;
}

}  // namespace huiyin::triage
