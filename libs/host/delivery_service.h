// huiyin.ops.v1.DeliveryService: every service serves it for its own events.
#pragma once

#include <memory>

#include "libs/db/database.h"

namespace grpc {
class Service;
}
namespace huiyin::rpc {
class Methods;
}

namespace huiyin::host {

// The references must outlive the service.
std::unique_ptr<grpc::Service> MakeDeliveryService(rpc::Methods& methods, db::Database& database);

}  // namespace huiyin::host
