// The gRPC server of a service: listener, TLS, limits, health, reflection, draining.
//
// gRPC 1.51 gets no fixes any more: the limits below keep a client from exhausting the process, but
// the port is meant for a private network, behind the gateway or a mesh (ARCHITECTURE.md,
// "Exposure").
#pragma once

#include <memory>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/clock.h"
#include "libs/db/group_commit.h"
#include "libs/db/migrator.h"
#include "libs/obs/metrics.h"

namespace grpc {
class Service;
}

namespace huiyin::rpc {

class Methods;  // methods.h

struct ServerOptions {
  std::string listen = "127.0.0.1:9090";            // host:port (0: any free port) or unix:PATH
  std::string cert_file, key_file, client_ca_file;  // PEM; mutual TLS when client_ca_file is set
  std::string jwt_keys_file;                        // see auth.h
  int read_threads = 8;                             // executor for reads
  int stream_threads = 32;                          // open streams served at once
  size_t max_queue = 4096;      // reads that wait for the executor at most; more are turned away
  size_t max_in_flight = 1024;  // calls of all kinds at once; more are turned away
  int max_message_bytes = 4 << 20;
  // Far above max_in_flight: a caller that finds no place must be told, not wait in its own queue,
  // first come first served, until its deadline has nearly passed when its turn comes.
  int max_streams_per_connection = 16'384;
  size_t max_memory_bytes = 512 << 20;                    // of gRPC's buffers
  absl::Duration default_deadline = absl::Seconds(30);    // for unary calls that set none
  absl::Duration max_connection_age = absl::Minutes(10);  // then clients are told to reconnect
  absl::Duration max_connection_age_grace = absl::Minutes(1);
  // One of so many calls that succeed or are turned away is logged; 0: none, 1: all. Failed and
  // slow ones always are.
  int access_log_every = 100;
};

// Thread-safe, but Add and Start are for one thread.
class Server {
 public:
  virtual ~Server() = default;  // Drain with deadline now
  // `writer` serves Methods::Write and its request_id store (Schema() below). References must
  // outlive the server. Fails when the key file or a certificate cannot be used.
  static absl::StatusOr<std::unique_ptr<Server>> Create(ServerOptions options,
                                                        db::GroupCommit& writer, const Clock& clock,
                                                        obs::Metrics& metrics);

  virtual Methods& methods() = 0;
  // Before Start.
  virtual void Add(std::unique_ptr<grpc::Service> service) = 0;
  // Binds and serves; health says NOT_SERVING until SetServing(true). UNAVAILABLE: the address
  // cannot be bound, for example because it is in use. FAILED_PRECONDITION: a method has no access
  // rule.
  virtual absl::Status Start() = 0;
  virtual int port() const = 0;  // the one bound; 0 for a Unix socket
  virtual void SetServing(bool serving) = 0;
  // NOT_SERVING; waits `linger` so that clients turn away; takes no new calls, ends streams that
  // only follow something (StreamWriter::Sleep), lets what is under way finish until `deadline`,
  // then cancels it. Returns when no call is left. Idempotent.
  virtual void Drain(absl::Duration linger, absl::Time deadline) = 0;
};

// Table request_log of Methods::Write; applied by every service besides its own schema, as
// component "rpc".
std::span<const db::Migration> Schema();

}  // namespace huiyin::rpc
