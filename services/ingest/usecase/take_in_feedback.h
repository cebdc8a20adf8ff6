// Feedback comes in: which ticket it belongs to is found, or a new one opened.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/ingest/domain/feedback.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::ingest {

// Numbers of huiyin.ingest.v1.IntakeOutcome.
enum class Outcome { kCreated = 1, kJoined = 2, kReopened = 3, kFollowUp = 4, kDuplicate = 5 };

struct Intaken {
  Ticket ticket;  // the one that carries the conversation
  Message message;
  Outcome outcome = Outcome::kCreated;
};

// `feedback` has passed CheckFeedback (and BindToCustomer for customers).
absl::StatusOr<Intaken> TakeInFeedback(Unit& unit, const Caller& caller, const Feedback& feedback);

// Feedback of one key must be taken in one after another, or two tickets may be opened for one
// problem.
uint64_t IntakeKey(const TenantId& tenant, const Feedback& feedback);
// The key of feedback whose customer is known.
uint64_t CustomerKey(const TenantId& tenant, const CustomerId& customer);

// Opens a ticket with `message` as its first; `ticket` holds what is known of it besides.
absl::StatusOr<Intaken> OpenTicket(Unit& unit, const Caller& caller, Ticket ticket,
                                   Message message);

// Adds a customer's `message` to `holder`, whose conversation `carrier` carries (the same one
// unless `holder` is merged).
absl::StatusOr<Intaken> AddCustomerMessage(Unit& unit, const Caller& caller, Ticket holder,
                                           Ticket carrier, Message message);

// The ticket and message of a reference, for repeats.
absl::StatusOr<Intaken> Duplicate(Unit& unit, const TenantId& tenant, const MessageRef& ref);

}  // namespace huiyin::ingest
