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

absl::Status OutboxPublisher::ReviewChanged(const std::optional<Review>& before,
                                            const std::optional<Review>& after, absl::Time at) {
  return Append(EncodeReviewChanged(before, after, at));
}

absl::Status OutboxPublisher::ReviewReplied(const Review& review) {
  return Append(EncodeReviewReplied(review));
}

absl::Status OutboxPublisher::ReviewAlerted(const Review& review, const TicketId& ticket,
                                            absl::Time at) {
  return Append(EncodeReviewAlerted(review, ticket, at));
}

}  // namespace huiyin::survey
