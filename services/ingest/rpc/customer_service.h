// huiyin.ingest.v1.CustomerService.
#pragma once

#include <memory>

#include "libs/rpc/methods.h"
#include "services/ingest/usecase/open_unit.h"

namespace grpc {
class Service;
}

namespace huiyin::ingest {

// Thread-safe; `methods` must outlive it.
std::unique_ptr<grpc::Service> MakeCustomerService(rpc::Methods& methods, Units units);

}  // namespace huiyin::ingest
