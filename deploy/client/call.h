// Unary and server-streaming calls as one expression:
//
//   absl::StatusOr<pb::Ticket> ticket =
//       Call(connection, &pb::TicketService::Stub::GetTicket, request);
//
// Includes gRPC: for .cc files that call, never for shared headers.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "deploy/client/connection.h"
#include "libs/core/status.h"
#include "libs/rpc/status.h"

namespace huiyin::client {

template <class Stub, class In, class Out>
using UnaryMethod = grpc::Status (Stub::*)(grpc::ClientContext*, const In&, Out*);

// At a service by name: for APIs that every service has.
template <class Stub, class In, class Out>
absl::StatusOr<Out> CallAt(Connection& connection, std::string_view service,
                           UnaryMethod<Stub, In, Out> method, const In& request) {
  HUIYIN_ASSIGN_OR_RETURN(const auto channel, connection.Channel(service));
  Stub stub(channel);
  grpc::ClientContext context;
  HUIYIN_RETURN_IF_ERROR(connection.Prepare(context));
  Out response;
  HUIYIN_RETURN_IF_ERROR(rpc::FromGrpc((stub.*method)(&context, request, &response)));
  return response;
}

// At the service whose package the request belongs to.
template <class Stub, class In, class Out>
absl::StatusOr<Out> Call(Connection& connection, UnaryMethod<Stub, In, Out> method,
                         const In& request) {
  return CallAt(connection, ServiceOf(In::descriptor()->full_name()), method, request);
}

// Calls `each` for every answer of the stream until it returns false.
template <class Stub, class In, class Out, class Each>
absl::Status Stream(Connection& connection,
                    std::unique_ptr<grpc::ClientReader<Out>> (Stub::*method)(grpc::ClientContext*,
                                                                             const In&),
                    const In& request, absl::Duration timeout, Each each) {
  HUIYIN_ASSIGN_OR_RETURN(const auto channel,
                          connection.Channel(ServiceOf(In::descriptor()->full_name())));
  Stub stub(channel);
  grpc::ClientContext context;
  HUIYIN_RETURN_IF_ERROR(connection.Prepare(context, timeout));
  auto reader = (stub.*method)(&context, request);
  Out answer;
  bool stopped = false;
  while (!stopped && reader->Read(&answer)) stopped = !each(answer);
  if (stopped) context.TryCancel();
  const grpc::Status status = reader->Finish();
  return stopped ? absl::OkStatus() : rpc::FromGrpc(status);
}

}  // namespace huiyin::client
