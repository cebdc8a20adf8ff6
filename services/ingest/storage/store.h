// What use cases need of the database: one unit of work's view of tickets, messages, identities and
// uploads.
#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/ingest/domain/erasure.h"
#include "services/ingest/domain/ticket.h"
#include "services/ingest/domain/tokens.h"
#include "services/ingest/domain/upload.h"

namespace huiyin::ingest {

// Where a page of a timeline ends: entries are ordered by time, at one time changes of state after
// messages, then by sequence; all descending.
struct TimelinePosition {
  absl::Time time = absl::InfiniteFuture();
  bool is_change = true;
  int64_t sequence = std::numeric_limits<int64_t>::max();
};

// A message that a search found.
struct SearchHit {
  int64_t ticket_no = 0;
  int message_number = 0;
};

// Things to do with a ticket later.
enum class Deadline { kSnoozeEnd, kClose };

// Lives within one transaction (or, for reading alone, one snapshot). Not thread-safe. Errors as of
// db::Session; whoever gets one gives it back, so that the transaction ends. "Find" gives nothing
// for what is not there; lookups by id are within the tenant.
class Store {
 public:
  virtual ~Store() = default;

  // --- tickets
  virtual absl::StatusOr<std::optional<Ticket>> FindTicket(const TenantId& tenant,
                                                           const TicketId& id) = 0;
  virtual absl::StatusOr<std::optional<Ticket>> FindTicketByNo(int64_t no) = 0;
  // The customer's newest active ticket about `order`.
  virtual absl::StatusOr<std::optional<Ticket>> FindActiveTicketOf(const TenantId& tenant,
                                                                   const CustomerId& customer,
                                                                   const OrderId& order) = 0;
  // Gives `ticket` its no.
  virtual absl::Status InsertTicket(Ticket& ticket) = 0;
  // Stores the difference and raises after.revision above before.revision.
  virtual absl::Status UpdateTicket(const Ticket& before, Ticket& after) = 0;
  // Tickets merged into `target` directly.
  virtual absl::StatusOr<std::vector<Ticket>> MergedInto(const TenantId& tenant,
                                                         const TicketId& target) = 0;
  // By no, descending, below `before_no`.
  virtual absl::StatusOr<std::vector<Ticket>> ListTickets(const TenantId& tenant,
                                                          const TicketFilter& filter,
                                                          int64_t before_no, int limit) = 0;
  // Those of `nos` that pass, in no order.
  virtual absl::StatusOr<std::vector<Ticket>> FilterTickets(const TenantId& tenant,
                                                            const TicketFilter& filter,
                                                            std::span<const int64_t> nos) = 0;
  // Changed at or after `since`, by (updated_at, no), after position (`since`, `after_no`).
  virtual absl::StatusOr<std::vector<Ticket>> ListChanged(const TenantId& tenant,
                                                          const TicketFilter& filter,
                                                          absl::Time since, int64_t after_no,
                                                          int limit) = 0;

  // --- identities
  virtual absl::StatusOr<std::optional<IdentityRecord>> FindIdentity(const TenantId& tenant,
                                                                     const Identity& identity) = 0;
  virtual absl::Status InsertIdentity(const TenantId& tenant, const Identity& identity,
                                      const IdentityRecord& record) = 0;
  virtual absl::Status UpdateIdentity(const TenantId& tenant, const Identity& identity,
                                      const IdentityRecord& record) = 0;

  // --- messages
  virtual absl::StatusOr<std::optional<MessageRef>> FindExternal(const TenantId& tenant,
                                                                 Channel channel,
                                                                 std::string_view external_id) = 0;
  // Gives `message` its sequence. ABORTED when another transaction took its external id meanwhile.
  // `ticket`: the one it is written to, or in whose conversation it is.
  virtual absl::Status InsertMessage(const Ticket& ticket, Message& message) = 0;
  virtual absl::StatusOr<std::optional<Message>> FindMessage(int64_t ticket_no, int number) = 0;
  virtual absl::StatusOr<std::optional<MessageInTicket>> FindMessageInTicket(
      const TenantId& tenant, const MessageRef& ref) = 0;
  // Messages of these tickets by sequence, after `after`.
  virtual absl::StatusOr<std::vector<Message>> ListMessages(std::span<const int64_t> ticket_nos,
                                                            int64_t after, int limit) = 0;
  // The newest message that a customer wrote to one of these tickets.
  virtual absl::StatusOr<std::optional<Message>> LastCustomerMessage(
      std::span<const int64_t> ticket_nos) = 0;

  // --- changes of state, timeline
  virtual absl::Status InsertStateChange(const StateChange& change) = 0;
  // Older than `before`, newest first, at most `limit` each.
  virtual absl::StatusOr<std::vector<Message>> TimelineMessages(const TenantId& tenant,
                                                                const CustomerId& customer,
                                                                const TimelinePosition& before,
                                                                int limit) = 0;
  virtual absl::StatusOr<std::vector<StateChange>> TimelineChanges(const TenantId& tenant,
                                                                   const CustomerId& customer,
                                                                   const TimelinePosition& before,
                                                                   int limit) = 0;

  // --- search: messages that hold all tokens, by ticket no and number descending, below `before`
  virtual absl::StatusOr<std::vector<SearchHit>> Search(const TenantId& tenant,
                                                        std::span<const QueryToken> tokens,
                                                        const SearchHit& before, int limit) = 0;

  // --- deadlines: one of each kind per ticket
  virtual absl::Status SetDeadline(Deadline deadline, const Ticket& ticket, absl::Time due) = 0;
  virtual absl::Status CancelDeadline(Deadline deadline, const Ticket& ticket) = 0;

  // --- uploads
  virtual absl::StatusOr<std::optional<Upload>> FindUpload(const TenantId& tenant,
                                                           const UploadId& id) = 0;
  virtual absl::StatusOr<int> CountOpenUploads(const TenantId& tenant, std::string_view owner) = 0;
  // Also sets the deadline after which an unfinished one is removed.
  virtual absl::Status InsertUpload(const Upload& upload, absl::Time expires) = 0;
  virtual absl::Status UpdateUpload(const Upload& upload) = 0;
  virtual absl::Status RemoveUpload(const Upload& upload) = 0;

  // --- erasure
  // Removes what leads to the customer from tickets, messages, search and identities, has a timer
  // remove uploads, keeps that it happened and counts in `erasure` what there was.
  virtual absl::Status EraseCustomer(const CustomerId& customer, Erasure& erasure) = 0;
};

}  // namespace huiyin::ingest
