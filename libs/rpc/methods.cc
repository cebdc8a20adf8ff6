#include "libs/rpc/methods.h"

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>

#include <exception>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/methods_impl.h"
#include "libs/rpc/request_log.h"
#include "libs/rpc/status.h"

namespace huiyin::rpc {
namespace {

constexpr absl::Duration kRetryWhenFull = absl::Milliseconds(100);

absl::Status QueueFull() {
  return RetryAfter(Error(absl::StatusCode::kResourceExhausted, "OVERLOADED",
                          "too many calls wait; try again later"),
                    kRetryWhenFull);
}

// For calls that arrive between the server's start and the end of Server::Start.
grpc::Status NotReady() { return {grpc::StatusCode::UNAVAILABLE, "the server is starting"}; }

grpc::ServerUnaryReactor* Refuse(grpc::CallbackServerContext* context) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(NotReady());
  return reactor;
}

absl::Status Guarded(absl::FunctionRef<absl::Status()> handler) {
  try {
    return handler();
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat("exception: ", e.what()));
  }
}

// A unary call: answered once, from any thread; freed when gRPC lets go of it.
class UnaryCall : public grpc::ServerUnaryReactor {
 public:
  UnaryCall(Chain& chain, const Method& method, grpc::CallbackServerContext* context)
      : chain(chain) {
    call.method = &method;
    call.grpc = context;
  }

  void OnDone() override { delete this; }
  void OnCancel() override {}  // work asks Chain::StillWanted before it begins
  // The two above are short and take no lock: gRPC may call them where it is, without a thread hop.
  bool InternalInlineable() override { return true; }

  void Answer(const absl::Status& status) {
    Finish(chain.Leave(call, status, 1, status.ok() ? 1 : 0));
  }

  Chain& chain;
  Call call;
  absl::Status if_dropped;  // the answer when nobody gives one
};

// The duty to answer: a closure that is dropped without having run still ends its call.
template <class T>
class Pending {
 public:
  explicit Pending(T* call) : call_(call) {}
  Pending(Pending&& other) noexcept : call_(std::exchange(other.call_, nullptr)) {}
  Pending& operator=(Pending&&) = delete;
  ~Pending() {
    if (call_ == nullptr) return;
    call_->Answer(call_->if_dropped.ok() ? absl::UnavailableError("dropped") : call_->if_dropped);
  }
  T* operator->() const { return call_; }
  T* get() const { return call_; }
  void Answer(const absl::Status& status) { std::exchange(call_, nullptr)->Answer(status); }

 private:
  T* call_;
};

struct ReadCall final : UnaryCall {
  using UnaryCall::UnaryCall;
  std::unique_ptr<internal::ReadBody> body;
};

struct WriteCall final : UnaryCall {
  using UnaryCall::UnaryCall;
  std::unique_ptr<internal::WriteBody> body;
  std::optional<LoggedRequest> logged;  // when the request has a request_id
};

// Makes call.logged from the request's request_id; a malformed one is added to what the check of
// the request complained about.
absl::Status UseRequestId(WriteCall& call, const google::protobuf::Message& request,
                          absl::Status checked) {
  const auto* field = call.call.method->request_id;
  if (field == nullptr) return checked;
  std::string scratch;
  const std::string& id = request.GetReflection()->GetStringReference(request, field, &scratch);
  if (id.empty()) return checked;
  if (IsUuid(id)) {
    if (checked.ok()) {
      call.logged =
          MakeLoggedRequest(call.call.context.caller, call.call.method->path, id, request);
    }
    return checked;
  }
  std::vector<Violation> violations = Violations(checked);
  if (!checked.ok() && violations.empty()) return checked;
  for (const Violation& violation : violations) {
    if (violation.field == "request_id") return checked;
  }
  violations.push_back({"request_id", "must be a UUID"});
  return BadInput(violations);
}

// Runs the call's command, or gives the answer it got before. May be called again on conflict.
absl::Status RunWrite(WriteCall& call, db::Transaction& tx, absl::Time now) {
  HUIYIN_RETURN_IF_ERROR(call.chain.StillWanted(call.call));
  if (!call.logged.has_value()) return call.body->RunIn(call.call.context, tx);
  std::string answer;
  HUIYIN_ASSIGN_OR_RETURN(const bool seen, FindAnswer(tx, *call.logged, answer));
  if (seen) return call.body->AnswerAgain(call.call.context, answer, tx);
  HUIYIN_RETURN_IF_ERROR(call.body->RunIn(call.call.context, tx));
  return StoreAnswer(tx, *call.logged, call.body->Kept(), now);
}

