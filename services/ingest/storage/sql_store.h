// The Store over libs/db, on SQLite and PostgreSQL alike.
#pragma once

#include "libs/db/database.h"
#include "services/ingest/storage/search_index.h"
#include "services/ingest/storage/store.h"

namespace huiyin::ingest {

// Kinds of the timers that SetDeadline and InsertUpload set; key = ticket or upload id, payload =
// tenant.
inline constexpr char kSnoozeTimer[] = "ticket_snooze_end";
inline constexpr char kCloseTimer[] = "ticket_close";
inline constexpr char kUploadTimer[] = "upload_expiry";
// Set by EraseCustomer for each upload.
inline constexpr char kUploadErasureTimer[] = "upload_erasure";

class SqlStore final : public Store {
 public:
  // For reading alone: what changes something aborts the process.
  SqlStore(db::Session& session, SearchIndex& search) : session_(session), search_(search) {}
  SqlStore(db::Transaction& tx, SearchIndex& search) : session_(tx), tx_(&tx), search_(search) {}

  absl::StatusOr<std::optional<Ticket>> FindTicket(const TenantId& tenant,
                                                   const TicketId& id) override;
  absl::StatusOr<std::optional<Ticket>> FindTicketByNo(int64_t no) override;
  absl::StatusOr<std::optional<Ticket>> FindActiveTicketOf(const TenantId& tenant,
                                                           const CustomerId& customer,
                                                           const OrderId& order) override;
  absl::Status InsertTicket(Ticket& ticket) override;
  absl::Status UpdateTicket(const Ticket& before, Ticket& after) override;
  absl::StatusOr<std::vector<Ticket>> MergedInto(const TenantId& tenant,
                                                 const TicketId& target) override;
  absl::StatusOr<std::vector<Ticket>> ListTickets(const TenantId& tenant,
                                                  const TicketFilter& filter, int64_t before_no,
                                                  int limit) override;
  absl::StatusOr<std::vector<Ticket>> FilterTickets(const TenantId& tenant,
                                                    const TicketFilter& filter,
                                                    std::span<const int64_t> nos) override;
  absl::StatusOr<std::vector<Ticket>> ListChanged(const TenantId& tenant,
                                                  const TicketFilter& filter, absl::Time since,
                                                  int64_t after_no, int limit) override;

  absl::StatusOr<std::optional<IdentityRecord>> FindIdentity(const TenantId& tenant,
                                                             const Identity& identity) override;
  absl::Status InsertIdentity(const TenantId& tenant, const Identity& identity,
                              const IdentityRecord& record) override;
  absl::Status UpdateIdentity(const TenantId& tenant, const Identity& identity,
                              const IdentityRecord& record) override;

  absl::StatusOr<std::optional<MessageRef>> FindExternal(const TenantId& tenant, Channel channel,
                                                         std::string_view external_id) override;
  absl::Status InsertMessage(const Ticket& ticket, Message& message) override;
  absl::StatusOr<std::optional<Message>> FindMessage(int64_t ticket_no, int number) override;
  absl::StatusOr<std::optional<MessageInTicket>> FindMessageInTicket(
      const TenantId& tenant, const MessageRef& ref) override;
  absl::StatusOr<std::vector<Message>> ListMessages(std::span<const int64_t> ticket_nos,
                                                    int64_t after, int limit) override;
  absl::StatusOr<std::optional<Message>> LastCustomerMessage(
      std::span<const int64_t> ticket_nos) override;

  absl::Status InsertStateChange(const StateChange& change) override;
  absl::StatusOr<std::vector<Message>> TimelineMessages(const TenantId& tenant,
                                                        const CustomerId& customer,
                                                        const TimelinePosition& before,
                                                        int limit) override;
  absl::StatusOr<std::vector<StateChange>> TimelineChanges(const TenantId& tenant,
                                                           const CustomerId& customer,
                                                           const TimelinePosition& before,
                                                           int limit) override;

  absl::StatusOr<std::vector<SearchHit>> Search(const TenantId& tenant,
                                                std::span<const QueryToken> tokens,
                                                const SearchHit& before, int limit) override;

  absl::Status SetDeadline(Deadline deadline, const Ticket& ticket, absl::Time due) override;
  absl::Status CancelDeadline(Deadline deadline, const Ticket& ticket) override;

  absl::StatusOr<std::optional<Upload>> FindUpload(const TenantId& tenant,
                                                   const UploadId& id) override;
  absl::StatusOr<int> CountOpenUploads(const TenantId& tenant, std::string_view owner) override;
  absl::Status InsertUpload(const Upload& upload, absl::Time expires) override;
  absl::Status UpdateUpload(const Upload& upload) override;
  absl::Status RemoveUpload(const Upload& upload) override;

  absl::Status EraseCustomer(const CustomerId& customer, Erasure& erasure) override;

 private:
  db::Transaction& tx();
  absl::Status InsertParts(const Message& message);
  // What is searched of the ticket's first message changes with these.
  absl::Status ChangeSearched(const Ticket& before, const Ticket& after);
  absl::Status EraseTicket(int64_t no, const CustomerId& customer, Erasure& erasure);
  // `sql` gives their ids.
  absl::Status EraseUploads(std::string_view sql, std::initializer_list<db::Value> args,
                            Erasure& erasure);
  // Reads the side tables of those messages that have parts there.
  absl::Status LoadParts(std::vector<Message>& messages, const std::vector<int64_t>& parts);
  absl::StatusOr<std::vector<Ticket>> QueryTickets(std::string_view sql, db::Values args);
  absl::StatusOr<std::optional<Ticket>> QueryTicket(std::string_view sql,
                                                    std::initializer_list<db::Value> args);
  absl::StatusOr<std::vector<Message>> QueryMessages(std::string_view sql, db::Values args);

  db::Session& session_;
  db::Transaction* tx_ = nullptr;
  SearchIndex& search_;
};

}  // namespace huiyin::ingest
