// Turns what other services tell into scheduled invitations, and keeps what is told of customers
// and tickets for them.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "libs/events/consumer.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// Follows topics "ticket", "decision", "order" and "rma".
class TriggerHandler final : public events::Handler {
 public:
  // Opens a unit on the transaction for the time of the call.
  using OpenUnit = std::function<absl::Status(db::Transaction& tx, const std::string& traceparent,
                                              absl::FunctionRef<absl::Status(Unit&)> body)>;

  explicit TriggerHandler(OpenUnit open) : open_(std::move(open)) {}
  absl::Status Handle(db::Transaction& tx, const events::Event& event) override;

 private:
  const OpenUnit open_;
};

}  // namespace huiyin::survey
