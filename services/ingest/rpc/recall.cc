#include "services/ingest/rpc/recall.h"

#include "libs/core/status.h"
#include "services/ingest/rpc/convert.h"
#include "services/ingest/usecase/read_tickets.h"
#include "services/ingest/usecase/uploads.h"

namespace huiyin::ingest {

v1::Ticket Named(const v1::Ticket& answer) {
  v1::Ticket kept;
  kept.set_id(answer.id());
  return kept;
}

v1::CreateTicketResponse Named(const v1::CreateTicketResponse& answer) {
  v1::CreateTicketResponse kept;
  kept.mutable_ticket()->set_id(answer.ticket().id());
  kept.set_message_id(answer.message_id());
  kept.set_outcome(answer.outcome());
  return kept;
}

v1::AppendMessageResponse Named(const v1::AppendMessageResponse& answer) {
  v1::AppendMessageResponse kept;
  kept.mutable_message()->set_id(answer.message().id());
  kept.mutable_ticket()->set_id(answer.ticket().id());
  kept.set_outcome(answer.outcome());
  return kept;
}

v1::MergeTicketsResponse Named(const v1::MergeTicketsResponse& answer) {
  v1::MergeTicketsResponse kept;
  *kept.mutable_target() = Named(answer.target());
  for (const v1::Ticket& source : answer.sources()) *kept.add_sources() = Named(source);
  return kept;
}

v1::Upload Named(const v1::Upload& answer) {
  v1::Upload kept;
  kept.set_name(answer.name());
  return kept;
}

absl::Status Complete(Unit& unit, const Caller& caller, v1::Ticket& answer) {
  HUIYIN_ASSIGN_OR_RETURN(const Ticket ticket, ShownBefore(unit, caller, TicketId(answer.id())));
  answer.Clear();
  ToProto(ticket, &answer);
  return absl::OkStatus();
}

absl::Status Complete(Unit& unit, const Caller& caller, v1::CreateTicketResponse& answer) {
  return Complete(unit, caller, *answer.mutable_ticket());
}

absl::Status Complete(Unit& unit, const Caller& caller, v1::AppendMessageResponse& answer) {
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<MessageInTicket> found,
                          BatchGetMessages(unit, caller, {answer.message().id()}));
  if (found.empty()) return absl::InternalError("a message is missing");
  answer.clear_message();
  ToProto(caller.tenant, found[0].message, answer.mutable_message());
  return Complete(unit, caller, *answer.mutable_ticket());
}

absl::Status Complete(Unit& unit, const Caller& caller, v1::MergeTicketsResponse& answer) {
  HUIYIN_RETURN_IF_ERROR(Complete(unit, caller, *answer.mutable_target()));
  for (v1::Ticket& source : *answer.mutable_sources()) {
    HUIYIN_RETURN_IF_ERROR(Complete(unit, caller, source));
  }
  return absl::OkStatus();
}

absl::Status Complete(Unit& unit, const Caller& caller, v1::Upload& answer) {
  const std::string& name = answer.name();
  HUIYIN_ASSIGN_OR_RETURN(const Upload upload,
                          GetUpload(unit, caller, UploadId(name.substr(name.rfind('/') + 1))));
  answer.Clear();
  ToProto(upload, &answer);
  return absl::OkStatus();
}

}  // namespace huiyin::ingest
