#include "services/aftersales/domain/policy/policy.h"

namespace huiyin::aftersales {

std::string_view DefaultPolicyYaml() {
  return R"yaml(# What applies when a tenant has published no policy of its own. Amounts are minor units.
version: default-1
# What an agent may refund as goodwill without a second person.
agent_refund_limit: {CNY: 20000, USD: 3000, EUR: 3000, GBP: 2500, JPY: 4000, KRW: 40000, TWD: 90000, HKD: 23000, BRL: 15000, MXN: 50000, THB: 100000, VND: 700000, IDR: 45000000, AED: 11000, KWD: 9000, KZT: 1400000}
rules:
  # What cannot be sold again once it has been with a customer. A fault of ours is another matter.
  - id: non-returnable.no-fault
    kind: non_returnable
    when:
      kinds: [RETURN_REFUND, EXCHANGE]
      reasons: [NO_LONGER_WANTED, WRONG_SIZE, LATE_DELIVERY, OTHER]
      flags: [HYGIENE, PERISHABLE, CUSTOM_MADE, DIGITAL]
  - id: non-returnable.hazardous
    kind: non_returnable
    when: {kinds: [RETURN_REFUND, EXCHANGE, REPAIR], reasons: [NO_LONGER_WANTED], flags: [HAZARDOUS]}

  # Windows count from delivery. The first that fits counts.
  - id: window.safety
    kind: return_window
    when: {reasons: [SAFETY_HAZARD]}
    days: 730
  - id: window.perishable
    kind: return_window
    when: {flags: [PERISHABLE]}
    days: 3
  - id: window.warranty
    kind: return_window
    when: {kinds: [REPAIR]}
    days: 365
  - id: window.defect.eu
    kind: return_window
    when:
      reasons: [DEFECTIVE, NOT_AS_DESCRIBED]
      countries: [AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GB, GR, HR, HU, IE, IT, LT, LU, LV, MT, NL, PL, PT, RO, SE, SI, SK]
    days: 730
  - id: window.defect.durable
    kind: return_window
    when: {reasons: [DEFECTIVE], categories: [PHONE, ELECTRONICS, APPLIANCE]}
    days: 90
  - id: window.fault
    kind: return_window
    when: {reasons: [NOT_AS_DESCRIBED, WRONG_ITEM, MISSING_PARTS, DAMAGED_IN_TRANSIT, DEFECTIVE, SPOILED]}
    days: 30
  - id: window.no-reason.vip
    kind: return_window
    when: {tiers: [VIP], countries: [CN]}
    days: 15
  - id: window.no-reason.cn
    kind: return_window
    when: {countries: [CN]}
    days: 7
  - id: window.no-reason.us
    kind: return_window
    when: {countries: [US, CA]}
    days: 30
  - id: window.no-reason
    kind: return_window
    days: 14

  # Opened packages of no-reason returns may cost a fee; faults never do. None by default.

  # Who caused it pays the way out.
  - id: shipping.our-fault
    kind: refund_shipping
    when: {reasons: [NOT_AS_DESCRIBED, WRONG_ITEM, MISSING_PARTS, DAMAGED_IN_TRANSIT, DEFECTIVE, SAFETY_HAZARD, SPOILED, LATE_DELIVERY]}
  - id: shipping.withdrawal.eu
    kind: refund_shipping
    when:
      countries: [AT, BE, BG, CY, CZ, DE, DK, EE, ES, FI, FR, GB, GR, HR, HU, IE, IT, LT, LU, LV, MT, NL, PL, PT, RO, SE, SI, SK]

  # Sending back what is worth less than the parcel helps nobody.
  - id: keep.low-value
    kind: keep_goods
    when: {reasons: [NOT_AS_DESCRIBED, WRONG_ITEM, MISSING_PARTS, DAMAGED_IN_TRANSIT, DEFECTIVE, SPOILED]}
    up_to: {CNY: 2000, USD: 500, EUR: 500, GBP: 400, JPY: 500, KRW: 5000, TWD: 10000, HKD: 3000, BRL: 2000, MXN: 6000, THB: 12000, VND: 80000, IDR: 5000000, AED: 1500, KWD: 1000, KZT: 150000}

  - id: auto.limit
    kind: auto_approval
    refund_up_to: {CNY: 500000, USD: 70000, EUR: 65000, GBP: 55000, JPY: 100000, KRW: 900000, TWD: 2200000, HKD: 550000, BRL: 350000, MXN: 1200000, THB: 2400000, VND: 17000000, IDR: 1100000000, AED: 250000, KWD: 210000, KZT: 33000000}

  - id: risk.serial-returner
    kind: risk
    recent_rmas: 10

  - id: ship-by.default
    kind: ship_by
    days: 14

  - id: inspection.our-fault
    kind: inspection
    when: {reasons: [NOT_AS_DESCRIBED, WRONG_ITEM, MISSING_PARTS, DAMAGED_IN_TRANSIT, DEFECTIVE, SAFETY_HAZARD, SPOILED]}
    AS_NEW: 10000
    OPENED: 10000
    DAMAGED: 10000
    WRONG_ITEM: 0
    MISSING: 0
  - id: inspection.no-fault
    kind: inspection
    AS_NEW: 10000
    OPENED: 9000
    DAMAGED: 5000
    WRONG_ITEM: 0
    MISSING: 0
)yaml";
}

}  // namespace huiyin::aftersales
