// The aftersales services over gRPC. Thin: each method converts, calls one use case, converts back.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "libs/db/database.h"
#include "services/aftersales/usecase/carrier.h"
#include "services/aftersales/usecase/gateway_answers.h"
#include "services/aftersales/usecase/unit.h"

namespace grpc {
class Service;
}
namespace huiyin::rpc {
class Methods;
}

namespace huiyin::aftersales {

// How the services reach the rest; given by the app.
struct ServiceParts {
  std::function<absl::Status(db::Transaction&, const std::string& traceparent,
                             absl::FunctionRef<absl::Status(Unit&)>)>
      in_transaction;
  RunQuery query;
  SubmitWork submit;
  PaymentGateway* gateway = nullptr;  // reads callbacks
  GatewayTiming timing;
  Carrier* carrier = nullptr;  // reads callbacks; nullptr when none is configured
};

// `methods`, and what `parts` refers to, must outlive the services.
std::unique_ptr<grpc::Service> MakeOrderService(rpc::Methods& methods, ServiceParts parts);
std::unique_ptr<grpc::Service> MakeRmaService(rpc::Methods& methods, ServiceParts parts);
std::unique_ptr<grpc::Service> MakeStockService(rpc::Methods& methods, ServiceParts parts);
std::unique_ptr<grpc::Service> MakeRefundService(rpc::Methods& methods, ServiceParts parts);
std::unique_ptr<grpc::Service> MakePolicyService(rpc::Methods& methods, ServiceParts parts);
std::unique_ptr<grpc::Service> MakeCreditService(rpc::Methods& methods, ServiceParts parts);
std::unique_ptr<grpc::Service> MakeReconciliationService(rpc::Methods& methods, ServiceParts parts);
std::unique_ptr<grpc::Service> MakeRmaProgressService(rpc::Methods& methods, ServiceParts parts);
std::unique_ptr<grpc::Service> MakeParcelService(rpc::Methods& methods, ServiceParts parts);

}  // namespace huiyin::aftersales
