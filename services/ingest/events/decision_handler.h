// Shows triage's decisions and assignments on tickets.
#pragma once

#include "libs/events/consumer.h"
#include "services/ingest/usecase/open_unit.h"

namespace huiyin::ingest {

class DecisionHandler final : public events::Handler {
 public:
  explicit DecisionHandler(Units units) : units_(std::move(units)) {}
  // Other types on the topic are passed over.
  absl::Status Handle(db::Transaction& tx, const events::Event& event) override;

 private:
  const Units units_;
};

}  // namespace huiyin::ingest
