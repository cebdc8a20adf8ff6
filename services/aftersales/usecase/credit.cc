#include "services/aftersales/usecase/credit.h"

#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {
namespace {

// So long what an agent granted a customer counts against the agent's limit, so that it is not
// passed in pieces.
constexpr absl::Duration kLimitWindow = absl::Hours(30 * 24);

absl::StatusOr<bool> MayGrant(Unit& unit, const Caller& caller, const GrantCreditCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const PolicyPtr policy, unit.policies.InForce(unit.store, caller.tenant));
  if (!MayApprove(caller, *policy, command.amount)) return false;
  const std::string& currency = command.amount.currency();
  HUIYIN_ASSIGN_OR_RETURN(const int64_t granted,
                          unit.store.GrantedAlone(caller.tenant, command.customer, caller.subject,
                                                  currency, unit.clock.Now() - kLimitWindow));
  return MayApprove(caller, *policy, Money(granted + command.amount.minor(), currency));
}

absl::Status Book(Unit& unit, const TenantId& tenant, const CreditGrant& grant) {
  HUIYIN_RETURN_IF_ERROR(
      unit.store.MoveCredit(tenant, grant.customer, grant.tender, grant.amount).status());
  return unit.store.AppendLedger(tenant, BookGrant(grant, unit.clock.Now()));
}

}  // namespace

absl::StatusOr<CreditGrant> GrantCredit(Unit& unit, const Caller& caller,
                                        const GrantCreditCommand& command) {
  if (!command.order.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const Order order, GetOrder(unit.store, caller, command.order));
    if (order.customer != command.customer) return NotFound("order", command.order.value());
  }
  CreditGrant grant{.id = unit.ids.NewId(),
                    .customer = command.customer,
                    .order = command.order,
                    .tender = command.tender,
                    .amount = command.amount,
                    .reason = command.reason,
                    .requested_by = caller.subject,
                    .created = unit.clock.Now()};
  HUIYIN_ASSIGN_OR_RETURN(const bool alone, MayGrant(unit, caller, command));
  if (alone) {
    grant.state = GrantState::kGranted;
    grant.decided_by = caller.subject;
    grant.decided = grant.created;
    HUIYIN_RETURN_IF_ERROR(Book(unit, caller.tenant, grant));
  }
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertGrant(caller.tenant, grant));
  return grant;
}

absl::StatusOr<CreditGrant> DecideCredit(Unit& unit, const Caller& caller, const std::string& id,
                                         bool yes) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<CreditGrant> grant,
                          unit.store.FindGrant(caller.tenant, id));
  if (!grant) return NotFound("credit grant", id);
  if (grant->requested_by == caller.subject) {
    return Error(absl::StatusCode::kPermissionDenied, "FOUR_EYES",
                 "compensation is decided by somebody else than who proposed it");
  }
  grant->state = yes ? GrantState::kGranted : GrantState::kRejected;
  grant->decided_by = caller.subject;
  grant->decided = unit.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(const bool waited, unit.store.DecideGrant(caller.tenant, *grant));
  if (!waited) {
    return Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
                 "this compensation is decided already");
  }
  if (yes) HUIYIN_RETURN_IF_ERROR(Book(unit, caller.tenant, *grant));
  return *std::move(grant);
}

absl::StatusOr<Money> SpendCredit(Unit& unit, const Caller& caller,
                                  const SpendCreditCommand& command) {
  const Money& amount = command.amount;
  HUIYIN_ASSIGN_OR_RETURN(const int64_t left,
                          unit.store.MoveCredit(caller.tenant, command.customer, command.tender,
                                                Money(-amount.minor(), amount.currency())));
  HUIYIN_RETURN_IF_ERROR(unit.store.AppendLedger(
      caller.tenant,
      BookSpending(unit.ids.NewId(), command.order, command.tender, amount, unit.clock.Now())));
  return Money(left, amount.currency());
}

}  // namespace huiyin::aftersales
