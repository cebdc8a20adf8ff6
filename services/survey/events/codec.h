// Between survey's domain and the event messages on the wire (huiyin.event.v1, serialized).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/events/event.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/events/publisher.h"
#include "services/survey/usecase/invite.h"

namespace huiyin::survey {

events::NewEvent EncodeInvited(const Invitation& invitation, const Survey& survey);
events::NewEvent EncodeReminded(const Invitation& invitation);
events::NewEvent EncodeAnswered(const Invitation& invitation, const Response& response,
                                const std::vector<Score>& scores);
events::NewEvent EncodeReviewChanged(const std::optional<Review>& before,
                                     const std::optional<Review>& after, absl::Time at);
events::NewEvent EncodeReviewReplied(const Review& review);
events::NewEvent EncodeReviewAlerted(const Review& review, const TicketId& ticket, absl::Time at);

// A ticket that had been resolved, or was about to be, goes on.
struct TicketGoesOn {
  TicketId ticket;
  int channel = 0;
};
struct TicketClosed {
  TicketId ticket;
  int channel = 0;
};
// What an event tells of a ticket or RMA.
struct FactsLearned {
  std::string subject;
  EpisodeFacts facts;
};
struct OrderSeen {
  OrderId order;
  CustomerId customer;
  int tier = 0;
  std::string country;
  std::optional<absl::Time> delivered_at;
  std::vector<Purchase> purchases;  // its units, as far as products are named
};
// The customer is to be forgotten.
struct CustomerGone {
  CustomerId customer;
  std::string erasure;
};

// What survey wants to know of an event; nothing of most.
using Signal = std::variant<std::monostate, Episode, TicketGoesOn, TicketClosed, FactsLearned,
                            OrderSeen, CustomerGone>;

// INVALID_ARGUMENT when the body cannot be read.
absl::StatusOr<Signal> Decode(const events::Event& event);

}  // namespace huiyin::survey
