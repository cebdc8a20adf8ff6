// Adapters between gRPC's callback API and plain handlers. A service's methods are one line each:
//
//   grpc::ServerUnaryReactor* GetTicket(grpc::CallbackServerContext* c, const pb::GetTicketRequest*
//   q,
//                                       pb::Ticket* a) override {
//     return methods_.Read(c, q, a, [this](const RequestContext& ctx, const pb::GetTicketRequest&
//     q)
//                                       -> absl::StatusOr<pb::Ticket> { … });
//   }
//
// Every call passes the middleware chain, outermost first: error masking, access log and metrics,
// authentication and authorisation (method option huiyin.common.v1.access), deadline, admission.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "libs/db/group_commit.h"
#include "libs/rpc/context.h"

namespace huiyin::rpc {

// Server side of a stream of answers. Write blocks while the client is slow (one message in
// flight).
template <class Out>
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  // False when the client has gone or the deadline has passed: stop.
  virtual bool Write(const Out& message) = 0;
  // True when there is no point in going on.
  virtual bool Cancelled() const = 0;
};

// Server side of a stream of requests.
template <class In>
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  // Blocks for the next message; false at the end or when the client has gone.
  virtual bool Read(In& message) = 0;
};

// One per server; thread-safe; outlives the services that use it.
class Methods {
 public:
  virtual ~Methods() = default;

  // A call that changes nothing: `handler` runs on the bounded executor.
  // handler: absl::StatusOr<Out>(const RequestContext&, const In&)
  template <class In, class Out, class Handler>
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context, const In* request,
                                 Out* response, Handler handler);

  // A call that changes something. `check` turns the request into a command on the calling thread
  // (CPU only, no I/O; returns every violation at once); `run` executes the command inside a
  // transaction that shares its commit with others and may be run again on conflict. The answer
  // leaves after the commit. When the request has a `request_id` field, the answer is stored with
  // it in the same transaction, and a repeat with the same content gets that answer without
  // running; with other content FAILED_PRECONDITION (REQUEST_ID_REUSED). check:
  // absl::StatusOr<Command>(const RequestContext&, const In&) run:   absl::StatusOr<Out>(const
  // RequestContext&, const Command&, db::Transaction&) key:   uint64_t(const Command&) – hash of
  // the aggregate written (GroupCommit::Submit)
  template <class In, class Out, class Check, class Key, class Run>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const In* request,
                                  Out* response, Check check, Key key, Run run);

  // A stream of answers. handler: absl::Status(const RequestContext&, const In&,
  // StreamWriter<Out>&), blocking, on the bounded stream executor (full → RESOURCE_EXHAUSTED).
  template <class Out, class In, class Handler>
  grpc::ServerWriteReactor<Out>* ServerStream(grpc::CallbackServerContext* context,
                                              const In* request, Handler handler);

  // A stream of requests. handler: absl::StatusOr<Out>(const RequestContext&, StreamReader<In>&)
  template <class In, class Out, class Handler>
  grpc::ServerReadReactor<In>* ClientStream(grpc::CallbackServerContext* context, Out* response,
                                            Handler handler);

  // Both ways. handler: absl::Status(const RequestContext&, StreamReader<In>&, StreamWriter<Out>&)
  template <class In, class Out, class Handler>
  grpc::ServerBidiReactor<In, Out>* BidiStream(grpc::CallbackServerContext* context,
                                               Handler handler);
};

}  // namespace huiyin::rpc
