// grpc.health.v1.Health from our own proto, so that reflection shows it (gRPC's built-in one is
// invisible there). Internal to libs/rpc.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"

namespace huiyin::rpc {

// Thread-safe. All services of a server share one state; "" is the server as a whole.
class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  // Names that Check knows; before that, "" only.
  void SetServices(std::vector<std::string> names);
  void SetServing(bool serving);
  // Ends every Watch and takes no more, so that they do not hold up a shutdown.
  void EndWatches();

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const grpc::health::v1::HealthCheckRequest* request,
                                  grpc::health::v1::HealthCheckResponse* response) override;
  grpc::ServerWriteReactor<grpc::health::v1::HealthCheckResponse>* Watch(
      grpc::CallbackServerContext* context,
      const grpc::health::v1::HealthCheckRequest* request) override;

 private:
  class Watcher;
  bool Known(const std::string& name) const;  // mutex_ held
  void AdvanceAll();

  std::mutex mutex_;
  bool serving_ = false;
  bool ended_ = false;
  std::unordered_set<std::string> names_{""};
  std::unordered_map<Watcher*, std::shared_ptr<Watcher>> watchers_;
};

}  // namespace huiyin::rpc
