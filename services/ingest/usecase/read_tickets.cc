#include "services/ingest/usecase/read_tickets.h"

#include <algorithm>
#include <limits>
#include <map>

#include "absl/container/flat_hash_map.h"
#include "libs/core/status.h"
#include "services/ingest/domain/feedback.h"
#include "services/ingest/usecase/ticket_access.h"

namespace huiyin::ingest {
namespace {

// Hits are read in such chunks, so many at most for one page: a query that all its hits' tickets
// fail the filter of gives short pages rather than long waits.
constexpr int kSearchChunk = 500;
constexpr int kMaxChunks = 8;

// Customers see their own. False when the filter asks for somebody else's.
bool Restrict(const Caller& caller, TicketFilter& filter) {
  if (!IsCustomerOnly(caller)) return true;
  if (!filter.customer.empty() && filter.customer.value() != caller.subject) return false;
  filter.customer = CustomerId(caller.subject);
  return true;
}

bool MaySee(const Caller& caller, const Message& message) {
  return message.is_public || !IsCustomerOnly(caller);
}

// The newest visible hit of each ticket that passes the filter.
absl::Status AddMatches(Unit& unit, const Caller& caller, const TicketFilter& filter,
                        const std::vector<SearchHit>& hits, std::vector<Match>& matches) {
  std::vector<int64_t> nos;
  for (const SearchHit& hit : hits) {
    if (nos.empty() || nos.back() != hit.ticket_no) nos.push_back(hit.ticket_no);
  }
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Ticket> passed,
                          unit.store.FilterTickets(caller.tenant, filter, nos));
  absl::flat_hash_map<int64_t, Ticket> tickets;
  for (Ticket& ticket : passed) tickets.emplace(ticket.no, std::move(ticket));
  for (const SearchHit& hit : hits) {
    const auto found = tickets.find(hit.ticket_no);
    if (found == tickets.end()) continue;  // filtered out, or matched already
    HUIYIN_ASSIGN_OR_RETURN(std::optional<Message> message,
                            unit.store.FindMessage(hit.ticket_no, hit.message_number));
    if (!message.has_value() || !MaySee(caller, *message)) continue;
    matches.push_back({std::move(found->second), *std::move(message)});
    tickets.erase(found);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Ticket> GetTicket(Unit& unit, const Caller& caller, const TicketId& id) {
  return LoadTicket(unit, caller, id);
}

absl::StatusOr<Ticket> ShownBefore(Unit& unit, const Caller& caller, const TicketId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Ticket> ticket, unit.store.FindTicket(caller.tenant, id));
  if (!ticket.has_value()) return TicketNotFound();
  return *std::move(ticket);
}

absl::StatusOr<Page<Ticket>> ListTickets(Unit& unit, const Caller& caller, TicketFilter filter,
                                         std::optional<int64_t> before_no, int limit) {
  Page<Ticket> page;
  if (!Restrict(caller, filter)) return page;
  HUIYIN_ASSIGN_OR_RETURN(
      page.items,
      unit.store.ListTickets(caller.tenant, filter,
                             before_no.value_or(std::numeric_limits<int64_t>::max()), limit + 1));
  if (page.items.size() > static_cast<size_t>(limit)) {
    page.items.pop_back();
    page.next = page.items.back().no;
  }
  return page;
}

absl::StatusOr<Page<Match>> SearchTickets(Unit& unit, const Caller& caller, std::string_view query,
                                          TicketFilter filter, std::optional<int64_t> before_no,
                                          int limit) {
  const std::vector<QueryToken> tokens = QueryTokens(query);
  if (tokens.empty()) return BadInput({{"query", "must have a letter or a digit"}});
  Page<Match> page;
  if (!Restrict(caller, filter)) return page;
  SearchHit before{before_no.value_or(std::numeric_limits<int32_t>::max()), 0};
  for (int chunk = 0; chunk < kMaxChunks; ++chunk) {
    HUIYIN_ASSIGN_OR_RETURN(std::vector<SearchHit> hits,
                            unit.store.Search(caller.tenant, tokens, before, kSearchChunk));
    HUIYIN_RETURN_IF_ERROR(AddMatches(unit, caller, filter, hits, page.items));
    if (page.items.size() > static_cast<size_t>(limit)) {
      page.items.resize(limit);
      page.next = page.items.back().ticket.no;
      return page;
    }
    if (hits.size() < static_cast<size_t>(kSearchChunk)) return page;
    // A ticket on the border may have more hits, all older than one seen here: its turn is over.
    before = {hits.back().ticket_no, 0};
  }
  page.next = before.ticket_no;
  return page;
}

absl::StatusOr<Page<Message>> ListMessages(Unit& unit, const Caller& caller, const TicketId& id,
                                           std::optional<int64_t> after, int limit) {
  HUIYIN_ASSIGN_OR_RETURN(Ticket ticket, LoadTicket(unit, caller, id));
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<Ticket> tickets, WithMerged(unit, std::move(ticket)));
  std::vector<int64_t> nos;
  for (const Ticket& member : tickets) {
    // Tickets of different customers may be merged; each customer still sees only what is theirs.
    if (IsCustomerOnly(caller) && member.customer.value() != caller.subject) continue;
    nos.push_back(member.no);
  }
  Page<Message> page;
  HUIYIN_ASSIGN_OR_RETURN(page.items, unit.store.ListMessages(nos, after.value_or(0), limit + 1));
  if (page.items.size() > static_cast<size_t>(limit)) {
    page.items.pop_back();
    page.next = page.items.back().sequence;
  }
  std::erase_if(page.items, [&](const Message& message) { return !MaySee(caller, message); });
  return page;
}

absl::StatusOr<Page<TimelineEntry, TimelinePosition>> ListTimeline(
    Unit& unit, const Caller& caller, const CustomerId& customer,
    std::optional<TimelinePosition> before, int limit) {
  Page<TimelineEntry, TimelinePosition> page;
  if (IsCustomerOnly(caller) && customer.value() != caller.subject) return page;
  const TimelinePosition from = before.value_or(TimelinePosition{});
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Message> messages,
                          unit.store.TimelineMessages(caller.tenant, customer, from, limit + 1));
  HUIYIN_ASSIGN_OR_RETURN(std::vector<StateChange> changes,
                          unit.store.TimelineChanges(caller.tenant, customer, from, limit + 1));
  const bool customer_only = IsCustomerOnly(caller);
  auto message = messages.begin();
  auto change = changes.begin();
  TimelinePosition last;
  for (int taken = 0; message != messages.end() || change != changes.end(); ++taken) {
    if (taken == limit) {
      page.next = last;
      break;
    }
    const bool is_change =
        change != changes.end() && (message == messages.end() || change->at >= message->sent_at);
    if (is_change) {
      last = {change->at, true, change->sequence};
      if (customer_only) change->actor.clear();
      page.items.emplace_back(std::move(*change++));
    } else {
      last = {message->sent_at, false, message->sequence};
      if (MaySee(caller, *message)) page.items.emplace_back(std::move(*message));
      ++message;
    }
  }
  return page;
}

absl::StatusOr<std::vector<MessageInTicket>> BatchGetMessages(Unit& unit, const Caller& caller,
                                                              const std::vector<std::string>& ids) {
  std::vector<MessageInTicket> found;
  for (const std::string& id : ids) {
    const std::optional<MessageRef> ref = ParseMessageId(id);
    if (!ref.has_value()) continue;
    HUIYIN_ASSIGN_OR_RETURN(std::optional<MessageInTicket> message,
                            unit.store.FindMessageInTicket(caller.tenant, *ref));
    if (message.has_value()) found.push_back(*std::move(message));
  }
  return found;
}

absl::StatusOr<std::vector<Ticket>> ChangedTickets(Unit& unit, const Caller& caller,
                                                   TicketFilter filter,
                                                   const WatchPosition& position, int limit) {
  if (!Restrict(caller, filter)) return std::vector<Ticket>();
  return unit.store.ListChanged(caller.tenant, filter, position.time, position.no, limit);
}

}  // namespace huiyin::ingest
