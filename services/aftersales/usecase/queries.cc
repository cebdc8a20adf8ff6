#include "services/aftersales/usecase/queries.h"

#include <algorithm>

#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {

absl::StatusOr<std::vector<Refund>> RefundsOf(Store& store, const TenantId& tenant,
                                              const Rma& rma) {
  const bool any = std::any_of(rma.actions.begin(), rma.actions.end(), [](const Action& action) {
    return action.type == ActionType::kRefundRequested;
  });
  if (!any) return std::vector<Refund>();
  RefundFilter filter;
  filter.rma = rma.id;
  return store.ListRefunds(tenant, filter, {.size = 1000});
}

absl::StatusOr<RmaView> ViewRma(Store& store, const TenantId& tenant, Rma rma) {
  RmaView view;
  HUIYIN_ASSIGN_OR_RETURN(Judgement judgement, GetJudgement(store, tenant, rma));
  view.verdict = std::move(judgement.verdict);
  HUIYIN_ASSIGN_OR_RETURN(view.refunds, RefundsOf(store, tenant, rma));
  view.rma = std::move(rma);
  return view;
}

absl::StatusOr<std::vector<Order>> ListOrders(View& view, const Caller& caller, OrderFilter filter,
                                              const Page& page) {
  if (ActsAsCustomer(caller)) filter.customer = CustomerId(caller.subject);
  return view.store.ListOrders(caller.tenant, filter, page);
}

absl::StatusOr<std::vector<RmaView>> ListRmas(View& view, const Caller& caller, RmaFilter filter,
                                              const Page& page) {
  if (ActsAsCustomer(caller)) filter.customer = CustomerId(caller.subject);
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Rma> rmas, view.store.ListRmas(caller.tenant, filter, page));
  std::vector<RmaView> views;
  for (Rma& rma : rmas) {
    HUIYIN_ASSIGN_OR_RETURN(RmaView each, ViewRma(view.store, caller.tenant, std::move(rma)));
    views.push_back(std::move(each));
  }
  return views;
}

absl::StatusOr<std::vector<Refund>> ListRefunds(View& view, const Caller& caller,
                                                RefundFilter filter, const Page& page) {
  if (ActsAsCustomer(caller)) filter.customer = CustomerId(caller.subject);
  return view.store.ListRefunds(caller.tenant, filter, page);
}

}  // namespace huiyin::aftersales
