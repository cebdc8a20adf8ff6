#include "absl/hash/hash.h"
#include "huiyin/aftersales/v1/credit_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/proto_time.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/rpc/run.h"
#include "services/aftersales/rpc/service.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/credit.h"

namespace huiyin::aftersales {
namespace {

void Set(const Money& money, huiyin::common::v1::Money& out) {
  out.set_minor_units(money.minor());
  out.set_currency(money.currency());
}

v1::CreditGrant ToProto(const TenantId& tenant, const CreditGrant& grant) {
  v1::CreditGrant out;
  out.set_name(Concat("tenants/", tenant.value(), "/creditGrants/", grant.id));
  out.set_grant_id(grant.id);
  out.set_customer_id(grant.customer.value());
  out.set_order_id(grant.order.value());
  out.set_tender(static_cast<v1::CreditTender>(grant.tender));
  Set(grant.amount, *out.mutable_amount());
  out.set_state(static_cast<v1::CreditGrantState>(grant.state));
  out.set_reason(grant.reason);
  out.set_requested_by(grant.requested_by);
  out.set_decided_by(grant.decided_by);
  *out.mutable_create_time() = rpc::ToProto(grant.created);
  if (grant.decided) *out.mutable_decide_time() = rpc::ToProto(*grant.decided);
  return out;
}

v1::CreditBalance ToProto(const CreditBalance& balance) {
  v1::CreditBalance out;
  out.set_tender(static_cast<v1::CreditTender>(balance.tender));
  Set(balance.amount, *out.mutable_amount());
  return out;
}

// What granting and spending have in common.
template <class In>
void CheckMovement(const In& in, InputCheck& check) {
  CheckRequestId(in.request_id(), check);
  CheckText(in.customer_id(), "customer_id", 1, 64, check);
  check.Require(
      in.tender() == v1::CREDIT_TENDER_STORE_CREDIT || in.tender() == v1::CREDIT_TENDER_POINTS,
      "tender", "must be STORE_CREDIT or POINTS");
  check.Require(in.amount().minor_units() > 0 && in.amount().minor_units() <= kMaxOrderMinor,
                "amount.minor_units", "must be above 0 and at most 10^15");
  check.Require(CurrencyExponent(in.amount().currency()).ok(), "amount.currency",
                "must be an ISO 4217 code");
}
Money AmountOf(const huiyin::common::v1::Money& in) { return {in.minor_units(), in.currency()}; }

struct Decision {
  std::string grant;
  bool yes = false;
};

class Service final : public v1::CreditService::CallbackService {
 public:
  Service(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* GrantCredit(grpc::CallbackServerContext* context,
                                        const v1::GrantCreditRequest* request,
                                        v1::CreditGrant* response) override {
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext&,
           const v1::GrantCreditRequest& in) -> absl::StatusOr<GrantCreditCommand> {
          InputCheck check;
          CheckMovement(in, check);
          CheckText(in.order_id(), "order_id", 0, 64, check);
          CheckText(in.reason(), "reason", 1, 1000, check);
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return GrantCreditCommand{.customer = CustomerId(in.customer_id()),
                                    .order = OrderId(in.order_id()),
                                    .tender = static_cast<Tender>(in.tender()),
                                    .amount = AmountOf(in.amount()),
                                    .reason = in.reason()};
        },
        [](const GrantCreditCommand& command) { return absl::HashOf(command.customer); },
        [this](const rpc::RequestContext& ctx, const GrantCreditCommand& command,
               db::Transaction& tx) {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::CreditGrant> {
            HUIYIN_ASSIGN_OR_RETURN(const CreditGrant grant,
                                    aftersales::GrantCredit(unit, ctx.caller, command));
            return ToProto(ctx.caller.tenant, grant);
          });
        });
  }

  grpc::ServerUnaryReactor* DecideCredit(grpc::CallbackServerContext* context,
                                         const v1::DecideCreditRequest* request,
                                         v1::CreditGrant* response) override {
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext& ctx,
           const v1::DecideCreditRequest& in) -> absl::StatusOr<Decision> {
          InputCheck check;
          CheckRequestId(in.request_id(), check);
          Decision decision{IdOf(ctx.caller.tenant, "creditGrants", in.name(), "name", check),
                            in.grant()};
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return decision;
        },
        [](const Decision& decision) { return absl::HashOf(decision.grant); },
        [this](const rpc::RequestContext& ctx, const Decision& decision, db::Transaction& tx) {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::CreditGrant> {
            HUIYIN_ASSIGN_OR_RETURN(
                const CreditGrant grant,
                aftersales::DecideCredit(unit, ctx.caller, decision.grant, decision.yes));
            return ToProto(ctx.caller.tenant, grant);
          });
        });
  }

  grpc::ServerUnaryReactor* SpendCredit(grpc::CallbackServerContext* context,
                                        const v1::SpendCreditRequest* request,
                                        v1::CreditBalance* response) override {
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext&,
           const v1::SpendCreditRequest& in) -> absl::StatusOr<SpendCreditCommand> {
          InputCheck check;
          CheckMovement(in, check);
          CheckText(in.order_id(), "order_id", 1, 64, check);
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return SpendCreditCommand{.customer = CustomerId(in.customer_id()),
                                    .order = OrderId(in.order_id()),
                                    .tender = static_cast<Tender>(in.tender()),
                                    .amount = AmountOf(in.amount())};
        },
        [](const SpendCreditCommand& command) { return absl::HashOf(command.customer); },
        [this](const rpc::RequestContext& ctx, const SpendCreditCommand& command,
               db::Transaction& tx) {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::CreditBalance> {
            HUIYIN_ASSIGN_OR_RETURN(const Money left,
                                    aftersales::SpendCredit(unit, ctx.caller, command));
            return ToProto(CreditBalance{command.tender, left});
          });
        });
  }

  grpc::ServerUnaryReactor* GetCreditBalances(grpc::CallbackServerContext* context,
                                              const v1::GetCreditBalancesRequest* request,
                                              v1::GetCreditBalancesResponse* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx, const v1::GetCreditBalancesRequest& in)
            -> absl::StatusOr<v1::GetCreditBalancesResponse> {
          const std::string customer =
              ActsAsCustomer(ctx.caller) ? ctx.caller.subject : in.customer_id();
          if (customer.empty()) return BadInput({{"customer_id", "is mandatory"}});
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::GetCreditBalancesResponse> {
            v1::GetCreditBalancesResponse out;
            HUIYIN_ASSIGN_OR_RETURN(
                const std::vector<CreditBalance> balances,
                view.store.CreditBalances(ctx.caller.tenant, CustomerId(customer)));
            for (const CreditBalance& balance : balances) *out.add_balances() = ToProto(balance);
            return out;
          });
        });
  }

 private:
  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeCreditService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::aftersales
