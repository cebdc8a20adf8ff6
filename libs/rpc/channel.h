// Channels to other services: DNS with client-side round robin, keepalive, a deadline and a service
// token on every call, the caller's traceparent passed on, client metrics.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/strong_id.h"
#include "libs/obs/metrics.h"
#include "libs/rpc/auth.h"
#include "libs/rpc/status.h"

namespace huiyin::rpc {

struct ChannelOptions {
  std::string target;     // "dns:///triage:9090", "127.0.0.1:9090", "unix:/run/x.sock"
  std::string ca_file;    // server certificate's authority; empty: plain text
  std::string cert_file;  // own certificate for mutual TLS; both or none
  std::string key_file;
};

// Does not connect: that happens at the first call. Calls are counted as grpc_client_…
// (middleware/metrics.h) in `metrics`, when given, which must outlive the channel.
absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ChannelOptions& options,
                                                           obs::Metrics* metrics = nullptr);

// Sets up `context` for a call on behalf of `tenant`: deadline (on the host's clock), token, trace
// (a new span under `traceparent`).
void Prepare(grpc::ClientContext& context, TokenSource& tokens, const TenantId& tenant,
             absl::Time deadline, const std::string& traceparent);

}  // namespace huiyin::rpc
