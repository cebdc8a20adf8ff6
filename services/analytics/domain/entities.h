// What is remembered of each ticket, order, RMA and refund, so that a later event can move its
// counts: figures are always the sum over what entities are now (contributions.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/analytics/domain/fact.h"

namespace huiyin::analytics {

// Numbers are stored; they never change.
enum class EntityKind : uint8_t { kTicket = 1, kOrder = 2, kRma = 3, kRefund = 4, kExamples = 5 };

struct TicketState {
  std::optional<absl::Time> created_at;  // until known, the ticket counts nowhere
  std::string customer, order, product, sku, lot, language;
  uint32_t channel = 0, rating = 0, category = 0, sentiment = 0, urgency = 0, priority = 0;
  bool merged = false;
  std::optional<absl::Time> decided_at;  // first decision
  std::optional<absl::Time> first_response_at;
  std::vector<absl::Time> resolved_at, reopened_at;

  template <class Archive>
  void Fields(Archive& a) {
    a(created_at), a(customer), a(order), a(product), a(sku), a(lot), a(language);
    a(channel), a(rating), a(category), a(sentiment), a(urgency), a(priority), a(merged);
    a(decided_at), a(first_response_at), a(resolved_at), a(reopened_at);
  }
};

struct OrderUnits {
  std::string product, sku, lot;
  int64_t quantity = 0;
  template <class Archive>
  void Fields(Archive& a) {
    a(product), a(sku), a(lot), a(quantity);
  }
};

struct OrderState {
  uint64_t version = 0;  // 0: only heard of
  std::string country;
  absl::Time shipped_at;  // delivery, else when the order was first heard of
  std::vector<OrderUnits> units;
  std::vector<std::string> tickets;  // that are about it
  template <class Archive>
  void Fields(Archive& a) {
    a(version), a(country), a(shipped_at), a(units), a(tickets);
  }
};

struct RmaLineState {
  std::string product, sku, lot, reason;
  uint32_t kind = 0;
  int64_t quantity = 0;
  template <class Archive>
  void Fields(Archive& a) {
    a(product), a(sku), a(lot), a(reason), a(kind), a(quantity);
  }
};

struct RmaState {
  std::optional<absl::Time> submitted_at, decided_at, completed_at;
  bool approved = false;
  bool own_case = false;  // not told of by a ticket that is a complaint itself
  std::string country, ticket;
  std::vector<RmaLineState> lines;
  template <class Archive>
  void Fields(Archive& a) {
    a(submitted_at), a(decided_at), a(completed_at), a(approved), a(own_case), a(country);
    a(ticket), a(lines);
  }
};

struct RefundState {
  uint32_t lifecycle = 0;
  std::string currency;
  int64_t amount_minor = 0;
  absl::Time requested_at;
  std::optional<absl::Time> submitted_at;  // its RMA's filing
  std::optional<absl::Time> succeeded_at, failed_at, reversed_at;
  template <class Archive>
  void Fields(Archive& a) {
    a(lifecycle), a(currency), a(amount_minor), a(requested_at), a(submitted_at);
    a(succeeded_at), a(failed_at), a(reversed_at);
  }
};

// The newest tickets that complain about a lot, kept under ExampleKey.
struct ExampleState {
  std::vector<std::string> tickets;  // newest last, at most kMaxExamples
  template <class Archive>
  void Fields(Archive& a) {
    a(tickets);
  }
};
inline constexpr size_t kMaxExamples = 5;
inline std::string ExampleKey(const std::string& product, const std::string& lot) {
  return product + '\x1f' + lot;
}

}  // namespace huiyin::analytics