struct StreamState {
  Chain& chain;
  Call call;
  internal::StreamCore& stream;
  absl::AnyInvocable<absl::Status(const RequestContext&)> handler;
  absl::Status if_dropped;

  void Answer(absl::Status status) {
    if (stream.IsCancelled()) {
      if (absl::Status gone = chain.StillWanted(call); !gone.ok()) status = gone;
    }
    stream.FinishStream(
        chain.Leave(call, status, stream.messages_read(), stream.messages_written()));
  }
};

}  // namespace

void Methods::Impl::AddStream(internal::StreamCore* stream) {
  std::lock_guard lock(mutex_);
  open_streams_.insert(stream);
  if (draining_) stream->Drain();
}

void Methods::Impl::RemoveStream(internal::StreamCore* stream) {
  std::lock_guard lock(mutex_);
  open_streams_.erase(stream);
}

void Methods::Impl::DrainStreams() {
  std::lock_guard lock(mutex_);
  draining_ = true;
  for (internal::StreamCore* stream : open_streams_) stream->Drain();
}

grpc::ServerUnaryReactor* Methods::StartRead(grpc::CallbackServerContext* context,
                                             const google::protobuf::Message& request,
                                             google::protobuf::Message& response,
                                             std::unique_ptr<internal::ReadBody> body) {
  const Method* method =
      impl_.Find(request.GetDescriptor(), response.GetDescriptor(), false, false);
  if (method == nullptr) return Refuse(context);
  auto* reactor = new ReadCall(impl_.chain, *method, context);
  reactor->body = std::move(body);
  Pending call(reactor);
  if (absl::Status status = impl_.chain.Enter(call->call, false); !status.ok()) {
    call.Answer(status);
    return reactor;
  }
  Executor::Task task = [call = std::move(call)]() mutable {
    absl::Status status = call->chain.StillWanted(call->call);
    if (status.ok()) status = Guarded([&] { return call->body->Run(call->call.context); });
    call.Answer(status);
  };
  if (!impl_.reads.TrySubmit(task)) reactor->if_dropped = QueueFull();
  return reactor;
}

grpc::ServerUnaryReactor* Methods::StartWrite(grpc::CallbackServerContext* context,
                                              const google::protobuf::Message& request,
                                              google::protobuf::Message& response,
                                              std::unique_ptr<internal::WriteBody> body) {
  const Method* method =
      impl_.Find(request.GetDescriptor(), response.GetDescriptor(), false, false);
  if (method == nullptr) return Refuse(context);
  auto* reactor = new WriteCall(impl_.chain, *method, context);
  reactor->body = std::move(body);
  Pending call(reactor);
  absl::Status status = impl_.chain.Enter(call->call, false);
  if (status.ok()) {
    status = Guarded([&] { return call->body->CheckRequest(call->call.context); });
    status = UseRequestId(*reactor, request, std::move(status));
  }
  if (!status.ok()) {
    call.Answer(status);
    return reactor;
  }
  const uint64_t key = call->body->GroupKey();
  const bool prune = impl_.writes.fetch_add(1, std::memory_order_relaxed) % kWritesPerPrune == 0;
  impl_.writer.Submit(
      key,
      [this, reactor, prune](db::Transaction& tx) {
        const absl::Time now = impl_.clock.Now();
        absl::Status status = Guarded([&] { return RunWrite(*reactor, tx, now); });
        return status.ok() && prune ? PruneRequestLog(tx, now) : status;
      },
      [call = std::move(call)](absl::Status status) mutable { call.Answer(status); });
  return reactor;
}

void Methods::StartStream(grpc::CallbackServerContext* context,
                          const google::protobuf::Descriptor* in,
                          const google::protobuf::Descriptor* out, bool client_streams,
                          bool server_streams, internal::StreamCore& stream,
                          absl::AnyInvocable<absl::Status(const RequestContext&)> handler) {
  const Method* method = impl_.Find(in, out, client_streams, server_streams);
  if (method == nullptr) return stream.FinishStream(NotReady());
  auto state = std::make_shared<StreamState>(
      StreamState{impl_.chain, Call{method, context}, stream, std::move(handler)});
  Pending<StreamState> call(state.get());
  impl_.AddStream(&stream);
  stream.SetOnDone([this, &stream, state = std::move(state)] { impl_.RemoveStream(&stream); });
  if (absl::Status status = impl_.chain.Enter(call->call, true); !status.ok()) {
    return call.Answer(status);
  }
  StreamState* unsubmitted = call.get();
  Executor::Task task = [call = std::move(call)]() mutable {
    call.Answer(Guarded([&] { return call->handler(call->call.context); }));
  };
  if (!impl_.streams.TrySubmit(task)) unsubmitted->if_dropped = QueueFull();
}

}  // namespace huiyin::rpc
