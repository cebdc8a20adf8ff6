#include "services/ingest/usecase/ticket_access.h"

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "services/ingest/domain/feedback.h"

namespace huiyin::ingest {
namespace {

// Merging forbids circles, so a longer chain is broken data, not a use.
constexpr size_t kMaxMergeDepth = 1000;

absl::Status SetDeadlines(Unit& unit, const Ticket& before, const Ticket& after) {
  Store& store = unit.store;
  if (before.state == State::kSnoozed && after.state != State::kSnoozed) {
    HUIYIN_RETURN_IF_ERROR(store.CancelDeadline(Deadline::kSnoozeEnd, after));
  }
  if (before.state == State::kResolved && after.state != State::kResolved) {
    HUIYIN_RETURN_IF_ERROR(store.CancelDeadline(Deadline::kClose, after));
  }
  if (after.state == State::kSnoozed) {
    const absl::Time until = after.snoozed_until.value_or(after.updated_at);
    HUIYIN_RETURN_IF_ERROR(store.SetDeadline(Deadline::kSnoozeEnd, after, until));
  }
  if (after.state == State::kResolved && before.state != State::kResolved) {
    const absl::Time resolved = after.resolved_at.value_or(after.updated_at);
    HUIYIN_RETURN_IF_ERROR(
        store.SetDeadline(Deadline::kClose, after, resolved + unit.rules.close_after));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status TicketNotFound() {
  return Error(absl::StatusCode::kNotFound, "TICKET_NOT_FOUND", "there is no such ticket");
}

absl::StatusOr<Ticket> LoadTicket(Unit& unit, const Caller& caller, const TicketId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Ticket> ticket, unit.store.FindTicket(caller.tenant, id));
  if (!ticket.has_value() ||
      (IsCustomerOnly(caller) && ticket->customer.value() != caller.subject)) {
    return TicketNotFound();
  }
  return *std::move(ticket);
}

absl::StatusOr<Ticket> CarrierOf(Unit& unit, Ticket ticket) {
  for (size_t depth = 0; ticket.state == State::kMerged; ++depth) {
    HUIYIN_ASSIGN_OR_RETURN(std::optional<Ticket> target,
                            unit.store.FindTicket(ticket.tenant, ticket.merged_into));
    if (!target.has_value() || depth > kMaxMergeDepth) {
      return absl::InternalError("a merged ticket leads nowhere");
    }
    ticket = *std::move(target);
  }
  return ticket;
}

absl::StatusOr<std::vector<Ticket>> WithMerged(Unit& unit, Ticket ticket) {
  std::vector<Ticket> tickets;
  tickets.push_back(std::move(ticket));
  for (size_t i = 0; i < tickets.size() && i < kMaxMergeDepth; ++i) {
    const TenantId tenant = tickets[i].tenant;
    HUIYIN_ASSIGN_OR_RETURN(std::vector<Ticket> sources,
                            unit.store.MergedInto(tenant, tickets[i].id));
    for (Ticket& source : sources) tickets.push_back(std::move(source));
  }
  return tickets;
}

std::string Etag(const Ticket& ticket) { return std::to_string(ticket.revision); }

absl::Status CheckEtag(const Ticket& ticket, std::string_view etag) {
  if (etag.empty() || etag == Etag(ticket)) return absl::OkStatus();
  return Error(absl::StatusCode::kAborted, "ETAG_MISMATCH",
               "the ticket has changed since it was read: read it again");
}

absl::Status SaveTicket(Unit& unit, const Caller& caller, std::string_view actor,
                        const Ticket& before, Ticket& after) {
  if (before == after) return absl::OkStatus();
  HUIYIN_RETURN_IF_ERROR(unit.store.UpdateTicket(before, after));
  if (after.state == before.state) {
    return after.snoozed_until == before.snoozed_until ? absl::OkStatus()
                                                       : SetDeadlines(unit, before, after);
  }
  const StateChange change{.ticket = after.id,
                           .ticket_no = after.no,
                           .from = before.state,
                           .to = after.state,
                           .actor = std::string(actor),
                           .at = after.updated_at};
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertStateChange(change));
  HUIYIN_RETURN_IF_ERROR(SetDeadlines(unit, before, after));
  return unit.events.StateChanged(caller, after, before.state);
}

absl::Status ResolveAttachments(Unit& unit, const Caller& caller, std::string_view prefix,
                                std::vector<Attachment>& attachments) {
  InputCheck check;
  for (size_t i = 0; i < attachments.size(); ++i) {
    Attachment& attachment = attachments[i];
    if (attachment.upload.empty()) continue;
    HUIYIN_ASSIGN_OR_RETURN(std::optional<Upload> upload,
                            unit.store.FindUpload(caller.tenant, attachment.upload));
    const bool usable = upload.has_value() && upload->finished &&
                        (!IsCustomerOnly(caller) || upload->owner == caller.subject);
    if (!check.Require(usable, absl::StrCat(std::string(prefix), "[", i, "].upload"),
                       "must name a finished upload")) {
      continue;
    }
    if (attachment.file_name.empty()) attachment.file_name = upload->file_name;
    attachment.content_type = upload->content_type;
    attachment.size = upload->size;
  }
  return check.ToStatus();
}

}  // namespace huiyin::ingest
