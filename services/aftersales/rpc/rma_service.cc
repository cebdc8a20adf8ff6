#include "absl/hash/hash.h"
#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/rpc/rma_calls.h"
#include "services/aftersales/rpc/rma_fields.h"
#include "services/aftersales/rpc/run.h"
#include "services/aftersales/rpc/service.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/exchanges.h"
#include "services/aftersales/usecase/split_rma.h"

namespace huiyin::aftersales {
namespace {

constexpr rpc::PageLimits kRmasPerPage = {.standard = 50, .maximum = 1000};

class Service final : public v1::RmaService::CallbackService {
 public:
  Service(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)), calls_(methods_, parts_) {}

  grpc::ServerUnaryReactor* GetReturnOptions(grpc::CallbackServerContext* context,
                                             const v1::GetReturnOptionsRequest* request,
                                             v1::GetReturnOptionsResponse* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx, const v1::GetReturnOptionsRequest& in)
            -> absl::StatusOr<v1::GetReturnOptionsResponse> {
          HUIYIN_ASSIGN_OR_RETURN(const ReturnOptionsQuery query, FromProto(ctx.caller.tenant, in));
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::GetReturnOptionsResponse> {
            HUIYIN_ASSIGN_OR_RETURN(const ReturnOptions options,
                                    aftersales::GetReturnOptions(view, ctx.caller, query));
            return ToProto(options);
          });
        });
  }

  grpc::ServerUnaryReactor* CreateRma(grpc::CallbackServerContext* context,
                                      const v1::CreateRmaRequest* request,
                                      v1::Rma* response) override {
    struct Command {
      CreateRmaCommand create;
      uint64_t key;
    };
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext& ctx,
           const v1::CreateRmaRequest& in) -> absl::StatusOr<Command> {
          HUIYIN_ASSIGN_OR_RETURN(CreateRmaCommand command, FromProto(ctx.caller.tenant, in));
          const uint64_t key = OrderKey(ctx.caller.tenant, command.order);
          return Command{std::move(command), key};
        },
        [](const Command& command) { return command.key; },
        [this](const rpc::RequestContext& ctx, const Command& command, db::Transaction& tx) {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::Rma> {
            HUIYIN_ASSIGN_OR_RETURN(const RmaView picture,
                                    aftersales::CreateRma(unit, ctx.caller, command.create));
            return ToProto(ctx.caller.tenant, picture);
          });
        });
  }

  grpc::ServerUnaryReactor* GetRma(grpc::CallbackServerContext* context,
                                   const v1::GetRmaRequest* request, v1::Rma* response) override {
    return calls_.Show(context, request, response,
                       [](View& view, const Caller& caller, Rma rma) -> absl::StatusOr<v1::Rma> {
                         HUIYIN_ASSIGN_OR_RETURN(
                             const RmaView picture,
                             ViewRma(view.store, caller.tenant, std::move(rma)));
                         return ToProto(caller.tenant, picture);
                       });
  }

  grpc::ServerUnaryReactor* ListRmas(grpc::CallbackServerContext* context,
                                     const v1::ListRmasRequest* request,
                                     v1::ListRmasResponse* response) override {
    return methods_.Read(context, request, response,
                         [this](const rpc::RequestContext& ctx, const v1::ListRmasRequest& in) {
                           return List(ctx, in);
                         });
  }

  grpc::ServerUnaryReactor* ListRmaActions(grpc::CallbackServerContext* context,
                                           const v1::ListRmaActionsRequest* request,
                                           v1::ListRmaActionsResponse* response) override {
    return calls_.Show(context, request, response,
                       [](View&, const Caller& caller,
                          const Rma& rma) -> absl::StatusOr<v1::ListRmaActionsResponse> {
                         v1::ListRmaActionsResponse out;
                         for (const Action& action : rma.actions) {
                           *out.add_actions() = ToProto(action, ActsAsCustomer(caller));
                         }
                         return out;
                       });
  }

  grpc::ServerUnaryReactor* ApproveRma(grpc::CallbackServerContext* context,
                                       const v1::ApproveRmaRequest* request,
                                       v1::Rma* response) override {
    return calls_.Change(
        context, request, response, [](const v1::ApproveRmaRequest& in, InputCheck& check) {
          CheckText(in.note(), "note", 0, kMaxNote, check);
          return [lines = UnitsOf(in.lines(), 0, "lines", check), note = in.note()](
                     Unit& unit, const Caller& caller, const RmaTarget& target) {
            return aftersales::ApproveRma(unit, caller, target, lines, note);
          };
        });
  }

  grpc::ServerUnaryReactor* AddRmaEvidence(grpc::CallbackServerContext* context,
                                           const v1::AddRmaEvidenceRequest* request,
                                           v1::Rma* response) override {
    return calls_.Change(
        context, request, response, [](const v1::AddRmaEvidenceRequest& in, InputCheck& check) {
          CheckText(in.rma_line_id(), "rma_line_id", 1, 64, check);
          CheckText(in.note(), "note", 0, kMaxNote, check);
          check.Require(in.evidence_ids_size() > 0, "evidence_ids", "must not be empty");
          return [line = in.rma_line_id(), note = in.note(),
                  ids = UploadsOf(in.evidence_ids(), "evidence_ids", check)](
                     Unit& unit, const Caller& caller, const RmaTarget& target) {
            return aftersales::AddRmaEvidence(unit, caller, target, line, ids, note);
          };
        });
  }

  grpc::ServerUnaryReactor* RejectRma(grpc::CallbackServerContext* context,
                                      const v1::RejectRmaRequest* request,
                                      v1::Rma* response) override {
    return calls_.ChangeWithNote(context, request, response, 1, aftersales::RejectRma);
  }

  grpc::ServerUnaryReactor* AppealRma(grpc::CallbackServerContext* context,
                                      const v1::AppealRmaRequest* request,
                                      v1::Rma* response) override {
    return calls_.ChangeWithNote(context, request, response, 1, aftersales::AppealRma);
  }

  grpc::ServerUnaryReactor* CancelRma(grpc::CallbackServerContext* context,
                                      const v1::CancelRmaRequest* request,
                                      v1::Rma* response) override {
    return calls_.ChangeWithNote(context, request, response, 0, aftersales::CancelRma);
  }

  grpc::ServerUnaryReactor* ExtendRma(grpc::CallbackServerContext* context,
                                      const v1::ExtendRmaRequest* request,
                                      v1::Rma* response) override {
    return calls_.Change(context, request, response,
                         [](const v1::ExtendRmaRequest& in, InputCheck& check) {
                           check.Require(in.has_ship_by(), "ship_by", "is mandatory");
                           return [ship_by = rpc::FromProto(in.ship_by())](
                                      Unit& unit, const Caller& caller, const RmaTarget& target) {
                             return aftersales::ExtendRma(unit, caller, target, ship_by);
                           };
                         });
  }

  grpc::ServerUnaryReactor* MarkRmaShipped(grpc::CallbackServerContext* context,
                                           const v1::MarkRmaShippedRequest* request,
                                           v1::Rma* response) override {
    return calls_.ChangeWithParcel(context, request, response, aftersales::ShipRma);
  }

  grpc::ServerUnaryReactor* ReceiveRma(grpc::CallbackServerContext* context,
                                       const v1::ReceiveRmaRequest* request,
                                       v1::Rma* response) override {
    return calls_.Change(
        context, request, response, [](const v1::ReceiveRmaRequest& in, InputCheck& check) {
          return [lines = UnitsOf(in.lines(), 1, "lines", check), surplus = SurplusOf(in, check)](
                     Unit& unit, const Caller& caller, const RmaTarget& target) {
            return aftersales::ReceiveRma(unit, caller, target, lines, surplus);
          };
        });
  }

  grpc::ServerUnaryReactor* InspectRma(grpc::CallbackServerContext* context,
                                       const v1::InspectRmaRequest* request,
                                       v1::Rma* response) override {
    return calls_.Change(context, request, response,
                         [](const v1::InspectRmaRequest& in, InputCheck& check) {
                           return [units = GradedUnitsOf(in, check)](
                                      Unit& unit, const Caller& caller, const RmaTarget& target) {
                             return aftersales::InspectRma(unit, caller, target, units);
                           };
                         });
  }

  grpc::ServerUnaryReactor* ShipRmaBack(grpc::CallbackServerContext* context,
                                        const v1::ShipRmaBackRequest* request,
                                        v1::Rma* response) override {
    return calls_.ChangeWithParcel(context, request, response, aftersales::ShipRmaBack);
  }

  grpc::ServerUnaryReactor* MarkRmaLost(grpc::CallbackServerContext* context,
                                        const v1::MarkRmaLostRequest* request,
                                        v1::Rma* response) override {
    return calls_.ChangeWithNote(context, request, response, 0, aftersales::LoseParcel);
  }

  grpc::ServerUnaryReactor* WriteOffRma(grpc::CallbackServerContext* context,
                                        const v1::WriteOffRmaRequest* request,
                                        v1::Rma* response) override {
    return calls_.ChangeWithNote(context, request, response, 0, aftersales::WriteOffRma);
  }

  grpc::ServerUnaryReactor* SplitRma(grpc::CallbackServerContext* context,
                                     const v1::SplitRmaRequest* request,
                                     v1::Rma* response) override {
    return calls_.Change(
        context, request, response, [](const v1::SplitRmaRequest& in, InputCheck& check) {
          CheckText(in.note(), "note", 0, kMaxNote, check);
          check.Require(in.lines_size() > 0, "lines", "must not be empty");
          return [lines = UnitsOf(in.lines(), 1, "lines", check), note = in.note()](
                     Unit& unit, const Caller& caller, const RmaTarget& target) {
            return aftersales::SplitRma(unit, caller, target, lines, note);
          };
        });
  }

  grpc::ServerUnaryReactor* OfferExchange(grpc::CallbackServerContext* context,
                                          const v1::OfferExchangeRequest* request,
                                          v1::Rma* response) override {
    return calls_.Change(
        context, request, response, [](const v1::OfferExchangeRequest& in, InputCheck& check) {
          CheckText(in.rma_line_id(), "rma_line_id", 1, 64, check);
          CheckText(in.sku(), "sku", 0, 64, check);
          return [line = in.rma_line_id(), sku = in.sku(), instant = in.instant()](
                     Unit& unit, const Caller& caller, const RmaTarget& target) {
            return aftersales::OfferExchange(unit, caller, target, line, sku, instant);
          };
        });
  }

  grpc::ServerUnaryReactor* ConfirmExchange(grpc::CallbackServerContext* context,
                                            const v1::ConfirmExchangeRequest* request,
                                            v1::Rma* response) override {
    return calls_.Change(
        context, request, response, [](const v1::ConfirmExchangeRequest& in, InputCheck& check) {
          CheckText(in.rma_line_id(), "rma_line_id", 1, 64, check);
          return [line = in.rma_line_id(), asked = MoneyOf(in.asked(), "asked", check)](
                     Unit& unit, const Caller& caller, const RmaTarget& target) {
            return aftersales::ConfirmExchange(unit, caller, target, line, asked);
          };
        });
  }

  grpc::ServerUnaryReactor* DeclineExchange(grpc::CallbackServerContext* context,
                                            const v1::DeclineExchangeRequest* request,
                                            v1::Rma* response) override {
    return calls_.Change(context, request, response,
                         [](const v1::DeclineExchangeRequest& in, InputCheck& check) {
                           CheckText(in.rma_line_id(), "rma_line_id", 1, 64, check);
                           CheckText(in.note(), "note", 0, kMaxNote, check);
                           return [line = in.rma_line_id(), note = in.note()](
                                      Unit& unit, const Caller& caller, const RmaTarget& target) {
                             return aftersales::DeclineExchange(unit, caller, target, line, note);
                           };
                         });
  }

  grpc::ServerUnaryReactor* RecordExchangePayment(grpc::CallbackServerContext* context,
                                                  const v1::RecordExchangePaymentRequest* request,
                                                  v1::Rma* response) override {
    return calls_.Change(context, request, response,
                         [](const v1::RecordExchangePaymentRequest& in, InputCheck& check) {
                           CheckText(in.rma_line_id(), "rma_line_id", 1, 64, check);
                           CheckText(in.payment(), "payment", 1, 64, check);
                           return [line = in.rma_line_id(), payment = in.payment(),
                                   amount = MoneyOf(in.amount(), "amount", check)](
                                      Unit& unit, const Caller& caller, const RmaTarget& target) {
                             return aftersales::RecordExchangePayment(unit, caller, target, line,
                                                                      payment, amount);
                           };
                         });
  }

  grpc::ServerUnaryReactor* MarkRmaBackDelivered(grpc::CallbackServerContext* context,
                                                 const v1::MarkRmaBackDeliveredRequest* request,
                                                 v1::Rma* response) override {
    return calls_.Change(context, request, response,
                         [](const v1::MarkRmaBackDeliveredRequest&, InputCheck&) {
                           return [](Unit& unit, const Caller& caller, const RmaTarget& target) {
                             return aftersales::DeliverRmaBack(unit, caller, target);
                           };
                         });
  }

 private:
  absl::StatusOr<v1::ListRmasResponse> List(const rpc::RequestContext& ctx,
                                            const v1::ListRmasRequest& in) {
    HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kRmasPerPage));
    const RmaFilter filter = FilterOf(in);
    return Look(parts_, [&](View& view) -> absl::StatusOr<v1::ListRmasResponse> {
      v1::ListRmasResponse out;
      const size_t size = static_cast<size_t>(page.size);
      HUIYIN_ASSIGN_OR_RETURN(std::vector<RmaView> rmas,
                              aftersales::ListRmas(view, ctx.caller, filter,
                                                   {.size = size + 1, .after = page.position}));
      const bool more = rmas.size() > size;
      if (more) rmas.pop_back();
      for (const RmaView& rma : rmas) *out.add_rmas() = ToProto(ctx.caller.tenant, rma);
      if (more) out.set_next_page_token(page.Next(rmas.back().rma.id.value()));
      return out;
    });
  }

  rpc::Methods& methods_;
  const ServiceParts parts_;
  RmaCalls calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRmaService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::aftersales
