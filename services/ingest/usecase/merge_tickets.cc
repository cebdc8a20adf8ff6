#include "services/ingest/usecase/merge_tickets.h"

#include "libs/core/status.h"
#include "services/ingest/domain/conversation.h"
#include "services/ingest/usecase/ticket_access.h"

namespace huiyin::ingest {
namespace {

absl::Status SameCustomer(const Ticket& source, const Ticket& target) {
  if (source.customer.empty() || target.customer.empty() || source.customer == target.customer) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kFailedPrecondition, "DIFFERENT_CUSTOMERS",
               "the tickets belong to different customers",
               {{"source", source.id.value()}, {"target", target.id.value()}});
}

}  // namespace

absl::StatusOr<Merged> MergeTickets(Unit& unit, const Caller& caller, const TicketId& target,
                                    const std::vector<TicketId>& sources,
                                    bool allow_different_customers) {
  Merged merged;
  HUIYIN_ASSIGN_OR_RETURN(merged.target, LoadTicket(unit, caller, target));
  for (const TicketId& id : sources) {
    HUIYIN_ASSIGN_OR_RETURN(const Ticket before, LoadTicket(unit, caller, id));
    if (!allow_different_customers) {
      HUIYIN_RETURN_IF_ERROR(SameCustomer(before, merged.target));
    }
    Ticket after = before;
    HUIYIN_RETURN_IF_ERROR(Merge(after, merged.target, unit.clock.Now()));
    HUIYIN_RETURN_IF_ERROR(SaveTicket(unit, caller, caller.subject, before, after));
    HUIYIN_RETURN_IF_ERROR(unit.events.Merged(caller, after, target, false));
    merged.sources.push_back(std::move(after));
  }
  return merged;
}

absl::StatusOr<Ticket> UnmergeTicket(Unit& unit, const Caller& caller, const TicketId& id) {
  HUIYIN_ASSIGN_OR_RETURN(const Ticket before, LoadTicket(unit, caller, id));
  Ticket after = before;
  HUIYIN_RETURN_IF_ERROR(Unmerge(after, unit.clock.Now()));
  HUIYIN_RETURN_IF_ERROR(SaveTicket(unit, caller, caller.subject, before, after));
  HUIYIN_RETURN_IF_ERROR(unit.events.Merged(caller, after, before.merged_into, true));
  return after;
}

}  // namespace huiyin::ingest
