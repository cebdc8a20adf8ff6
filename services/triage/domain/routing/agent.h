// People who work on tickets, and who of them takes the next one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libs/core/strong_id.h"
#include "services/triage/domain/priority.h"
#include "services/triage/domain/sla/calendar.h"

namespace huiyin::triage {

using AgentId = StrongId<struct AgentTag>;

// Numbers of huiyin.triage.v1.Presence; stored.
enum class Presence : uint8_t {
  kOnline = 1,   // takes tickets
  kAway = 2,     // keeps what is assigned, takes nothing new
  kOffline = 3,  // left: what is assigned goes to others
};

struct Agent {
  TenantId tenant;
  AgentId id;
  std::string name;
  // What the agent can take; an empty list means everything.
  std::vector<std::string> queues;
  std::vector<std::string> languages;  // BCP 47; "zh" also takes "zh-Hant"
  std::vector<Category> categories;
  int capacity = 1;   // tickets at once
  std::string shift;  // "Asia/Shanghai mon-fri 09:00-12:00, 13:30-18:00"; empty: always
  Presence presence = Presence::kOffline;
  absl::Time last_assigned = absl::UnixEpoch();
  int load = 0;  // tickets assigned that are our turn; derived

  friend bool operator==(const Agent&, const Agent&) = default;
};

// A ticket as routing sees it.
struct WorkItem {
  TenantId tenant;
  TicketId ticket;
  std::string queue;
  absl::Time entered;  // into queues at all
  Priority priority = Priority::kP4;
  CustomerTier tier = CustomerTier::kUnknown;
  Category category = Category::kOther;
  std::string language;
  AgentId assignee;  // empty: waits
  bool our_turn = true;
  bool escalated = false;

  // Order of service, smallest first; see queue.h.
  absl::Time Rank() const;
  friend bool operator==(const WorkItem&, const WorkItem&) = default;
};

// The calendar of a shift; empty text works always. Violations are named "shift".
absl::StatusOr<Calendar> ParseShift(const std::string& shift);

// Whether the agent's skills fit, whatever the agent's presence and load.
bool HasSkills(const Agent& agent, const WorkItem& item);

// The agent who takes `item`, as an index: of those online, on shift (`on_shift[i]`) and below
// capacity, whose skills fit, the one named for most of what the ticket is; then the least loaded;
// then the one whose last assignment is longest ago. Nullopt when there is none.
std::optional<size_t> ChooseAgent(std::span<const Agent> agents, const std::vector<bool>& on_shift,
                                  const WorkItem& item);

}  // namespace huiyin::triage
