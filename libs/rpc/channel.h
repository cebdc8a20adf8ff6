// Channels to other services: DNS with client-side round robin, keepalive, a deadline and a service
// token on every call, the caller's traceparent passed on, client metrics.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/rpc/context.h"

namespace huiyin::rpc {

// Makes tokens that prove "I am service X" to other services, and refreshes them before they
// expire. Thread-safe.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  // A token valid for at least another minute, acting within `tenant`.
  virtual std::string Token(const TenantId& tenant) = 0;
};

struct ChannelOptions {
  std::string target;     // "dns:///triage:9090", "unix:/run/x.sock"
  std::string ca_file;    // server certificate's authority; empty: plain text
  std::string cert_file;  // own certificate for mutual TLS; both or none
  std::string key_file;
};

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ChannelOptions& options);

// Sets up `context` for a call on behalf of `tenant`: deadline, token, trace.
void Prepare(grpc::ClientContext& context, TokenSource& tokens, const TenantId& tenant,
             absl::Time deadline, const std::string& traceparent);

// grpc::Status → absl::Status with reason, metadata and violations (libs/core/status.h), and back.
absl::Status FromGrpc(const grpc::Status& status);
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace huiyin::rpc
