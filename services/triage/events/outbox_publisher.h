// Publisher that writes to the outbox, in the transaction of the decision.
#pragma once

#include "libs/core/id.h"
#include "libs/db/database.h"
#include "services/triage/events/publisher.h"

namespace huiyin::triage {

// Lives as long as the transaction it is given.
class OutboxPublisher final : public Publisher {
 public:
  OutboxPublisher(db::Transaction& tx, IdGenerator& ids) : tx_(tx), ids_(ids) {}

  absl::Status Triaged(const Decision& decision, const TicketFacts& ticket,
                       const std::optional<Decision>& replaced,
                       const std::string& traceparent) override;

 private:
  db::Transaction& tx_;
  IdGenerator& ids_;
};

}  // namespace huiyin::triage
