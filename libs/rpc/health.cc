#include "libs/rpc/health.h"

namespace huiyin::rpc {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

// One Watch call, owned by the service's list until gRPC is done with it. All members are guarded
// by the service's mutex, which is never held while a reactor's method runs that could call back.
class HealthService::Watcher final : public grpc::ServerWriteReactor<HealthCheckResponse> {
 public:
  Watcher(HealthService& service, std::string name) : service_(service), name_(std::move(name)) {}

  void OnWriteDone(bool ok) override {
    {
      std::lock_guard lock(service_.mutex_);
      writing_ = false;
      if (!ok) gone_ = true;
    }
    Advance();
  }
  void OnCancel() override {
    {
      std::lock_guard lock(service_.mutex_);
      gone_ = true;
    }
    Advance();
  }
  void OnDone() override {
    std::shared_ptr<Watcher> last;  // ends after the mutex is free
    std::lock_guard lock(service_.mutex_);
    const auto it = service_.watchers_.find(this);
    last = std::move(it->second);
    service_.watchers_.erase(it);
  }

  // Sends the state when it has changed, or finishes. Called without the mutex.
  void Advance() {
    bool write = false, finish = false;
    {
      std::lock_guard lock(service_.mutex_);
      if (finished_ || writing_) return;
      const auto status = !service_.Known(name_) ? HealthCheckResponse::SERVICE_UNKNOWN
                          : service_.serving_    ? HealthCheckResponse::SERVING
                                                 : HealthCheckResponse::NOT_SERVING;
      if (gone_) {
        finish = true;
      } else if (status != sent_) {
        sent_ = status;
        message_.set_status(status);
        write = true;
      } else if (service_.ended_) {
        finish = true;
      }
      writing_ = write;
      finished_ = finish;
    }
    if (write) StartWrite(&message_);
    if (finish) {
      Finish(gone_ ? grpc::Status::CANCELLED
                   : grpc::Status(grpc::StatusCode::UNAVAILABLE, "the server is stopping"));
    }
  }

 private:
  HealthService& service_;
  const std::string name_;
  HealthCheckResponse message_;
  HealthCheckResponse::ServingStatus sent_ = HealthCheckResponse::UNKNOWN;
  bool writing_ = false;
  bool finished_ = false;
  bool gone_ = false;
};

void HealthService::SetServices(std::vector<std::string> names) {
  {
    std::lock_guard lock(mutex_);
    names_.insert(names.begin(), names.end());
  }
  AdvanceAll();
}

void HealthService::SetServing(bool serving) {
  {
    std::lock_guard lock(mutex_);
    serving_ = serving;
  }
  AdvanceAll();
}

void HealthService::EndWatches() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
  }
  AdvanceAll();
}

bool HealthService::Known(const std::string& name) const { return names_.count(name) > 0; }

void HealthService::AdvanceAll() {
  std::vector<std::shared_ptr<Watcher>> watchers;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [_, watcher] : watchers_) watchers.push_back(watcher);
  }
  for (const auto& watcher : watchers) watcher->Advance();
}

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext* context,
                                               const HealthCheckRequest* request,
                                               HealthCheckResponse* response) {
  auto* reactor = context->DefaultReactor();
  std::unique_lock lock(mutex_);
  const bool known = Known(request->service());
  response->set_status(serving_ ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
  lock.unlock();
  reactor->Finish(known ? grpc::Status::OK
                        : grpc::Status(grpc::StatusCode::NOT_FOUND, "no such service"));
  return reactor;
}

grpc::ServerWriteReactor<HealthCheckResponse>* HealthService::Watch(
    grpc::CallbackServerContext*, const HealthCheckRequest* request) {
  auto watcher = std::make_shared<Watcher>(*this, request->service());
  {
    std::lock_guard lock(mutex_);
    watchers_[watcher.get()] = watcher;
  }
  watcher->Advance();
  return watcher.get();
}

}  // namespace huiyin::rpc
