#include "services/aftersales/usecase/return_shipment.h"

#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {

absl::StatusOr<ReturnShipmentView> GetReturnShipment(View& view, const Caller& caller,
                                                     const RmaId& id) {
  HUIYIN_ASSIGN_OR_RETURN(const Rma rma, GetRma(view.store, caller, id));
  if (rma.approval != Approval::kApproved) {
    return Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
                 Concat("only goods of approved RMAs come back; this one is ", Name(rma.approval)),
                 {{"approval", std::string(Name(rma.approval))}});
  }
  HUIYIN_ASSIGN_OR_RETURN(const Order order, GetOrder(view.store, caller, rma.order));
  HUIYIN_ASSIGN_OR_RETURN(const Judgement judgement, GetJudgement(view.store, caller.tenant, rma));
  return ReturnShipmentView{PlanReturn(order, rma, judgement.verdict), order.currency};
}

}  // namespace huiyin::aftersales
