// RoutingService over gRPC. Thin: each method converts, calls one use case, converts back.
#pragma once

#include <memory>

#include "services/triage/rpc/parts.h"

namespace grpc {
class Service;
}
namespace huiyin::rpc {
class Methods;
}

namespace huiyin::triage {

// `methods` must outlive the service.
std::unique_ptr<grpc::Service> MakeRoutingService(rpc::Methods& methods, DeskParts parts);

}  // namespace huiyin::triage
