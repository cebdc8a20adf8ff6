#include "services/survey/events/outbox_publisher.h"

#include "libs/events/outbox.h"
#include "services/survey/events/codec.h"

namespace huiyin::survey {

absl::Status OutboxPublisher::Append(events::NewEvent event) {
  event.traceparent = traceparent_;
  return events::Append(tx_, ids_, event);
}

absl::Status OutboxPublisher::Invited(const Invitation& invitation, const Survey& survey) {
  return Append(EncodeInvited(invitation, survey));
}

absl::Status OutboxPublisher::Reminded(const Invitation& invitation) {
  return Append(EncodeReminded(invitation));
}

absl::Status OutboxPublisher::Answered(const Invitation& invitation, const Response& response,
                                       const std::vector<Score>& scores) {
  return Append(EncodeAnswered(invitation, response, scores));
}

}  // namespace huiyin::survey
