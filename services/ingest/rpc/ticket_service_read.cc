// TicketService: the methods that change nothing, and the streams.
#include "libs/core/status.h"
#include "services/ingest/domain/text.h"
#include "services/ingest/rpc/convert.h"
#include "services/ingest/rpc/import_stream.h"
#include "services/ingest/rpc/page_token.h"
#include "services/ingest/rpc/run.h"
#include "services/ingest/rpc/ticket_service.h"
#include "services/ingest/rpc/watch_stream.h"
#include "services/ingest/usecase/read_tickets.h"

namespace huiyin::ingest {
namespace {

using rpc::RequestContext;

constexpr int kMaxBatch = 500;

// A page request whose token holds `count` positions.
template <class Request>
struct Paging {
  uint64_t query;
  int size;
  std::optional<std::vector<int64_t>> from;  // nothing: the first page

  Paging(InputCheck& check, const Caller& caller, const Request& request, int most, size_t count)
      : query(QueryHash(caller, request)), size(PageSize(check, request.page_size(), 50, most)) {
    if (request.page_token().empty()) return;
    from = ReadToken(query, request.page_token(), count);
    check.Require(from.has_value(), "page_token", "is not of an answer to this query");
  }
  std::optional<int64_t> position() const {
    return from.has_value() ? std::optional((*from)[0]) : std::nullopt;
  }
};

void EntryToProto(const TenantId& tenant, const TimelineEntry& entry, v1::TimelineEntry* out) {
  if (const auto* message = std::get_if<Message>(&entry)) {
    ToProto(message->sent_at, out->mutable_time());
    out->set_ticket("tenants/" + tenant.value() + "/tickets/" + message->ticket.value());
    ToProto(tenant, *message, out->mutable_message());
    return;
  }
  const auto& change = std::get<StateChange>(entry);
  ToProto(change.at, out->mutable_time());
  out->set_ticket("tenants/" + tenant.value() + "/tickets/" + change.ticket.value());
  out->mutable_state_change()->set_from(static_cast<v1::TicketState>(change.from));
  out->mutable_state_change()->set_to(static_cast<v1::TicketState>(change.to));
  out->mutable_state_change()->set_actor(change.actor);
}

}  // namespace

grpc::ServerUnaryReactor* TicketService::GetTicket(Context* context,
                                                   const v1::GetTicketRequest* request,
                                                   v1::Ticket* response) {
  return parts_.methods.Read(
      context, request, response,
      [this](const RequestContext& c, const v1::GetTicketRequest& q) -> absl::StatusOr<v1::Ticket> {
        InputCheck check;
        const TicketId id = TicketFromName(check, "name", c.caller, q.name());
        HUIYIN_RETURN_IF_ERROR(check.ToStatus());
        HUIYIN_ASSIGN_OR_RETURN(const Ticket ticket, Look(parts_.units, [&](Unit& unit) {
                                  return ingest::GetTicket(unit, c.caller, id);
                                }));
        v1::Ticket out;
        ToProto(ticket, &out);
        return out;
      });
}

grpc::ServerUnaryReactor* TicketService::ListMessages(Context* context,
                                                      const v1::ListMessagesRequest* request,
                                                      v1::ListMessagesResponse* response) {
  return parts_.methods.Read(
      context, request, response,
      [this](const RequestContext& c,
             const v1::ListMessagesRequest& q) -> absl::StatusOr<v1::ListMessagesResponse> {
        InputCheck check;
        const TicketId id = TicketFromName(check, "parent", c.caller, q.parent());
        const Paging paging(check, c.caller, q, 500, 1);
        HUIYIN_RETURN_IF_ERROR(check.ToStatus());
        HUIYIN_ASSIGN_OR_RETURN(const Page<Message> page, Look(parts_.units, [&](Unit& unit) {
                                  return ingest::ListMessages(unit, c.caller, id, paging.position(),
                                                              paging.size);
                                }));
        v1::ListMessagesResponse out;
        for (const Message& message : page.items) {
          ToProto(c.caller.tenant, message, out.add_messages());
        }
        if (page.next.has_value()) {
          out.set_next_page_token(MakeToken(paging.query, {*page.next}));
        }
        return out;
      });
}

grpc::ServerUnaryReactor* TicketService::ListTickets(Context* context,
                                                     const v1::ListTicketsRequest* request,
                                                     v1::ListTicketsResponse* response) {
  return parts_.methods.Read(
      context, request, response,
      [this](const RequestContext& c,
             const v1::ListTicketsRequest& q) -> absl::StatusOr<v1::ListTicketsResponse> {
        InputCheck check;
        const TicketFilter filter = ingest::FromProto(check, q.filter());
        const Paging paging(check, c.caller, q, 200, 1);
        HUIYIN_RETURN_IF_ERROR(check.ToStatus());
        v1::ListTicketsResponse out;
        std::optional<int64_t> next;
        if (q.filter().text().empty()) {
          HUIYIN_ASSIGN_OR_RETURN(const Page<Ticket> page, Look(parts_.units, [&](Unit& unit) {
                                    return ingest::ListTickets(unit, c.caller, filter,
                                                               paging.position(), paging.size);
                                  }));
          for (const Ticket& ticket : page.items) ToProto(ticket, out.add_tickets());
          next = page.next;
        } else {
          HUIYIN_ASSIGN_OR_RETURN(const Page<Match> page, Look(parts_.units, [&](Unit& unit) {
                                    return ingest::SearchTickets(unit, c.caller, q.filter().text(),
                                                                 filter, paging.position(),
                                                                 paging.size);
                                  }));
          for (const Match& match : page.items) ToProto(match.ticket, out.add_tickets());
          next = page.next;
        }
        if (next.has_value()) out.set_next_page_token(MakeToken(paging.query, {*next}));
        return out;
      });
}

grpc::ServerUnaryReactor* TicketService::SearchTickets(Context* context,
                                                       const v1::SearchTicketsRequest* request,
                                                       v1::SearchTicketsResponse* response) {
  return parts_.methods.Read(
      context, request, response,
      [this](const RequestContext& c,
             const v1::SearchTicketsRequest& q) -> absl::StatusOr<v1::SearchTicketsResponse> {
        InputCheck check;
        CheckText(check, "query", q.query(), {1, 200});
        check.Require(q.filter().text().empty(), "filter.text", "must be empty: use query");
        const TicketFilter filter = ingest::FromProto(check, q.filter());
        const Paging paging(check, c.caller, q, 200, 1);
        HUIYIN_RETURN_IF_ERROR(check.ToStatus());
        HUIYIN_ASSIGN_OR_RETURN(const Page<Match> page, Look(parts_.units, [&](Unit& unit) {
                                  return ingest::SearchTickets(unit, c.caller, q.query(), filter,
                                                               paging.position(), paging.size);
                                }));
        v1::SearchTicketsResponse out;
        for (const Match& match : page.items) {
          auto* item = out.add_matches();
          ToProto(match.ticket, item->mutable_ticket());
          ToProto(c.caller.tenant, match.message, item->mutable_message());
        }
        if (page.next.has_value()) {
          out.set_next_page_token(MakeToken(paging.query, {*page.next}));
        }
        return out;
      });
}

grpc::ServerUnaryReactor* TicketService::ListTimeline(Context* context,
                                                      const v1::ListTimelineRequest* request,
                                                      v1::ListTimelineResponse* response) {
  return parts_.methods.Read(
      context, request, response,
      [this](const RequestContext& c,
             const v1::ListTimelineRequest& q) -> absl::StatusOr<v1::ListTimelineResponse> {
        using TimelinePage = Page<TimelineEntry, TimelinePosition>;
        InputCheck check;
        CheckId(check, "customer_id", q.customer_id(), 1, kMaxIdBytes);
        const Paging paging(check, c.caller, q, 500, 3);
        HUIYIN_RETURN_IF_ERROR(check.ToStatus());
        std::optional<TimelinePosition> before;
        if (paging.from.has_value()) {
          const std::vector<int64_t>& at = *paging.from;
          before = TimelinePosition{absl::FromUnixMicros(at[0]), at[1] != 0, at[2]};
        }
        HUIYIN_ASSIGN_OR_RETURN(const TimelinePage page, Look(parts_.units, [&](Unit& unit) {
                                  return ingest::ListTimeline(unit, c.caller,
                                                              CustomerId(q.customer_id()), before,
                                                              paging.size);
                                }));
        v1::ListTimelineResponse out;
        for (const TimelineEntry& entry : page.items) {
          EntryToProto(c.caller.tenant, entry, out.add_entries());
        }
        if (page.next.has_value()) {
          out.set_next_page_token(MakeToken(
              paging.query,
              {absl::ToUnixMicros(page.next->time), page.next->is_change, page.next->sequence}));
        }
        return out;
      });
}

grpc::ServerUnaryReactor* TicketService::BatchGetMessages(
    Context* context, const v1::BatchGetMessagesRequest* request,
    v1::BatchGetMessagesResponse* response) {
  return parts_.methods.Read(
      context, request, response,
      [this](const RequestContext& c,
             const v1::BatchGetMessagesRequest& q) -> absl::StatusOr<v1::BatchGetMessagesResponse> {
        InputCheck check;
        check.Require(q.message_ids_size() >= 1 && q.message_ids_size() <= kMaxBatch, "message_ids",
                      "must be 1 to 500 ids");
        HUIYIN_RETURN_IF_ERROR(check.ToStatus());
        const std::vector<std::string> ids(q.message_ids().begin(), q.message_ids().end());
        HUIYIN_ASSIGN_OR_RETURN(const std::vector<MessageInTicket> found,
                                Look(parts_.units, [&](Unit& unit) {
                                  return ingest::BatchGetMessages(unit, c.caller, ids);
                                }));
        v1::BatchGetMessagesResponse out;
        auto next = found.begin();
        for (const std::string& id : ids) {
          if (next == found.end() || MessageId(next->message.ticket, next->message.number) != id) {
            out.add_missing_ids(id);
            continue;
          }
          auto* item = out.add_messages();
          ToProto(c.caller.tenant, next->message, item->mutable_message());
          item->set_customer_id(next->customer.value());
          item->set_order_id(next->order.value());
          item->set_product_id(next->product.value());
          ToProto(next->ticket_created_at, item->mutable_ticket_create_time());
          item->set_reopened_count(static_cast<uint32_t>(next->reopened_count));
          item->set_subject(next->subject);
          ++next;
        }
        return out;
      });
}

grpc::ServerBidiReactor<v1::ImportTicketsRequest, v1::ImportTicketsResponse>*
TicketService::ImportTickets(Context* context) {
  return parts_.methods.BidiStream<v1::ImportTicketsRequest, v1::ImportTicketsResponse>(
      context, [this](const RequestContext& c, rpc::StreamReader<v1::ImportTicketsRequest>& in,
                      rpc::StreamWriter<v1::ImportTicketsResponse>& out) {
        return ServeImport(parts_, metrics_, c.caller, in, out);
      });
}

grpc::ServerWriteReactor<v1::WatchTicketsResponse>* TicketService::WatchTickets(
    Context* context, const v1::WatchTicketsRequest* request) {
  return parts_.methods.ServerStream<v1::WatchTicketsResponse>(
      context, request,
      [this](const RequestContext& c, const v1::WatchTicketsRequest& q,
             rpc::StreamWriter<v1::WatchTicketsResponse>& out) {
        return ServeWatch(parts_.units, parts_.clock, parts_.watch_overlap, c.caller, q, out);
      });
}

}  // namespace huiyin::ingest
