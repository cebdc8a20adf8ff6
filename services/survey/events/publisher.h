// Port: what survey tells other services. Domain types only; outbox_publisher.h sends it.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/domain/review.h"

namespace huiyin::survey {

struct Score {
  SurveyKind kind;
  int score;
};

// Takes part in the transaction of the change it tells of.
class Publisher {
 public:
  virtual ~Publisher() = default;
  virtual absl::Status Invited(const Invitation& invitation, const Survey& survey) = 0;
  virtual absl::Status Reminded(const Invitation& invitation) = 0;
  // `scores` is never empty; the first is that of the main question.
  virtual absl::Status Answered(const Invitation& invitation, const Response& response,
                                const std::vector<Score>& scores) = 0;

  // `before` is absent for a new review, `after` for an erased one.
  virtual absl::Status ReviewChanged(const std::optional<Review>& before,
                                     const std::optional<Review>& after, absl::Time at) = 0;
  virtual absl::Status ReviewReplied(const Review& review) = 0;
  // review.alert says why.
  virtual absl::Status ReviewAlerted(const Review& review, const TicketId& ticket,
                                     absl::Time at) = 0;
};

}  // namespace huiyin::survey
