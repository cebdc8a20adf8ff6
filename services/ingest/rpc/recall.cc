#include "services/ingest/rpc/recall.h"

#include <initializer_list>
#include <vector>

#include "libs/core/status.h"
#include "services/ingest/rpc/convert.h"
#include "services/ingest/usecase/read_tickets.h"
#include "services/ingest/usecase/uploads.h"

namespace huiyin::ingest {
namespace {

using Fields = std::vector<const google::protobuf::FieldDescriptor*>;

template <class Proto>
Fields FieldsOf(std::initializer_list<int> numbers) {
  Fields fields;
  for (const int number : numbers) {
    fields.push_back(Proto::descriptor()->FindFieldByNumber(number));
  }
  return fields;
}

// What people wrote, and what leads to them: the fields that an erasure empties.
const Fields& Personal(const v1::Ticket&) {
  static const auto& fields = *new Fields(
      FieldsOf<v1::Ticket>({v1::Ticket::kExternalUserIdFieldNumber,
                            v1::Ticket::kCustomerIdFieldNumber, v1::Ticket::kSubjectFieldNumber}));
  return fields;
}
const Fields& Personal(const v1::Message&) {
  static const auto& fields = *new Fields(FieldsOf<v1::Message>(
      {v1::Message::kAuthorIdFieldNumber, v1::Message::kExternalUserIdFieldNumber,
       v1::Message::kExternalMessageIdFieldNumber, v1::Message::kBodyFieldNumber,
       v1::Message::kAttachmentsFieldNumber, v1::Message::kFormFieldNumber,
       v1::Message::kCallFieldNumber}));
  return fields;
}
const Fields& Personal(const v1::Upload&) {
  static const auto& fields = *new Fields(FieldsOf<v1::Upload>({v1::Upload::kFileNameFieldNumber}));
  return fields;
}

template <class Proto>
void ClearPersonal(Proto& proto) {
  for (const auto* field : Personal(proto)) Proto::GetReflection()->ClearField(&proto, field);
}

template <class Proto>
void TakePersonal(Proto& now, Proto& kept) {
  Proto::GetReflection()->SwapFields(&kept, &now, Personal(kept));
}

}  // namespace

void Forget(v1::Ticket& answer) { ClearPersonal(answer); }
void Forget(v1::CreateTicketResponse& answer) { ClearPersonal(*answer.mutable_ticket()); }
void Forget(v1::AppendMessageResponse& answer) {
  ClearPersonal(*answer.mutable_message());
  ClearPersonal(*answer.mutable_ticket());
}
void Forget(v1::MergeTicketsResponse& answer) {
  ClearPersonal(*answer.mutable_target());
  for (v1::Ticket& source : *answer.mutable_sources()) ClearPersonal(source);
}
void Forget(v1::Upload& answer) { ClearPersonal(answer); }

absl::Status Complete(Unit& unit, const Caller& caller, v1::Ticket& kept) {
  HUIYIN_ASSIGN_OR_RETURN(const Ticket ticket, ShownBefore(unit, caller, TicketId(kept.id())));
  v1::Ticket now;
  ToProto(ticket, &now);
  TakePersonal(now, kept);
  return absl::OkStatus();
}

absl::Status Complete(Unit& unit, const Caller& caller, v1::CreateTicketResponse& kept) {
  return Complete(unit, caller, *kept.mutable_ticket());
}

absl::Status Complete(Unit& unit, const Caller& caller, v1::AppendMessageResponse& kept) {
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<MessageInTicket> found,
                          BatchGetMessages(unit, caller, {kept.message().id()}));
  if (found.empty()) return absl::InternalError("a message is missing");
  v1::Message now;
  ToProto(caller.tenant, found[0].message, &now);
  TakePersonal(now, *kept.mutable_message());
  return Complete(unit, caller, *kept.mutable_ticket());
}

absl::Status Complete(Unit& unit, const Caller& caller, v1::MergeTicketsResponse& kept) {
  HUIYIN_RETURN_IF_ERROR(Complete(unit, caller, *kept.mutable_target()));
  for (v1::Ticket& source : *kept.mutable_sources()) {
    HUIYIN_RETURN_IF_ERROR(Complete(unit, caller, source));
  }
  return absl::OkStatus();
}

absl::Status Complete(Unit& unit, const Caller& caller, v1::Upload& kept) {
  const std::string& name = kept.name();
  HUIYIN_ASSIGN_OR_RETURN(const Upload upload,
                          GetUpload(unit, caller, UploadId(name.substr(name.rfind('/') + 1))));
  v1::Upload now;
  ToProto(upload, &now);
  TakePersonal(now, kept);
  return absl::OkStatus();
}

}  // namespace huiyin::ingest
