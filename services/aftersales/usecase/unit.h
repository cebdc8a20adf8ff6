// Everything that one command or query may touch, inside one transaction (or, for queries, one
// snapshot).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "libs/core/caller.h"
#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "services/aftersales/domain/gateway_rules.h"
#include "services/aftersales/events/publisher.h"
#include "services/aftersales/storage/store.h"
#include "services/aftersales/usecase/policy_book.h"

namespace huiyin::aftersales {

// What a durable alarm about a line of an RMA is for.
enum class Alarm {
  kExchangeOffer,  // ExpireExchange
  kStockHold,      // ReleaseStock
};

// Durable alarms, set with the transaction.
class Schedule {
 public:
  virtual ~Schedule() = default;
  // CheckSteps and then ExpireRma will be run for the RMA at `when`; replaces an earlier alarm.
  virtual absl::Status SetRmaDue(const TenantId& tenant, const RmaId& rma, absl::Time when) = 0;
  virtual absl::Status CancelRmaDue(const TenantId& tenant, const RmaId& rma) = 0;
  // The same for a line of the RMA.
  virtual absl::Status Set(Alarm alarm, const TenantId& tenant, const RmaId& rma,
                           const std::string& line, absl::Time when) = 0;
  virtual absl::Status Cancel(Alarm alarm, const TenantId& tenant, const RmaId& rma,
                              const std::string& line) = 0;
};

// For queries.
struct View {
  Store& store;
  const Clock& clock;
  const PolicyBook& policies;
};

// For commands.
struct Unit {
  Store& store;
  Publisher& events;
  Schedule& schedule;
  const Clock& clock;
  IdGenerator& ids;
  const PolicyBook& policies;
  const GatewayRules& gateways;

  operator View() { return {store, clock, policies}; }  // NOLINT(google-explicit-constructor)
};

// Runs a command's work in a transaction that shares its commit with others: may run more than
// once, so it only overwrites its captured state. `done` is called exactly once, after the commit,
// and must not block. Work with the same key runs one after another. Its events carry
// `traceparent`.
using SubmitWork = std::function<void(uint64_t key, std::string traceparent,
                                      absl::AnyInvocable<absl::Status(Unit&)> work,
                                      absl::AnyInvocable<void(absl::Status)> done)>;
// Submits `work` and waits for its end; not from a thread that `submit` runs work on.
absl::Status RunAndWait(const SubmitWork& submit, uint64_t key, std::string traceparent,
                        absl::AnyInvocable<absl::Status(Unit&)> work);
// Runs a query on a snapshot.
using RunQuery = std::function<absl::Status(absl::FunctionRef<absl::Status(View&)>)>;

}  // namespace huiyin::aftersales
