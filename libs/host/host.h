// What every service process is made of, put together once: settings, database and group commit,
// outbox relay, consumers, timers, gRPC server, HTTP for /metrics, /livez and /readyz, signals and
// draining. A service's app.cc adds its own parts:
//
//   int main(int argc, char** argv) {
//     return huiyin::host::Main(argc, argv, huiyin::ingest::Program());
//   }
//
// Order of stopping (SIGTERM, SIGINT): NOT_SERVING → linger → drain RPCs → stop consumers and
// timers → finish group commits → relay what is committed (bounded) → close.
#pragma once

#include <grpcpp/impl/service_type.h>  // complete: services are handed over by unique_ptr

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/config/settings.h"
#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "libs/db/group_commit.h"
#include "libs/db/migrator.h"
#include "libs/events/consumer.h"
#include "libs/obs/metrics.h"
#include "libs/rpc/channel.h"
#include "libs/timers/timers.h"

namespace huiyin::rpc {
class Methods;
}

namespace huiyin::host {

// The parts that a service may use and add to while it is assembled. Everything lives until the
// process ends; references may be kept.
class Host {
 public:
  virtual ~Host() = default;
  virtual const config::Settings& settings() const = 0;
  virtual const Clock& clock() = 0;
  virtual IdGenerator& ids() = 0;
  virtual obs::Metrics& metrics() = 0;
  virtual db::Database& database() = 0;
  virtual db::GroupCommit& writer() = 0;
  virtual timers::Runner& timers() = 0;
  virtual rpc::Methods& methods() = 0;
  virtual rpc::TokenSource& tokens() = 0;
  // Channel to another service: setting "peers.<name>" holds its target.
  virtual absl::StatusOr<std::shared_ptr<grpc::Channel>> Peer(const std::string& name) = 0;

  virtual void Add(std::unique_ptr<grpc::Service> service) = 0;
  virtual void Add(events::Subscription subscription, std::unique_ptr<events::Handler> handler) = 0;
  // Work of the service's own that runs beside the RPCs: started after the database is ready,
  // stopped before it closes.
  virtual void AddBackground(std::function<void()> start, std::function<void()> stop) = 0;
  // Keeps an object of the service alive until the process ends.
  virtual void Keep(std::shared_ptr<void> object) = 0;
};

struct Program {
  std::string name;                       // "ingest": program huiyin-ingest, log field "service"
  std::vector<config::Setting> settings;  // the service's own; the host adds the common ones
  std::span<const db::Migration> schema;
  // Topic → consumers that read it: events of the topic are kept until all of them have seen them,
  // even before they first connect. Names as in Subscription::consumer.
  std::map<std::string, std::vector<std::string>> event_consumers;
  std::function<absl::Status(Host&)> assemble;
};

// Flags: --config FILE, --set KEY=VALUE, --migrate (schema only, then end), --help. Runs until told
// to stop; returns the process's exit code. Errors go to standard error as one sentence that says
// what to do.
int Main(int argc, char** argv, const Program& program);

}  // namespace huiyin::host
