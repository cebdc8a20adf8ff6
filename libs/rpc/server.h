// The gRPC server of a service: listeners, TLS, limits, health, reflection, draining.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/clock.h"
#include "libs/db/group_commit.h"
#include "libs/obs/metrics.h"
#include "libs/rpc/methods.h"

namespace grpc {
class Service;
}

namespace huiyin::rpc {

struct ServerOptions {
  std::string listen = "127.0.0.1:9090";            // host:port (0: any free port) or unix:PATH
  std::string cert_file, key_file, client_ca_file;  // mutual TLS when client_ca_file is set
  int read_threads = 8;                             // executor for reads
  int stream_threads = 32;                          // open streams served at once
  size_t max_queue = 4096;                          // calls that wait for the executor at most
  size_t max_in_flight = 8192;  // calls of all kinds at once; more → RESOURCE_EXHAUSTED + RetryInfo
  int max_message_bytes = 4 << 20;
  absl::Duration default_deadline = absl::Seconds(30);  // for callers that set none
  absl::Duration max_connection_age = absl::Minutes(10);
  std::string jwt_keys_file;  // see auth.h
};

class Server {
 public:
  virtual ~Server() = default;
  // `database`/`writer` serve Methods::Write and its request_id store. References must outlive the
  // server.
  static absl::StatusOr<std::unique_ptr<Server>> Create(ServerOptions options,
                                                        db::GroupCommit& writer, const Clock& clock,
                                                        obs::Metrics& metrics);

  virtual Methods& methods() = 0;
  // Before Start. Fails at Start when a method has no access rule.
  virtual void Add(std::unique_ptr<grpc::Service> service) = 0;
  // Binds and serves; health says NOT_SERVING until SetServing(true). UNAVAILABLE: address in use.
  virtual absl::Status Start() = 0;
  virtual int port() const = 0;  // the one bound
  virtual void SetServing(bool serving) = 0;
  // NOT_SERVING, waits `linger` so that clients turn away, takes no new calls, lets those under way
  // finish until `deadline`, then cancels them. Idempotent.
  virtual void Drain(absl::Duration linger, absl::Time deadline) = 0;
};

// Table request_log of Methods::Write; applied by every service besides its own schema.
std::span<const db::Migration> Schema();

}  // namespace huiyin::rpc
