// Adapters between gRPC's callback API and plain handlers. A service's methods are one line each:
//
//   grpc::ServerUnaryReactor* GetTicket(grpc::CallbackServerContext* c,
//                                       const pb::GetTicketRequest* q, pb::Ticket* a) override {
//     return methods_.Read(c, q, a,
//                          [this](const RequestContext& ctx, const pb::GetTicketRequest& q)
//                              -> absl::StatusOr<pb::Ticket> { … });
//   }
//
// Every call passes the middleware chain, outermost first: error masking, access log and metrics,
// authentication and authorisation (method option huiyin.common.v1.access), deadline, admission.
//
// A method is known by its request and response types and its kind of streaming, so no two methods
// of one server may agree in all of these (Server::Start says so): give each its own request.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "libs/db/group_commit.h"
#include "libs/rpc/context.h"
#include "libs/rpc/stream.h"

namespace grpc {
class CallbackServerContext;
}
namespace google::protobuf {
class Message;
}

namespace huiyin::rpc {

namespace internal {

// What the non-template part needs of a unary call; keeps handler and command alive.
struct ReadBody {
  virtual ~ReadBody() = default;
  virtual absl::Status Run(const RequestContext& context) = 0;
};
struct WriteBody {
  virtual ~WriteBody() = default;
  virtual absl::Status CheckRequest(const RequestContext& context) = 0;
  virtual uint64_t GroupKey() = 0;
  virtual absl::Status RunIn(const RequestContext& context, db::Transaction& tx) = 0;
  // What of the answer is kept for repeats, and the answer made of that again.
  virtual std::string Kept() = 0;
  virtual absl::Status AnswerAgain(const RequestContext& context, const std::string& kept,
                                   db::Transaction& tx) = 0;
};

}  // namespace internal

// How a call that is repeated gets its answer: all of it was kept. Other ways have the same two
// functions, see Methods::Write.
template <class Out>
struct KeepAnswer {
  const Out& Keep(const Out& answer) const { return answer; }
  absl::Status Complete(const RequestContext&, Out&, db::Transaction&) const {
    return absl::OkStatus();
  }
};

// One per server; thread-safe; outlives the services that use it.
class Methods {
 public:
  class Impl;
  explicit Methods(Impl& impl) : impl_(impl) {}
  Methods(const Methods&) = delete;

  // A call that changes nothing: `handler` runs on the bounded executor.
  // handler: absl::StatusOr<Out>(const RequestContext&, const In&)
  template <class In, class Out, class Handler>
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context, const In* request,
                                 Out* response, Handler handler) {
    struct Body final : internal::ReadBody {
      Body(const In& in, Out& out, Handler h) : in(in), out(out), handler(std::move(h)) {}
      absl::Status Run(const RequestContext& context) override {
        absl::StatusOr<Out> answer = handler(context, in);
        if (!answer.ok()) return std::move(answer).status();
        out = *std::move(answer);
        return absl::OkStatus();
      }
      const In& in;
      Out& out;
      Handler handler;
    };
    return StartRead(context, *request, *response,
                     std::make_unique<Body>(*request, *response, std::move(handler)));
  }

