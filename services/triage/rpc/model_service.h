// ModelService over gRPC. Thin: each method converts, calls one use case, converts back.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "libs/db/database.h"
#include "services/triage/usecase/choose_model.h"
#include "services/triage/usecase/message_source.h"
#include "services/triage/usecase/models_in_force.h"

namespace grpc {
class Service;
}
namespace huiyin::rpc {
class Methods;
}

namespace huiyin::triage {

// How the service reaches the rest; given by the app.
struct ModelServiceParts {
  std::function<absl::Status(db::Transaction&, absl::FunctionRef<absl::Status(ModelUnit&)>)>
      in_transaction;
  // In a transaction of its own: a training ends long after its call began.
  std::function<absl::Status(absl::FunctionRef<absl::Status(ModelUnit&)>)> write;
  ModelsInForce::OnSnapshot on_snapshot;
  std::shared_ptr<ModelsInForce> models;
  MessageSource& messages;
  std::vector<Lesson> held;  // labelled messages that no model was taught
};

// `methods` must outlive the service.
std::unique_ptr<grpc::Service> MakeModelService(rpc::Methods& methods, ModelServiceParts parts);

}  // namespace huiyin::triage
