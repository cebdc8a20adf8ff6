// TriageService over gRPC. Thin: each method converts, calls one use case, converts back.
#pragma once

#include <functional>
#include <memory>

#include "absl/functional/function_ref.h"
#include "libs/db/database.h"
#include "services/triage/domain/classifier.h"
#include "services/triage/usecase/unit.h"

namespace grpc {
class Service;
}
namespace huiyin::rpc {
class Methods;
}

namespace huiyin::triage {

// How the service reaches the rest; given by the app.
struct ServiceParts {
  std::function<absl::Status(db::Transaction&, absl::FunctionRef<absl::Status(Unit&)>)>
      in_transaction;
  std::function<absl::Status(absl::FunctionRef<absl::Status(Store&)>)> on_snapshot;
  std::function<std::shared_ptr<const Classifier>()> classifier;
};

// `methods` must outlive the service.
std::unique_ptr<grpc::Service> MakeTriageService(rpc::Methods& methods, ServiceParts parts);

}  // namespace huiyin::triage
