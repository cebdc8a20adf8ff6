// huiyinctl credit: store credit and points.
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "huiyin/aftersales/v1/credit_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::aftersales::v1;
using Stub = pb::CreditService::Stub;

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::CreditGrant>& grant) {
  if (!grant.ok()) return grant.status();
  if (ctl.PrintedAsJson(*grant)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{
      {"grant", grant->grant_id()},
      {"state", Label(grant->state())},
      {"customer", grant->customer_id()},
      {"order", grant->order_id()},
      {"amount", absl::StrCat(MoneyText(grant->amount()), " in ", Label(grant->tender()))},
      {"reason", grant->reason()},
      {"proposed", absl::StrCat(TimeText(grant->create_time()), " by ", grant->requested_by())},
      {"decided by", grant->decided_by()},
  });
  return absl::OkStatus();
}

struct Movement {
  std::string customer, order, amount, reason;
  bool points = false;
};

void Declare(CLI::App& app, Movement& a) {
  app.add_option("--customer", a.customer, "Whose")->required();
  app.add_option("--amount", a.amount, "\"12.34 CNY\"")->required();
  app.add_flag("--points", a.points, "Points instead of store credit");
}
void DeclareGrant(CLI::App& app, Movement& a) {
  Declare(app, a);
  app.add_option("--order", a.order, "Order that it is about");
  app.add_option("--reason", a.reason, "Why")->required();
}
void DeclareSpend(CLI::App& app, Movement& a) {
  Declare(app, a);
  app.add_option("--order", a.order, "Order that is paid with it")->required();
}

template <class Request>
absl::StatusOr<Request> Fill(Ctl& ctl, const Movement& a) {
  Request request;
  request.set_customer_id(a.customer);
  request.set_order_id(a.order);
  request.set_tender(a.points ? pb::CREDIT_TENDER_POINTS : pb::CREDIT_TENDER_STORE_CREDIT);
  HUIYIN_ASSIGN_OR_RETURN(*request.mutable_amount(), ParseMoney(a.amount));
  request.set_request_id(ctl.NewId());
  return request;
}

absl::Status Grant(Ctl& ctl, const Movement& a) {
  HUIYIN_ASSIGN_OR_RETURN(auto request, Fill<pb::GrantCreditRequest>(ctl, a));
  request.set_reason(a.reason);
  return Show(ctl, client::Call(ctl.connection(), &Stub::GrantCredit, request));
}

absl::Status Spend(Ctl& ctl, const Movement& a) {
  HUIYIN_ASSIGN_OR_RETURN(const auto request, Fill<pb::SpendCreditRequest>(ctl, a));
  HUIYIN_ASSIGN_OR_RETURN(const auto left,
                          client::Call(ctl.connection(), &Stub::SpendCredit, request));
  if (!ctl.PrintedAsJson(left)) ctl.out << "Left: " << MoneyText(left.amount()) << ".\n";
  return absl::OkStatus();
}

struct Named {
  std::string grant;
};
void Declare(CLI::App& app, Named& a) {
  app.add_option("grant", a.grant, "Id or resource name")->required();
}

template <bool kYes>
absl::Status Decide(Ctl& ctl, const Named& a) {
  pb::DecideCreditRequest request;
  request.set_name(a.grant);
  request.set_grant(kYes);
  request.set_request_id(ctl.NewId());
  return Show(ctl, client::Call(ctl.connection(), &Stub::DecideCredit, request));
}

struct Whose {
  std::string customer;
};
void Declare(CLI::App& app, Whose& a) {
  app.add_option("customer", a.customer, "Customer")->required();
}

absl::Status Balance(Ctl& ctl, const Whose& a) {
  pb::GetCreditBalancesRequest request;
  request.set_customer_id(a.customer);
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::GetCreditBalances, request));
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  terminal::Table table({{"in"}, {"amount", true}});
  for (const auto& each : answer.balances()) {
    table.Add({Label(each.tender()), MoneyText(each.amount())});
  }
  ctl.Print(table, "Nothing.");
  return absl::OkStatus();
}

}  // namespace

void AddCreditCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& credit = Group(app, "credit", "Store credit and points of customers");
  Command<Movement>(credit, ctl, "grant", "Goodwill; above an agent's limit a lead decides",
                    DeclareGrant, Grant);
  Command<Named>(credit, ctl, "approve", "Grant one that waits", Declare, Decide<true>);
  Command<Named>(credit, ctl, "reject", "Refuse one that waits", Declare, Decide<false>);
  Command<Movement>(credit, ctl, "spend", "A customer pays an order with it", DeclareSpend, Spend);
  Command<Whose>(credit, ctl, "balance", "What a customer holds", Declare, Balance);
}

}  // namespace huiyin::ctl
