// The middleware chain that every call passes. Outermost first:
//
//   error masking → access log and metrics → authentication and authorisation → deadline →
//   admission
//
// One object, not a list of links: the order is fixed, it is read in one place (chain.cc), and a
// call costs no virtual call or allocation for it.
#pragma once

#include <grpcpp/support/status.h>

#include <atomic>
#include <chrono>

#include "absl/status/status.h"
#include "libs/core/clock.h"
#include "libs/rpc/auth.h"
#include "libs/rpc/context.h"
#include "libs/rpc/method_table.h"

namespace grpc {
class CallbackServerContext;
}

namespace huiyin::rpc {

// A call under way, as the chain knows it.
struct Call {
  const Method* method = nullptr;
  grpc::CallbackServerContext* grpc = nullptr;
  RequestContext context;
  std::chrono::steady_clock::time_point started;
  bool admitted = false;
};

// Thread-safe.
class Chain {
 public:
  struct Options {
    size_t max_in_flight;
    absl::Duration default_deadline;
    int access_log_every;
  };
  Chain(Options options, Authenticator& authenticator, const Clock& clock)
      : options_(options), authenticator_(authenticator), clock_(clock) {}

  // Into the call: sets call.context. An error is the answer; Leave is due in any case.
  // `streaming`: a stream has only the deadline its client sets.
  absl::Status Enter(Call& call, bool streaming);

  // Before work that may have waited: DEADLINE_EXCEEDED or CANCELLED when nobody waits for it.
  absl::Status StillWanted(const Call& call) const;

  // Out of the call: counts, logs, and gives what is sent.
  grpc::Status Leave(Call& call, const absl::Status& status, uint64_t messages_received,
                     uint64_t messages_sent);

  // From now on calls are turned away with UNAVAILABLE (DRAINING); those under way go on.
  void TurnAway() { turning_away_ = true; }

  size_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

 private:
  absl::Status Authorise(Call& call);
  absl::Status SetDeadline(Call& call, bool streaming);
  absl::Status Admit(Call& call);

  const Options options_;
  Authenticator& authenticator_;
  const Clock& clock_;
  std::atomic<bool> turning_away_{false};
  std::atomic<size_t> in_flight_{0};
  std::atomic<uint64_t> answered_{0};
};

}  // namespace huiyin::rpc
