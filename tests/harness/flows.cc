#include "tests/harness/flows.h"

#include "deploy/client/call.h"
#include "huiyin/aftersales/v1/order_service.grpc.pb.h"
#include "huiyin/aftersales/v1/refund_service.grpc.pb.h"
#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "huiyin/triage/v1/triage_service.grpc.pb.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::testing {
namespace {

namespace ingest = huiyin::ingest::v1;
namespace aftersales = huiyin::aftersales::v1;
namespace triage = huiyin::triage::v1;
using Tickets = ingest::TicketService::Stub;
using Rmas = aftersales::RmaService::Stub;

template <class Request>
Request Step(const std::string& rma, const std::string& seed) {
  Request request;
  request.set_name(rma);
  request.set_request_id(client::UuidOf(seed));
  return request;
}

}  // namespace

ingest::CreateTicketRequest ChatMessage(const std::string& user, const std::string& text,
                                        const std::string& request_id) {
  ingest::CreateTicketRequest request;
  request.set_request_id(request_id);
  request.mutable_feedback()->set_channel(huiyin::common::v1::CHANNEL_CHAT);
  request.mutable_feedback()->set_external_user_id(user);
  request.mutable_feedback()->set_text(text);
  return request;
}

absl::StatusOr<ingest::CreateTicketResponse> Create(client::Connection& connection,
                                                    const ingest::CreateTicketRequest& request) {
  return client::Call(connection, &Tickets::CreateTicket, request);
}

absl::StatusOr<ingest::Ticket> GetTicket(client::Connection& connection, const std::string& name) {
  ingest::GetTicketRequest request;
  request.set_name(name);
  return client::Call(connection, &Tickets::GetTicket, request);
}

absl::Status Resolve(client::Connection& connection, const std::string& ticket,
                     const std::string& request_id) {
  ingest::ResolveTicketRequest request;
  request.set_name(ticket);
  request.set_request_id(request_id);
  return client::Call(connection, &Tickets::ResolveTicket, request).status();
}

