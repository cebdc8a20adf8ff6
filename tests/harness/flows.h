// What tests make the services do, and what they look at afterwards.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "deploy/client/connection.h"
#include "huiyin/aftersales/v1/order.pb.h"
#include "huiyin/aftersales/v1/rma.pb.h"
#include "huiyin/ingest/v1/ticket_service.pb.h"

namespace huiyin::testing {

// A chat message of `user`.
ingest::v1::CreateTicketRequest ChatMessage(const std::string& user, const std::string& text,
                                            const std::string& request_id);
absl::StatusOr<ingest::v1::CreateTicketResponse> Create(
    client::Connection& connection, const ingest::v1::CreateTicketRequest& request);
absl::StatusOr<ingest::v1::Ticket> GetTicket(client::Connection& connection,
                                             const std::string& name);
absl::Status Resolve(client::Connection& connection, const std::string& ticket,
                     const std::string& request_id);

// Tickets of the tenant in any state but MERGED.
absl::StatusOr<int64_t> CountTickets(client::Connection& connection);
// Decisions ever made on a ticket.
absl::StatusOr<int> CountDecisions(client::Connection& connection, const std::string& ticket_id);

// One line, one payment of `price_minor` CNY, delivered yesterday.
aftersales::v1::Order DeliveredOrder(const std::string& order_id, const std::string& customer_id,
                                     int64_t price_minor, absl::Time now);
absl::Status Push(client::Connection& connection, const aftersales::v1::Order& order);

// Files a return of the first line as DEFECTIVE, has it approved when a person must, received and
// inspected as DAMAGED (unless the customer may keep it): from here on the refund comes by itself.
// Request ids are made from `request_seed`, so it can be tried again after an error.
absl::StatusOr<aftersales::v1::Rma> ReturnGoods(client::Connection& connection,
                                                const aftersales::v1::Order& order,
                                                const std::string& ticket_id,
                                                const std::string& request_seed);
absl::StatusOr<aftersales::v1::Rma> GetRma(client::Connection& connection, const std::string& name);
// Findings of an audit of the ledger; 0 is what everybody wants.
absl::StatusOr<int64_t> AuditFindings(client::Connection& connection);

}  // namespace huiyin::testing
