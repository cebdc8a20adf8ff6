#include "services/survey/events/outbox_publisher.h"

#include "libs/events/outbox.h"
#include "services/survey/events/codec.h"

namespace huiyin::survey {

absl::Status OutboxPublisher::Invited(const Invitation& invitation, SurveyKind kind) {
  events::NewEvent event = EncodeInvited(invitation, kind);
  event.traceparent = traceparent_;
  return events::Append(tx_, ids_, event);
}

absl::Status OutboxPublisher::Answered(const Invitation& invitation, const Response& response,
                                       const std::vector<Score>& scores) {
  events::NewEvent event = EncodeAnswered(invitation, response, scores);
  event.traceparent = traceparent_;
  return events::Append(tx_, ids_, event);
}

}  // namespace huiyin::survey
