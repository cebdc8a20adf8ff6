// What aftersales tells the world, as use cases see it: facts to be published with the transaction
// that made them true. One Publisher works inside one transaction; not thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/aftersales/domain/order.h"
#include "services/aftersales/domain/refund.h"
#include "services/aftersales/domain/rma.h"
#include "services/aftersales/domain/steps.h"

namespace huiyin::aftersales {

struct RmaDecision {
  bool approved = false;
  std::string policy_version;
  std::vector<std::string> rule_ids;
  std::string decided_by;  // "policy" or an agent's id
  std::string reason;      // of a refusal
};

// What a customer should be told; see huiyin.event.v1.CustomerNotice.
struct CustomerNotice {
  std::string template_key;
  std::string text;
  std::string refund;    // id of the refund it is about
  std::string tracking;  // of the parcel it is about
};

class Publisher {
 public:
  virtual ~Publisher() = default;

  virtual absl::Status OrderUpserted(const TenantId& tenant, const Order& order, bool first_version,
                                     absl::Time at) = 0;
  virtual absl::Status RmaSubmitted(const TenantId& tenant, const Rma& rma) = 0;
  virtual absl::Status RmaDecided(const TenantId& tenant, const Rma& rma,
                                  const RmaDecision& decision, absl::Time at) = 0;
  // `graded`: the INSPECTED actions of this inspection.
  virtual absl::Status RmaInspected(const TenantId& tenant, const Rma& rma,
                                    const std::vector<Action>& graded, absl::Time at) = 0;
  // The terms of the line's exchange moved.
  virtual absl::Status ExchangeChanged(const TenantId& tenant, const Rma& rma, const RmaLine& line,
                                       absl::Time at) = 0;
  // The platform may keep `kept` of what it took or holds for the line's exchange.
  virtual absl::Status ExchangeSettled(const TenantId& tenant, const Rma& rma, const RmaLine& line,
                                       const Money& kept, absl::Time at) = 0;
  // Units of `rma` went into `split`.
  virtual absl::Status RmaSplit(const TenantId& tenant, const Rma& rma, const Rma& split,
                                absl::Time at) = 0;
  // What came back is not what was announced: `mismatch` MISSING, WRONG_ITEM, DAMAGED, SURPLUS or
  // PARCEL_LOST, `line` empty when it is about none.
  virtual absl::Status MismatchFound(const TenantId& tenant, const Rma& rma,
                                     std::string_view mismatch, const std::string& line,
                                     int64_t units, absl::Time at) = 0;
  // The RMA has an outcome.
  virtual absl::Status RmaClosed(const TenantId& tenant, const Rma& rma, absl::Time at) = 0;
  // `refund` is in its new state.
  virtual absl::Status RefundStateChanged(const TenantId& tenant, const Refund& refund,
                                          RefundState from, absl::Time at) = 0;
  // The step is still open and should have ended at `due`.
  virtual absl::Status RmaStepOverdue(const TenantId& tenant, const Rma& rma, const StepSpan& step,
                                      absl::Time due, absl::Time at) = 0;
  virtual absl::Status Notify(const TenantId& tenant, const Rma& rma, const CustomerNotice& notice,
                              absl::Time at) = 0;
};

}  // namespace huiyin::aftersales
