// huiyin.ops.v1.DeadLetterService: every service serves it for the events it could not handle.
#pragma once

#include <memory>

#include "libs/db/database.h"
#include "libs/events/consumer_runner.h"

namespace grpc {
class Service;
}
namespace huiyin::rpc {
class Methods;
}

namespace huiyin::host {

// The references must outlive the service.
std::unique_ptr<grpc::Service> MakeDeadLetterService(rpc::Methods& methods, db::Database& database,
                                                     events::ConsumerRunner& consumers);

}  // namespace huiyin::host
