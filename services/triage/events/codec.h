// Domain ↔ event messages of huiyin.event.v1 (bytes of the body; envelopes are libs/events'
// matter).
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/events/event.h"
#include "services/triage/domain/decision.h"
#include "services/triage/storage/desk_store.h"
#include "services/triage/storage/store.h"
#include "services/triage/usecase/decide.h"

namespace huiyin::triage {

// The TicketTriaged event of `decision`.
events::NewEvent TriagedEvent(const Decision& decision, const TicketFacts& ticket,
                              const std::optional<Decision>& replaced, const std::string& queue,
                              const std::string& traceparent);
events::NewEvent AssignedEvent(const WorkItem& item, const AgentId& before, std::string_view reason,
                               absl::Time now);

events::NewEvent SlaAlarmEvent(const SlaClock& clock, const SlaAlarm& alarm, absl::Time due,
                               const std::string& sla_version, absl::Time now);
events::NewEvent SlaMeasuredEvent(const SlaClock& clock, const SlaMeasure& measure, absl::Time now);

// What a ticket event means for the ticket's SLA clock, the customer's own messages aside.
struct TicketMoment {
  TenantId tenant;
  TicketId ticket;
  SlaMoment what = SlaMoment::kAnswered;
  absl::Time at;
};
// Nullopt when it means nothing. DATA_LOSS when the body cannot be read.
absl::StatusOr<std::optional<TicketMoment>> ReadMoment(const events::Event& event);

// What a ticket event says about the customer: nullopt when the customer did not speak in it (an
// agent's message, a change of state). DATA_LOSS when the body cannot be read.
absl::StatusOr<std::optional<CustomerSpoke>> ReadCustomerSpoke(const events::Event& event);

// A customer is to be forgotten.
struct ErasedCustomer {
  TenantId tenant;
  CustomerId customer;  // never empty
  absl::Time at;
};
// Nullopt for other events and for one that names nobody. DATA_LOSS when the body cannot be read.
absl::StatusOr<std::optional<ErasedCustomer>> ReadErased(const events::Event& event);

// What an order event tells; nullopt for other events. DATA_LOSS when the body cannot be read.
absl::StatusOr<std::optional<OrderFacts>> ReadOrder(const events::Event& event);

}  // namespace huiyin::triage
