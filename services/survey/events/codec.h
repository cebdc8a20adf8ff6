// Between survey's domain and the event messages on the wire (huiyin.event.v1, serialized).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/events/event.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/events/publisher.h"

namespace huiyin::survey {

events::NewEvent EncodeInvited(const Invitation& invitation, SurveyKind kind);
events::NewEvent EncodeAnswered(const Invitation& invitation, const Response& response,
                                const std::vector<Score>& scores);

// What survey wants to know of an event.
struct Signal {
  enum class Kind { kEpisodeEnded, kEpisodeGoesOn };
  Kind kind = Kind::kEpisodeEnded;
  Trigger trigger = Trigger::kTicketResolved;
  int64_t episode = 0;
  CustomerId customer;
  TicketId ticket;
  RmaId rma;
  std::string language;
};

// Nothing for events that survey does not follow; INVALID_ARGUMENT when the body cannot be read.
absl::StatusOr<std::optional<Signal>> Decode(const events::Event& event);

}  // namespace huiyin::survey
