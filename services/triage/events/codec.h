// Domain ↔ event messages of huiyin.event.v1 (bytes of the body; envelopes are libs/events'
// matter).
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/events/event.h"
#include "services/triage/domain/decision.h"
#include "services/triage/storage/store.h"
#include "services/triage/usecase/decide.h"

namespace huiyin::triage {

// The TicketTriaged event of `decision`.
events::NewEvent TriagedEvent(const Decision& decision, const TicketFacts& ticket,
                              const std::optional<Decision>& replaced,
                              const std::string& traceparent);

// What a ticket event says about the customer: nullopt when the customer did not speak in it (an
// agent's message, a change of state). DATA_LOSS when the body cannot be read.
absl::StatusOr<std::optional<CustomerSpoke>> ReadCustomerSpoke(const events::Event& event);

}  // namespace huiyin::triage
