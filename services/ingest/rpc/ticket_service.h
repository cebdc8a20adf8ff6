// huiyin.ingest.v1.TicketService: each method is a conversion and one use case.
#pragma once

#include <functional>

#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "libs/core/clock.h"
#include "libs/db/group_commit.h"
#include "libs/obs/metrics.h"
#include "libs/rpc/methods.h"
#include "services/ingest/rpc/intake_metrics.h"
#include "services/ingest/usecase/open_unit.h"

namespace huiyin::ingest {

struct TicketServiceParts {
  rpc::Methods& methods;
  db::GroupCommit& writer;
  const Clock& clock;
  obs::Metrics& metrics;
  Units units;
  // Waits until all that is committed can be found by a search.
  std::function<absl::Status(absl::Duration timeout)> catch_up;
  // How long after its time stamp a change may still become visible (writers side by side).
  absl::Duration watch_overlap;
};

// Thread-safe.
class TicketService final : public v1::TicketService::CallbackService {
 public:
  explicit TicketService(TicketServiceParts parts)
      : parts_(std::move(parts)), metrics_(parts_.metrics) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* CreateTicket(Context* context, const v1::CreateTicketRequest* request,
                        v1::CreateTicketResponse* response) override;
  Reactor* AppendMessage(Context* context, const v1::AppendMessageRequest* request,
                         v1::AppendMessageResponse* response) override;
  Reactor* UpdateTicket(Context* context, const v1::UpdateTicketRequest* request,
                        v1::Ticket* response) override;
  Reactor* ResolveTicket(Context* context, const v1::ResolveTicketRequest* request,
                         v1::Ticket* response) override;
  Reactor* CloseTicket(Context* context, const v1::CloseTicketRequest* request,
                       v1::Ticket* response) override;
  Reactor* ReopenTicket(Context* context, const v1::ReopenTicketRequest* request,
                        v1::Ticket* response) override;
  Reactor* SnoozeTicket(Context* context, const v1::SnoozeTicketRequest* request,
                        v1::Ticket* response) override;
  Reactor* MergeTickets(Context* context, const v1::MergeTicketsRequest* request,
                        v1::MergeTicketsResponse* response) override;
  Reactor* UnmergeTicket(Context* context, const v1::UnmergeTicketRequest* request,
                         v1::Ticket* response) override;

  Reactor* GetTicket(Context* context, const v1::GetTicketRequest* request,
                     v1::Ticket* response) override;
  Reactor* ListMessages(Context* context, const v1::ListMessagesRequest* request,
                        v1::ListMessagesResponse* response) override;
  Reactor* ListTickets(Context* context, const v1::ListTicketsRequest* request,
                       v1::ListTicketsResponse* response) override;
  Reactor* SearchTickets(Context* context, const v1::SearchTicketsRequest* request,
                         v1::SearchTicketsResponse* response) override;
  Reactor* ListTimeline(Context* context, const v1::ListTimelineRequest* request,
                        v1::ListTimelineResponse* response) override;
  Reactor* BatchGetMessages(Context* context, const v1::BatchGetMessagesRequest* request,
                            v1::BatchGetMessagesResponse* response) override;

  grpc::ServerBidiReactor<v1::ImportTicketsRequest, v1::ImportTicketsResponse>* ImportTickets(
      Context* context) override;
  grpc::ServerWriteReactor<v1::WatchTicketsResponse>* WatchTickets(
      Context* context, const v1::WatchTicketsRequest* request) override;

 private:
  template <class Request>
  Reactor* ActOn(Context* context, const Request* request, v1::Ticket* response, Action action);

  TicketServiceParts parts_;
  IntakeMetrics metrics_;
};

}  // namespace huiyin::ingest
