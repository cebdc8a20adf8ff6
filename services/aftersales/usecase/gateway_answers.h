// The durable half of talking to a payment gateway: what is recorded before it is called, and what
// its answers do. No call is ever made inside these transactions.
#pragma once

#include <map>
#include <string>

#include "services/aftersales/usecase/payment_gateway.h"
#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct GatewayTiming {
  // After a claim the refund belongs to the claimer for so long; then another may ask about it.
  absl::Duration lease = absl::Seconds(60);
  // How soon an UNKNOWN or pending refund is asked about again, doubling up to the second.
  absl::Duration first_ask = absl::Seconds(2);
  absl::Duration last_ask = absl::Minutes(10);
  // The gateway keeps idempotency keys for at least so long after the first call. Later it is only
  // asked.
  absl::Duration key_retention = absl::Hours(24);
  // The same for gateways that keep them for another time.
  std::map<std::string, absl::Duration, std::less<>> key_retention_of = {};
};

// What the claimer must do with a refund, after the claim has committed.
struct ClaimedRefund {
  TenantId tenant;
  OrderId order;
  RefundId refund;
  GatewayRefund call;
  bool ask_first = false;       // it may have reached the gateway before: Find, not Refund
  bool may_call_again = false;  // when the gateway then says kNotFound
};

// Takes up to `limit` refunds that are due: APPROVED ones become SUBMITTED, all get the lease. A
// refund that somebody changes at the same time is left for the next round.
absl::StatusOr<std::vector<ClaimedRefund>> ClaimRefunds(Unit& unit, const GatewayTiming& timing,
                                                        size_t limit);

// Records what the gateway said about a refund of the order. Repeats, late and contradicting
// answers are harmless: what is final stays.
absl::Status RecordAnswer(Unit& unit, const TenantId& tenant, const OrderId& order,
                          const RefundId& refund, const GatewayAnswer& answer,
                          const GatewayTiming& timing);

// The same for a callback, and RecordChargeback for one that tells of a chargeback. NOT_FOUND when
// no refund (no payment) of the tenant is meant.
absl::Status RecordNotice(Unit& unit, const Caller& caller, const GatewayNotice& notice,
                          const GatewayTiming& timing);

// SubmitWork key of everything that belongs to an order.
uint64_t OrderKey(const TenantId& tenant, const OrderId& order);

}  // namespace huiyin::aftersales
