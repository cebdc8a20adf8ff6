// Protos ↔ domain.
#pragma once

#include "absl/status/statusor.h"
#include "huiyin/triage/v1/triage_service.pb.h"
#include "services/triage/domain/decision.h"
#include "services/triage/storage/store.h"
#include "services/triage/usecase/correct_decision.h"

namespace huiyin::triage {

// Each gives every violation in one BadRequest.
absl::StatusOr<TicketId> FromProto(const v1::GetDecisionRequest& request);
absl::StatusOr<CorrectDecisionCommand> FromProto(const v1::CorrectDecisionRequest& request);
absl::Status Check(const v1::ClassifyTextRequest& request);

v1::Classification ToProto(const Reading& reading);
v1::Decision ToProto(const Decision& decision);

}  // namespace huiyin::triage
