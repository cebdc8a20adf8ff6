// huiyinctl customer: what is done with a customer as a whole.
#include "deploy/ctl/customer_commands.h"

#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "huiyin/ingest/v1/customer_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::ingest::v1;

struct Erase {
  std::string customer;
};

void Declare(CLI::App& app, Erase& a) {
  app.add_option("customer", a.customer, "Id of the customer, as in tickets")->required();
}

absl::Status Run(Ctl& ctl, const Erase& a) {
  pb::EraseCustomerRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_customer_id(a.customer);
  request.set_request_id(ctl.NewId());
  HUIYIN_ASSIGN_OR_RETURN(
      const auto erased,
      client::Call(ctl.connection(), &pb::CustomerService::Stub::EraseCustomer, request));
  if (ctl.PrintedAsJson(erased)) return absl::OkStatus();
  ctl.out << "Erased: tickets " << erased.ticket_count() << ", messages " << erased.message_count()
          << ", files " << erased.upload_count()
          << ". The other services are told; figures stay.\nErasure " << erased.erasure_id()
          << ".\n";
  return absl::OkStatus();
}

}  // namespace

void AddCustomerCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& customer = Group(app, "customer", "Customers as a whole");
  Command<Erase>(customer, ctl, "erase", "Erase a customer everywhere, for good", Declare, Run);
}

}  // namespace huiyin::ctl