absl::StatusOr<int64_t> CountTickets(client::Connection& connection) {
  ingest::ListTicketsRequest request;
  request.set_page_size(200);
  int64_t count = 0;
  do {
    HUIYIN_ASSIGN_OR_RETURN(const auto page,
                            client::Call(connection, &Tickets::ListTickets, request));
    count += page.tickets_size();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return count;
}

absl::StatusOr<int> CountDecisions(client::Connection& connection, const std::string& ticket_id) {
  triage::ListDecisionsRequest request;
  request.set_ticket_id(ticket_id);
  request.set_page_size(500);
  HUIYIN_ASSIGN_OR_RETURN(
      const auto page,
      client::Call(connection, &triage::TriageService::Stub::ListDecisions, request));
  return page.decisions_size();
}

aftersales::Order DeliveredOrder(const std::string& order_id, const std::string& customer_id,
                                 int64_t price_minor, absl::Time now) {
  aftersales::Order order;
  order.set_order_id(order_id);
  order.set_customer_id(customer_id);
  order.set_version(1);
  order.set_tier(huiyin::common::v1::CUSTOMER_TIER_STANDARD);
  order.set_country_of_sale("CN");
  order.set_country_of_delivery("CN");
  order.set_currency("CNY");
  *order.mutable_ordered_at() = rpc::ToProto(now - absl::Hours(72));
  aftersales::OrderLine& line = *order.add_lines();
  line.set_line_id(order_id + "-1");
  line.set_sku("SKU-1");
  line.set_product_id("P-1");
  line.set_product_name("kettle");
  line.set_product_category("APPLIANCE");
  line.set_lot("L1");
  line.set_quantity(1);
  line.set_unit_price_minor(price_minor);
  aftersales::Payment& payment = *order.add_payments();
  payment.set_payment_id("PAY-" + order_id);
  payment.set_method("ALIPAY");
  payment.set_gateway("alipay");
  payment.set_captured_minor(price_minor);
  *payment.mutable_captured_at() = rpc::ToProto(now - absl::Hours(72));
  aftersales::Shipment& shipment = *order.add_shipments();
  shipment.set_shipment_id("S1");
  *shipment.mutable_shipped_at() = rpc::ToProto(now - absl::Hours(48));
  *shipment.mutable_delivered_at() = rpc::ToProto(now - absl::Hours(24));
  aftersales::ShipmentItem& item = *shipment.add_items();
  item.set_line_id(line.line_id());
  item.set_quantity(1);
  return order;
}

absl::Status Push(client::Connection& connection, const aftersales::Order& order) {
  HUIYIN_ASSIGN_OR_RETURN(const auto channel, connection.Channel("aftersales"));
  aftersales::OrderService::Stub stub(channel);
  grpc::ClientContext context;
  HUIYIN_RETURN_IF_ERROR(connection.Prepare(context));
  const auto stream = stub.UpsertOrders(&context);
  aftersales::UpsertOrdersRequest request;
  *request.mutable_order() = order;
  stream->Write(request);
  stream->WritesDone();
  aftersales::UpsertOrdersResponse response, last;
  while (stream->Read(&response)) last = response;
  HUIYIN_RETURN_IF_ERROR(rpc::FromGrpc(stream->Finish()));
  if (last.result() == aftersales::UpsertOrdersResponse::RESULT_REFUSED ||
      last.result() == aftersales::UpsertOrdersResponse::RESULT_UNSPECIFIED) {
    return Error(absl::StatusCode::kInvalidArgument, last.error_reason(), last.error_message());
  }
  return absl::OkStatus();
}

absl::StatusOr<aftersales::Rma> ReturnGoods(client::Connection& connection,
                                            const aftersales::Order& order,
                                            const std::string& ticket_id,
                                            const std::string& request_seed) {
  aftersales::CreateRmaRequest create;
  create.set_request_id(client::UuidOf(request_seed + " create"));
  create.mutable_rma()->set_order_id(order.order_id());
  create.mutable_rma()->set_ticket_id(ticket_id);
  aftersales::RmaLine& line = *create.mutable_rma()->add_lines();
  line.set_order_line_id(order.lines(0).line_id());
  line.set_kind(aftersales::RMA_KIND_RETURN_REFUND);
  line.set_reason("DEFECTIVE");
  line.set_quantity(1);
  HUIYIN_ASSIGN_OR_RETURN(aftersales::Rma rma, client::Call(connection, &Rmas::CreateRma, create));
  if (rma.approval() == aftersales::RMA_APPROVAL_SUBMITTED) {
    HUIYIN_ASSIGN_OR_RETURN(rma, client::Call(connection, &Rmas::ApproveRma,
                                              Step<aftersales::ApproveRmaRequest>(
                                                  rma.name(), request_seed + " approve")));
  }
  if (rma.logistics() == aftersales::RETURN_LOGISTICS_NOT_NEEDED) return rma;  // keeps the goods
  HUIYIN_RETURN_IF_ERROR(
      client::Call(connection, &Rmas::ReceiveRma,
                   Step<aftersales::ReceiveRmaRequest>(rma.name(), request_seed + " receive"))
          .status());
  auto inspect = Step<aftersales::InspectRmaRequest>(rma.name(), request_seed + " inspect");
  aftersales::GradedUnits& units = *inspect.add_units();
  units.set_rma_line_id(order.lines(0).line_id());
  units.set_grade(aftersales::GRADE_DAMAGED);
  units.set_quantity(1);
  return client::Call(connection, &Rmas::InspectRma, inspect);
}

absl::StatusOr<aftersales::Rma> GetRma(client::Connection& connection, const std::string& name) {
  aftersales::GetRmaRequest request;
  request.set_name(name);
  return client::Call(connection, &Rmas::GetRma, request);
}

absl::StatusOr<int64_t> AuditFindings(client::Connection& connection) {
  aftersales::AuditLedgerResponse last;
  HUIYIN_RETURN_IF_ERROR(client::Stream(connection, &aftersales::RefundService::Stub::AuditLedger,
                                        aftersales::AuditLedgerRequest(), absl::Minutes(1),
                                        [&](const aftersales::AuditLedgerResponse& answer) {
                                          last = answer;
                                          return true;
                                        }));
  if (!last.done()) return absl::DataLossError("the audit ended before its end");
  return last.total_findings();
}

}  // namespace huiyin::testing
