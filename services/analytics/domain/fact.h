// What analytics learns from other services' events, as figures need it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"

namespace huiyin::analytics {

// Enumerations (category, channel, lifecycle …) are kept as the numbers of huiyin.common.v1 and
// huiyin.event.v1, which never change; dimensions.h names them.

struct TicketCreated {
  std::string ticket, customer, order, product;
  uint32_t channel = 0;
  uint32_t rating = 0;
};
struct TicketMessage {
  std::string ticket, agent;
  uint32_t author = 0, channel = 0;
  bool is_public = false, first_response = false;
};
struct TicketStateChange {
  std::string ticket, customer, agent;
  uint32_t from = 0, to = 0;
  uint32_t channel = 0;
  std::optional<absl::Time> created_at;
};
struct TicketMerge {
  std::string ticket;
  bool undone = false;
};
struct TicketDecision {
  std::string ticket, product, language, queue;
  uint32_t category = 0, sentiment = 0, urgency = 0, priority = 0, channel = 0;
  std::optional<absl::Time> ticket_created_at;
  std::vector<std::string> terms;  // that decided the category, strongest first
};
struct TicketAssignment {
  std::string ticket, queue, agent, previous_agent;
  std::string reason;
  std::optional<absl::Time> entered_at;  // the queues
};
// A target of service was missed; the work goes on.
struct SlaBreach {
  std::string ticket;
  uint32_t metric = 0, round = 0, priority = 0, tier = 0;
};
// A measurement ended. A later one of the same metric and round replaces it.
struct SlaMeasurement {
  std::string ticket;
  uint32_t metric = 0, round = 0, priority = 0, tier = 0;
  bool hit = false;
  absl::Duration worked;  // of working time
};
struct Units {
  std::string product, sku, lot, carrier, warehouse;
  int64_t quantity = 0;
};
struct OrderVersion {
  std::string order, country;
  uint64_t version = 0;
  uint32_t tier = 0;
  std::optional<absl::Time> delivered_at;
  std::vector<Units> units;
  std::string customer;
  std::optional<absl::Time> ordered_at;
};
struct RmaLine {
  std::string product, sku, lot, reason;
  uint32_t kind = 0;
  int64_t quantity = 0;
};
struct RmaFiled {
  std::string rma, ticket, order, country;
  std::vector<RmaLine> lines;
  std::string customer;
};
struct RmaDecision {
  std::string rma;
  bool approved = false;
};
struct RmaInspection {
  std::string rma;
};
struct RmaEnd {
  std::string rma;
  uint32_t outcome = 0;
};
struct RefundChange {
  std::string refund, rma, currency;
  uint32_t from = 0, to = 0;
  int64_t amount_minor = 0;
  std::optional<absl::Time> requested_at, submitted_at;
};
struct SurveyInvitation {
  uint32_t kind = 0;                  // of the main question
  std::vector<uint32_t> other_kinds;  // of further questions
};
struct SurveyScore {
  uint32_t kind = 0;
  int score = 0;
};
// About a ticket, an RMA or, with neither, the delivery of an order.
struct SurveyAnswer {
  std::string ticket, rma, order, product, customer, language;
  std::vector<SurveyScore> scores;  // the main question's first
  bool recovery_needed = false;
};
// A product review as it is now.
struct ReviewChange {
  std::string review, product, sku, order, language;
  uint32_t stars = 0;
  bool published = false;
};

using Fact =
    std::variant<TicketCreated, TicketMessage, TicketStateChange, TicketMerge, TicketDecision,
                 TicketAssignment, SlaBreach, SlaMeasurement, OrderVersion, RmaFiled, RmaDecision,
                 RmaInspection, RmaEnd, RefundChange, SurveyInvitation, SurveyAnswer, ReviewChange>;

}  // namespace huiyin::analytics