  // A call that changes something. `check` turns the request into a command on the calling thread
  // (CPU only, no I/O; returns every violation at once); `run` executes the command inside a
  // transaction that shares its commit with others and may be run again on conflict. The answer
  // leaves after the commit. When the request has a `request_id` field and it is set, the answer is
  // kept with it in the same transaction, and a repeat with the same content gets that answer
  // without running; with other content FAILED_PRECONDITION (REQUEST_ID_REUSED). Errors are not
  // stored: a repeat of a failed call runs again.
  //   check: absl::StatusOr<Command>(const RequestContext&, const In&)
  //   key:   uint64_t(const Command&) – hash of the aggregate written (GroupCommit::Submit)
  //   run:   absl::StatusOr<Out>(const RequestContext&, const Command&, db::Transaction&)
  // Answers that hold what people wrote must not outlive its erasure: `recall` says what is kept of
  // them, and completes that again for a repeat:
  //   Keep:     Out or const Out&(const Out&)
  //   Complete: absl::Status(const RequestContext&, Out& kept, db::Transaction&)
  template <class In, class Out, class Check, class Key, class Run, class Recall = KeepAnswer<Out>>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const In* request,
                                  Out* response, Check check, Key key, Run run,
                                  Recall recall = {}) {
    using Command =
        typename std::invoke_result_t<Check&, const RequestContext&, const In&>::value_type;
    struct Body final : internal::WriteBody {
      Body(const In& in, Out& out, Check c, Key k, Run r, Recall recall)
          : in(in),
            out(out),
            check(std::move(c)),
            key(std::move(k)),
            run(std::move(r)),
            recall(std::move(recall)) {}
      absl::Status CheckRequest(const RequestContext& context) override {
        absl::StatusOr<Command> checked = check(context, in);
        if (!checked.ok()) return std::move(checked).status();
        command.emplace(*std::move(checked));
        return absl::OkStatus();
      }
      uint64_t GroupKey() override { return key(*command); }
      absl::Status RunIn(const RequestContext& context, db::Transaction& tx) override {
        absl::StatusOr<Out> answer = run(context, *command, tx);
        if (!answer.ok()) return std::move(answer).status();
        out = *std::move(answer);
        return absl::OkStatus();
      }
      std::string Kept() override { return recall.Keep(out).SerializeAsString(); }
      absl::Status AnswerAgain(const RequestContext& context, const std::string& kept,
                               db::Transaction& tx) override {
        if (!out.ParseFromString(kept)) return absl::DataLossError("a kept answer does not parse");
        return recall.Complete(context, out, tx);
      }
      const In& in;
      Out& out;
      Check check;
      Key key;
      Run run;
      Recall recall;
      std::optional<Command> command;
    };
    return StartWrite(context, *request, *response,
                      std::make_unique<Body>(*request, *response, std::move(check), std::move(key),
                                             std::move(run), std::move(recall)));
  }

  // A stream of answers. handler: absl::Status(const RequestContext&, const In&,
  // StreamWriter<Out>&), blocking, on the bounded stream executor (full → RESOURCE_EXHAUSTED).
  template <class Out, class In, class Handler>
  grpc::ServerWriteReactor<Out>* ServerStream(grpc::CallbackServerContext* context,
                                              const In* request, Handler handler) {
    auto* stream = new internal::ServerStreamReactor<Out>;
    StartStream(context, In::descriptor(), Out::descriptor(), false, true, *stream,
                [stream, request, handler = std::move(handler)](const RequestContext& c) mutable {
                  return handler(c, *request, static_cast<StreamWriter<Out>&>(*stream));
                });
    return stream;
  }

  // A stream of requests. handler: absl::StatusOr<Out>(const RequestContext&, StreamReader<In>&),
  // blocking, on the stream executor.
  template <class In, class Out, class Handler>
  grpc::ServerReadReactor<In>* ClientStream(grpc::CallbackServerContext* context, Out* response,
                                            Handler handler) {
    auto* stream = new internal::ClientStreamReactor<In>;
    StartStream(context, In::descriptor(), Out::descriptor(), true, false, *stream,
                [stream, response,
                 handler = std::move(handler)](const RequestContext& c) mutable -> absl::Status {
                  absl::StatusOr<Out> answer = handler(c, static_cast<StreamReader<In>&>(*stream));
                  if (!answer.ok()) return std::move(answer).status();
                  *response = *std::move(answer);
                  return absl::OkStatus();
                });
    return stream;
  }

  // Both ways. handler: absl::Status(const RequestContext&, StreamReader<In>&, StreamWriter<Out>&),
  // blocking, on the stream executor.
  template <class In, class Out, class Handler>
  grpc::ServerBidiReactor<In, Out>* BidiStream(grpc::CallbackServerContext* context,
                                               Handler handler) {
    auto* stream = new internal::BidiStreamReactor<In, Out>;
    StartStream(context, In::descriptor(), Out::descriptor(), true, true, *stream,
                [stream, handler = std::move(handler)](const RequestContext& c) mutable {
                  return handler(c, static_cast<StreamReader<In>&>(*stream),
                                 static_cast<StreamWriter<Out>&>(*stream));
                });
    return stream;
  }

 private:
  grpc::ServerUnaryReactor* StartRead(grpc::CallbackServerContext* context,
                                      const google::protobuf::Message& request,
                                      google::protobuf::Message& response,
                                      std::unique_ptr<internal::ReadBody> body);
  grpc::ServerUnaryReactor* StartWrite(grpc::CallbackServerContext* context,
                                       const google::protobuf::Message& request,
                                       google::protobuf::Message& response,
                                       std::unique_ptr<internal::WriteBody> body);
  void StartStream(grpc::CallbackServerContext* context, const google::protobuf::Descriptor* in,
                   const google::protobuf::Descriptor* out, bool client_streams,
                   bool server_streams, internal::StreamCore& stream,
                   absl::AnyInvocable<absl::Status(const RequestContext&)> handler);

  Impl& impl_;
};

}  // namespace huiyin::rpc
