#include "libs/rpc/client_metrics.h"

#include <grpcpp/impl/codegen/client_context.h>

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libs/rpc/middleware/metrics.h"

namespace huiyin::rpc {
namespace {

using grpc::experimental::ClientRpcInfo;
using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;

class CallCounter final : public Interceptor {
 public:
  explicit CallCounter(const MethodMetrics& metrics)
      : metrics_(metrics), started_(std::chrono::steady_clock::now()) {
    metrics_.CountStarted();
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_MESSAGE)) ++sent_;
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_MESSAGE) &&
        methods->GetRecvMessage() != nullptr) {
      ++received_;
    }
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::POST_RECV_STATUS)) {
      const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started_;
      metrics_.CountEnded(methods->GetRecvStatus()->error_code(), elapsed.count(), received_,
                          sent_);
    }
    methods->Proceed();
  }

 private:
  const MethodMetrics& metrics_;
  const std::chrono::steady_clock::time_point started_;
  uint64_t sent_ = 0;
  uint64_t received_ = 0;
};

const char* Kind(ClientRpcInfo::Type type) {
  switch (type) {
    case ClientRpcInfo::Type::CLIENT_STREAMING:
      return "client_stream";
    case ClientRpcInfo::Type::SERVER_STREAMING:
      return "server_stream";
    case ClientRpcInfo::Type::BIDI_STREAMING:
      return "bidi_stream";
    default:
      return "unary";
  }
}

class Factory final : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit Factory(obs::Metrics& metrics) : metrics_(metrics) {}

  Interceptor* CreateClientInterceptor(ClientRpcInfo* info) override {
    return new CallCounter(For(info->method(), info->type()));
  }

 private:
  // `path`: "/package.Service/Method".
  const MethodMetrics& For(std::string_view path, ClientRpcInfo::Type type) {
    std::lock_guard lock(mutex_);
    const auto [it, added] = methods_.try_emplace(std::string(path));
    if (added) {
      const size_t slash = path.rfind('/');
      it->second =
          MakeMethodMetrics(metrics_, Side::kClient, std::string(path.substr(1, slash - 1)),
                            std::string(path.substr(slash + 1)), Kind(type));
    }
    return it->second;
  }

  obs::Metrics& metrics_;
  std::mutex mutex_;
  std::unordered_map<std::string, MethodMetrics> methods_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface> MakeClientMetrics(
    obs::Metrics& metrics) {
  return std::make_unique<Factory>(metrics);
}

}  // namespace huiyin::rpc
