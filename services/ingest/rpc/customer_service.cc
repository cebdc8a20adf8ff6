#include "services/ingest/rpc/customer_service.h"

#include "huiyin/ingest/v1/customer_service.grpc.pb.h"
#include "libs/core/status.h"
#include "services/ingest/rpc/convert.h"
#include "services/ingest/rpc/run.h"
#include "services/ingest/usecase/erase_customer.h"
#include "services/ingest/usecase/take_in_feedback.h"

namespace huiyin::ingest {
namespace {

using rpc::RequestContext;

constexpr size_t kMaxId = 200;

struct Command {
  CustomerId customer;
  uint64_t key;
};

absl::StatusOr<Command> Check(const RequestContext& c, const v1::EraseCustomerRequest& request) {
  InputCheck check;
  CheckRequestId(check, request.request_id());
  check.Require(request.parent() == "tenants/" + c.caller.tenant.value(), "parent",
                "must be tenants/{your tenant}");
  check.Require(!request.customer_id().empty() && request.customer_id().size() <= kMaxId,
                "customer_id", "must be 1 to 200 characters");
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  CustomerId customer(request.customer_id());
  const uint64_t key = CustomerKey(c.caller.tenant, customer);
  return Command{std::move(customer), key};
}

class CustomerServiceImpl final : public v1::CustomerService::CallbackService {
 public:
  CustomerServiceImpl(rpc::Methods& methods, Units units)
      : methods_(methods), units_(std::move(units)) {}

  grpc::ServerUnaryReactor* EraseCustomer(grpc::CallbackServerContext* context,
                                          const v1::EraseCustomerRequest* request,
                                          v1::EraseCustomerResponse* response) override {
    return methods_.Write(
        context, request, response, Check, [](const Command& command) { return command.key; },
        [this](const RequestContext& c, const Command& command,
               db::Transaction& tx) -> absl::StatusOr<v1::EraseCustomerResponse> {
          HUIYIN_ASSIGN_OR_RETURN(const Erasure erasure, Act(units_, tx, [&](Unit& unit) {
                                    return ingest::EraseCustomer(unit, c.caller, command.customer);
                                  }));
          v1::EraseCustomerResponse out;
          out.set_erasure_id(erasure.id);
          out.set_ticket_count(erasure.tickets);
          out.set_message_count(erasure.messages);
          out.set_upload_count(erasure.uploads);
          return out;
        });
  }

 private:
  rpc::Methods& methods_;
  const Units units_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeCustomerService(rpc::Methods& methods, Units units) {
  return std::make_unique<CustomerServiceImpl>(methods, std::move(units));
}

}  // namespace huiyin::ingest
