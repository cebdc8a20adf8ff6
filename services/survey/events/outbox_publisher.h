// Publisher that writes to the outbox.
#pragma once

#include <string>
#include <utility>

#include "libs/core/id.h"
#include "libs/db/database.h"
#include "libs/events/event.h"
#include "services/survey/events/publisher.h"

namespace huiyin::survey {

class OutboxPublisher final : public Publisher {
 public:
  // References must outlive the publisher.
  OutboxPublisher(db::Transaction& tx, IdGenerator& ids, std::string traceparent)
      : tx_(tx), ids_(ids), traceparent_(std::move(traceparent)) {}

  absl::Status Invited(const Invitation& invitation, const Survey& survey) override;
  absl::Status Reminded(const Invitation& invitation) override;
  absl::Status Answered(const Invitation& invitation, const Response& response,
                        const std::vector<Score>& scores) override;
  absl::Status ReviewChanged(const std::optional<Review>& before,
                             const std::optional<Review>& after, absl::Time at) override;
  absl::Status ReviewReplied(const Review& review) override;
  absl::Status ReviewAlerted(const Review& review, const TicketId& ticket, absl::Time at) override;

 private:
  absl::Status Append(events::NewEvent event);

  db::Transaction& tx_;
  IdGenerator& ids_;
  const std::string traceparent_;
};

}  // namespace huiyin::survey
