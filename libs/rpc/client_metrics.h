// Client side of the call metrics (middleware/metrics.h). Internal to libs/rpc.
#pragma once

#include <grpcpp/support/client_interceptor.h>

#include <memory>

#include "libs/obs/metrics.h"

namespace huiyin::rpc {

// Counts the calls of one channel; a method's metrics appear, at 0, with its first call.
std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface> MakeClientMetrics(
    obs::Metrics& metrics);

}  // namespace huiyin::rpc
