// Port: what survey tells other services. Domain types only; outbox_publisher.h sends it.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/survey/domain/invitation.h"

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
};

}  // namespace huiyin::survey
