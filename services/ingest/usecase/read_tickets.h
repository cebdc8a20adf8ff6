// Queries. A customer's token is shown its own tickets and public messages only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::ingest {

// A page of results and where the next one begins; nothing at the end.
template <class Item, class Position = int64_t>
struct Page {
  std::vector<Item> items;
  std::optional<Position> next;
};

absl::StatusOr<Ticket> GetTicket(Unit& unit, const Caller& caller, const TicketId& id);

// A ticket of which an earlier answer told this caller.
absl::StatusOr<Ticket> ShownBefore(Unit& unit, const Caller& caller, const TicketId& id);

// Newest first, from below `before_no`.
absl::StatusOr<Page<Ticket>> ListTickets(Unit& unit, const Caller& caller, TicketFilter filter,
                                         std::optional<int64_t> before_no, int limit);

struct Match {
  Ticket ticket;
  Message message;  // its newest one that matches
};
// Tickets with a message that holds every token of `query`, newest first. INVALID_ARGUMENT when the
// query has no letter or digit.
absl::StatusOr<Page<Match>> SearchTickets(Unit& unit, const Caller& caller, std::string_view query,
                                          TicketFilter filter, std::optional<int64_t> before_no,
                                          int limit);

// In order of arrival, those of merged tickets included, after sequence `after`.
absl::StatusOr<Page<Message>> ListMessages(Unit& unit, const Caller& caller, const TicketId& id,
                                           std::optional<int64_t> after, int limit);

using TimelineEntry = std::variant<Message, StateChange>;
// Newest first.
absl::StatusOr<Page<TimelineEntry, TimelinePosition>> ListTimeline(
    Unit& unit, const Caller& caller, const CustomerId& customer,
    std::optional<TimelinePosition> before, int limit);

// Those that exist, in the order asked for.
absl::StatusOr<std::vector<MessageInTicket>> BatchGetMessages(Unit& unit, const Caller& caller,
                                                              const std::vector<std::string>& ids);

// Where a watch has got to: changes are ordered by time, then no.
struct WatchPosition {
  absl::Time time;
  int64_t no = 0;
};
// Tickets changed after `position`, in order of change.
absl::StatusOr<std::vector<Ticket>> ChangedTickets(Unit& unit, const Caller& caller,
                                                   TicketFilter filter,
                                                   const WatchPosition& position, int limit);

}  // namespace huiyin::ingest
