// ReviewService: thin, every method one call to a use case or a list.
#pragma once

#include <memory>

#include "services/survey/rpc/parts.h"

namespace grpc {
class Service;
}
namespace huiyin::rpc {
class Methods;
}

namespace huiyin::survey {

// Thread-safe. `methods` and what `parts` refers to must outlive the service.
std::unique_ptr<grpc::Service> MakeReviewService(rpc::Methods& methods, ServiceParts parts);

}  // namespace huiyin::survey
