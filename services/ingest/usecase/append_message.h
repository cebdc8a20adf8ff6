// Somebody writes to a ticket: the customer, an agent, a bot, a system.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ingest/usecase/take_in_feedback.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::ingest {

struct AppendMessageCommand {
  TicketId ticket;
  Author author = Author::kCustomer;
  std::string author_id;  // empty for customers
  bool internal = false;
  std::string body;
  std::string language;
  std::vector<Attachment> attachments;
  std::string external_id;
  std::optional<absl::Time> sent_at;
  std::optional<Identity> sender;  // of a customer's message; the ticket's own when not given
  std::string answers;             // id of the customer's message that a reply answers
};

// Every violation of the command and of what the caller may do with it. `now`: the server's time.
absl::Status CheckAppend(const Caller& caller, const AppendMessageCommand& command, absl::Time now);

// NOT_FOUND; FAILED_PRECONDITION (TICKET_FULL, IDENTITY_OF_OTHER_CUSTOMER); INVALID_ARGUMENT.
// Outcome as AppendMessageResponse says.
absl::StatusOr<Intaken> AppendMessage(Unit& unit, const Caller& caller,
                                      const AppendMessageCommand& command);

}  // namespace huiyin::ingest
