#include "libs/rpc/middleware/chain.h"

#include <grpcpp/server_context.h>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/obs/log.h"
#include "libs/obs/trace.h"
#include "libs/rpc/middleware/mask.h"
#include "libs/rpc/status.h"

namespace huiyin::rpc {
namespace {

constexpr absl::Duration kRetryWhenFull = absl::Milliseconds(100);
constexpr double kSlowSeconds = 1;  // calls that take longer are always logged

std::string_view Header(const grpc::ServerContextBase& context, const char* name) {
  const auto& metadata = context.client_metadata();
  const auto it = metadata.find(name);
  if (it == metadata.end()) return {};
  return {it->second.data(), it->second.size()};
}

void LogCall(const Call& call, const absl::Status& status, double seconds, bool masked) {
  const bool bug = absl::IsInternal(status) || absl::IsUnknown(status) || absl::IsDataLoss(status);
  const obs::Level level = bug      ? obs::Level::kError
                           : masked ? obs::Level::kWarning
                                    : obs::Level::kInfo;
  if (!obs::LogEnabled(level)) return;
  obs::Log(level, "rpc",
           {{"method", call.method->path},
            {"code", CodeName(static_cast<int>(status.code()))},
            {"ms", seconds * 1e3},
            {"tenant", call.context.caller.tenant.value()},
            {"subject", call.context.caller.subject},
            {"traceparent", call.context.caller.traceparent},
            {"reason", Reason(status)},
            // Only errors that were not made for callers: those may quote what a caller wrote.
            {"error", masked ? status.ToString() : std::string()},
            {"peer", call.grpc->peer()}});
}

}  // namespace

absl::Status Chain::Enter(Call& call, bool streaming) {
  call.started = std::chrono::steady_clock::now();
  call.method->metrics.CountStarted();
  call.context.method = call.method->path;
  HUIYIN_RETURN_IF_ERROR(Authorise(call));
  HUIYIN_RETURN_IF_ERROR(SetDeadline(call, streaming));
  return Admit(call);
}

absl::Status Chain::Authorise(Call& call) {
  const std::string_view authorization = Header(*call.grpc, "authorization");
  if (!call.method->anonymous || !authorization.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const auto caller, authenticator_.VerifyHeader(authorization));
    call.context.caller = *caller;
  }
  call.context.caller.traceparent = obs::NewSpan(Header(*call.grpc, "traceparent"));
  if (call.method->anonymous || (call.context.caller.roles & call.method->roles) != 0) {
    return absl::OkStatus();
  }
  return Error(absl::StatusCode::kPermissionDenied, "ROLE_NOT_ALLOWED",
               "none of the caller's roles may call this method");
}

absl::Status Chain::SetDeadline(Call& call, bool streaming) {
  // gRPC's deadlines are on the host's clock; handlers see them on theirs.
  const absl::Time deadline = absl::FromChrono(call.grpc->deadline());
  const absl::Time now = clock_.Now();
  if (call.grpc->deadline() == std::chrono::system_clock::time_point::max()) {
    call.context.deadline = streaming ? absl::InfiniteFuture() : now + options_.default_deadline;
  } else {
    call.context.deadline = now + (deadline - SystemClock().Now());
  }
  return StillWanted(call);
}

absl::Status Chain::StillWanted(const Call& call) const {
  if (clock_.Now() >= call.context.deadline) {
    return Error(absl::StatusCode::kDeadlineExceeded, "DEADLINE_EXCEEDED",
                 "the deadline passed before the work began");
  }
  if (call.grpc->IsCancelled()) {
    return Error(absl::StatusCode::kCancelled, "CANCELLED", "the caller gave up");
  }
  return absl::OkStatus();
}

absl::Status Chain::Admit(Call& call) {
  if (turning_away_.load(std::memory_order_relaxed)) {
    return RetryAfter(Error(absl::StatusCode::kUnavailable, "DRAINING",
                            "this server is stopping; call another one"),
                      kRetryWhenFull);
  }
  if (in_flight_.fetch_add(1, std::memory_order_relaxed) >= options_.max_in_flight) {
    in_flight_.fetch_sub(1, std::memory_order_relaxed);
    return RetryAfter(Error(absl::StatusCode::kResourceExhausted, "OVERLOADED",
                            "too many calls at once; try again later"),
                      kRetryWhenFull);
  }
  call.admitted = true;
  return absl::OkStatus();
}

grpc::Status Chain::Leave(Call& call, const absl::Status& status, uint64_t messages_received,
                          uint64_t messages_sent) {
  if (call.admitted) in_flight_.fetch_sub(1, std::memory_order_relaxed);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - call.started).count();
  call.method->metrics.CountEnded(static_cast<int>(status.code()), seconds, messages_received,
                                  messages_sent);
  bool masked = false;
  const uint64_t number = answered_.fetch_add(1, std::memory_order_relaxed);
  const bool sampled = options_.access_log_every > 0 && number % options_.access_log_every == 0;
  if (status.ok()) {
    if (sampled || seconds >= kSlowSeconds) LogCall(call, status, seconds, masked);
    return grpc::Status::OK;
  }
  // The trace id is the error id: unique, and on every log line that belongs to the call.
  const absl::Status shown =
      Presentable(status, obs::TraceId(call.context.caller.traceparent), masked);
  // Turning calls away must stay cheap, or it is what overloads; metrics count each of them.
  if (call.admitted || sampled || !absl::IsResourceExhausted(status)) {
    LogCall(call, status, seconds, masked);
  }
  return ToGrpc(shown);
}

}  // namespace huiyin::rpc
