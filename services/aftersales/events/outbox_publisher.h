// Publisher that writes to the outbox, in the transaction of the change.
#pragma once

#include <string>
#include <vector>

#include "libs/core/id.h"
#include "libs/db/database.h"
#include "libs/events/event.h"
#include "services/aftersales/events/publisher.h"

namespace google::protobuf {
class Message;
}

namespace huiyin::aftersales {

// Gathers the events of one transaction and writes them together with Flush. `traceparent`: the
// request's span; may be empty.
class OutboxPublisher final : public Publisher {
 public:
  OutboxPublisher(db::Transaction& tx, IdGenerator& ids, std::string traceparent)
      : tx_(tx), ids_(ids), traceparent_(std::move(traceparent)) {}

  absl::Status OrderUpserted(const TenantId& tenant, const Order& order, bool first_version,
                             absl::Time at) override;
  absl::Status RmaSubmitted(const TenantId& tenant, const Rma& rma) override;
  absl::Status RmaDecided(const TenantId& tenant, const Rma& rma, const RmaDecision& decision,
                          absl::Time at) override;
  absl::Status RmaInspected(const TenantId& tenant, const Rma& rma,
                            const std::vector<Action>& graded, absl::Time at) override;
  absl::Status ExchangeChanged(const TenantId& tenant, const Rma& rma, const RmaLine& line,
                               absl::Time at) override;
  absl::Status ExchangeSettled(const TenantId& tenant, const Rma& rma, const RmaLine& line,
                               const Money& kept, absl::Time at) override;
  absl::Status RmaSplit(const TenantId& tenant, const Rma& rma, const Rma& split,
                        absl::Time at) override;
  absl::Status MismatchFound(const TenantId& tenant, const Rma& rma, std::string_view mismatch,
                             const std::string& line, int64_t units, absl::Time at) override;
  absl::Status RmaClosed(const TenantId& tenant, const Rma& rma, absl::Time at) override;
  absl::Status RefundStateChanged(const TenantId& tenant, const Refund& refund, RefundState from,
                                  absl::Time at) override;
  absl::Status RmaStepOverdue(const TenantId& tenant, const Rma& rma, const StepSpan& step,
                              absl::Time due, absl::Time at) override;
  absl::Status Notify(const TenantId& tenant, const Rma& rma, const CustomerNotice& notice,
                      absl::Time at) override;

  // At the end of the transaction's work, when it has gone well; without it nothing is published.
  absl::Status Flush();

 private:
  absl::Status Append(const TenantId& tenant, std::string_view topic, const std::string& aggregate,
                      absl::Time at, const google::protobuf::Message& body);

  db::Transaction& tx_;
  IdGenerator& ids_;
  const std::string traceparent_;
  std::vector<events::NewEvent> gathered_;
};

}  // namespace huiyin::aftersales
