// Between the API's messages and the domain. What comes in is only reshaped here, and names are
// taken apart; limits are the domain's to check.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "huiyin/ingest/v1/ticket_service.pb.h"
#include "huiyin/ingest/v1/upload.pb.h"
#include "libs/core/caller.h"
#include "libs/core/status.h"
#include "services/ingest/domain/feedback.h"
#include "services/ingest/domain/ticket.h"
#include "services/ingest/domain/upload.h"
#include "services/ingest/usecase/append_message.h"
#include "services/ingest/usecase/change_ticket.h"
#include "services/ingest/usecase/read_tickets.h"

namespace huiyin::ingest {

namespace pb = huiyin::ingest::v1;

// --- out
void ToProto(const Ticket& ticket, pb::Ticket* out);
void ToProto(const TenantId& tenant, const Message& message, pb::Message* out);
void ToProto(const Upload& upload, pb::Upload* out);
void ToProto(absl::Time time, google::protobuf::Timestamp* out);
pb::IntakeOutcome ToProto(Outcome outcome);

// --- in; violations go to `check`, named after `field` or the request's fields
void CheckRequestId(InputCheck& check, std::string_view request_id);
// Names of another tenant than the caller's give an empty id, which nothing has.
TicketId TicketFromName(InputCheck& check, std::string_view field, const Caller& caller,
                        std::string_view name);
UploadId UploadFromName(InputCheck& check, std::string_view field, const Caller& caller,
                        std::string_view name);
Feedback FromProto(InputCheck& check, std::string_view prefix, const Caller& caller,
                   const pb::Feedback& in);
AppendMessageCommand FromProto(InputCheck& check, const Caller& caller,
                               const pb::AppendMessageRequest& in);
TicketChanges FromProto(InputCheck& check, const pb::UpdateTicketRequest& in);
TicketFilter FromProto(InputCheck& check, const pb::TicketFilter& in);
absl::Time FromProto(const google::protobuf::Timestamp& in);
// 0 gives `usual`, more than `most` gives `most`, negative is a violation.
int PageSize(InputCheck& check, int requested, int usual, int most);

}  // namespace huiyin::ingest
