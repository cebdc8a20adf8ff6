// The steps of RMAs and how long they take, as use cases see them. Part of Store; the same rules.
#pragma once

#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "libs/core/strong_id.h"
#include "services/aftersales/domain/steps.h"

namespace huiyin::aftersales {

// A step of one RMA with its target.
struct StoredStep {
  StepSpan span;
  std::optional<absl::Time> due;
  std::optional<absl::Time> overdue;  // noticed to be
};

class StepStore {
 public:
  virtual ~StepStore() = default;

  // Those that have not ended, in the order in which they began.
  virtual absl::StatusOr<std::vector<StoredStep>> ListOpenSteps(const TenantId& tenant,
                                                                const RmaId& rma) = 0;
  // Steps that are not stored yet, whether they have ended or not.
  virtual absl::Status AddSteps(const TenantId& tenant, const RmaId& rma,
                                const std::vector<StoredStep>& steps) = 0;
  // Stores the end of an open step.
  virtual absl::Status EndStep(const TenantId& tenant, const RmaId& rma, const StepSpan& step) = 0;
  // Stores when an open step was noticed to be overdue.
  virtual absl::Status MarkOverdue(const TenantId& tenant, const RmaId& rma, const StepSpan& step,
                                   absl::Time noticed) = 0;
  // Every step of the tenant that ended in [from, until), in no order, then every open one. `each`
  // must not use this store.
  virtual absl::Status EachStep(const TenantId& tenant, absl::Time from, absl::Time until,
                                absl::FunctionRef<void(const StoredStep&)> each) = 0;
};

}  // namespace huiyin::aftersales
