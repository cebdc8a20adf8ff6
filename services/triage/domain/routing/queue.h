// Who is served first within a queue.
//
// Ageing: a waiting ticket's rank is the moment it entered minus a head start for what it is; the
// smallest rank goes first. A P1 of a VIP is treated as if it had come kMostHeadStart earlier than
// the plainest ticket, so VIPs and urgent matters go first; but a head start is a constant, while
// waiting goes on, so nobody is passed for ever.
//
// The bound. Let X enter at t with head start h, and let D = kMostHeadStart - h. Whoever enters
// after t + D has a rank above X's. So before X only those are served that were waiting at t or
// entered in (t, t + D]:
//     served before X  ≤  waiting(t) + entered(t, t + D]
// First come, first served gives waiting(t); ageing adds no more than what enters within D, at most
// 4 hours. Where agents who can take X serve n tickets an hour while any wait, X waits at most
// (waiting(t) + entered(t, t + D] + 1) / n hours, however many VIPs come.
//
// Proof: Y is served before X while X waits only if rank(Y) ≤ rank(X), that is
// entered(Y) ≤ t + h(Y) - h(X) ≤ t + D. Tickets that are moved between queues, escalated or handed
// back keep the moment they entered; an escalation only adds head start.
#pragma once

#include "absl/time/time.h"
#include "services/triage/domain/priority.h"

namespace huiyin::triage {

inline constexpr absl::Duration kMostHeadStart = absl::Hours(4);

// 0 to kMostHeadStart. A higher priority or tier never has less; an escalated ticket has the most.
absl::Duration HeadStart(Priority priority, CustomerTier tier, bool escalated);

}  // namespace huiyin::triage
