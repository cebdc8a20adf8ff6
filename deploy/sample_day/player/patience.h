// Calls that wait out a service that is busy or restarting. Includes gRPC.
#pragma once

#include "deploy/client/call.h"

namespace huiyin::sample_day {

inline constexpr absl::Duration kPatience = absl::Seconds(30);
inline constexpr absl::Duration kFirstPause = absl::Milliseconds(20);

// client::Call, again after a growing pause while the error may pass. Every request here carries a
// request id or changes nothing, so a repeat is harmless.
template <class Stub, class In, class Out>
absl::StatusOr<Out> Patiently(client::Connection& connection,
                              client::UnaryMethod<Stub, In, Out> method, const In& request) {
  const absl::Time deadline = connection.clock().Now() + kPatience;
  for (absl::Duration pause = kFirstPause;; pause *= 2) {
    auto response = client::Call(connection, method, request);
    const bool may_pass =
        absl::IsCancelled(response.status()) ||  // gRPC's word when the server is shutting down
        absl::IsUnavailable(response.status()) || absl::IsResourceExhausted(response.status()) ||
        absl::IsAborted(response.status()) || absl::IsDeadlineExceeded(response.status());
    if (!may_pass || connection.clock().Now() + pause > deadline) return response;
    absl::SleepFor(pause);
  }
}

}  // namespace huiyin::sample_day
