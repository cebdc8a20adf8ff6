// Ingest's events on the wire: huiyin.event.v1, ticket_events.proto and triage_events.proto.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/ingest/domain/ticket.h"
#include "services/ingest/usecase/apply_decision.h"

namespace huiyin::ingest {

inline constexpr char kTicketTopic[] = "ticket";
inline constexpr char kCustomerTopic[] = "customer";
inline constexpr char kDecisionTopic[] = "decision";
inline constexpr char kTicketTriaged[] = "huiyin.event.v1.TicketTriaged";
inline constexpr char kTicketAssigned[] = "huiyin.event.v1.TicketAssigned";

struct Encoded {
  std::string_view type;  // full name of the message
  std::string body;
};

Encoded EncodeTicketCreated(const Ticket& ticket, const Message& first);
Encoded EncodeMessageAdded(const Ticket& ticket, const Message& message, bool first_response);
// `agent`: who acted; empty when the customer or a timer did.
Encoded EncodeStateChanged(const Ticket& ticket, State from, std::string_view agent);
Encoded EncodeMerged(const TicketId& source, const TicketId& target, bool undone);
Encoded EncodeCustomerErased(const CustomerId& customer);

struct Decision {
  TicketId ticket;
  Triage triage;  // its sequence is the envelope's and not set here
};
// DATA_LOSS when `body` is no TicketTriaged or names no ticket.
absl::StatusOr<Decision> DecodeTicketTriaged(std::string_view body);

struct TicketAssignment {
  TicketId ticket;
  Assignment assignment;  // its sequence is the envelope's and not set here
};
// DATA_LOSS when `body` is no TicketAssigned or names no ticket.
absl::StatusOr<TicketAssignment> DecodeTicketAssigned(std::string_view body);

}  // namespace huiyin::ingest
