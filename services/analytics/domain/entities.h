// What is remembered of each ticket, order, RMA, refund and customer, so that a later event can
// move its counts: figures are always the sum over what entities are now (contributions.h).
//
// Texts that figures are split by (product, lot, agent …) are the numbers that the tenant's
// dictionary gives them; 0 is "unknown".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "services/analytics/domain/bytes.h"
#include "services/analytics/domain/moment.h"

namespace huiyin::analytics {

// Numbers are stored; they never change.
enum class EntityKind : uint8_t {
  kTicket = 1,
  kOrder = 2,
  kRma = 3,
  kRefund = 4,
  kExamples = 5,
  kCustomer = 6,
  kReview = 7,
};

// What was shipped and where it came from.
struct Goods {
  uint32_t product = 0, sku = 0, lot = 0, carrier = 0, warehouse = 0;

  template <class Archive>
  void Fields(Archive& a) {
    a(product), a(sku), a(lot), a(carrier), a(warehouse);
  }
  friend bool operator==(const Goods&, const Goods&) = default;
};

// What is the same of both; 0 where they differ.
Goods Common(const Goods& x, const Goods& y);

// One measurement of service on a ticket.
struct SlaState {
  uint32_t metric = 0, round = 0;  // both tell it from others
  uint32_t priority = 0, tier = 0;
  Moment breached_at;
  Moment measured_at;  // when it ended
  bool hit = false;
  int64_t worked_milliseconds = 0;

  template <class Archive>
  void Fields(Archive& a) {
    a(metric), a(round), a(priority), a(tier);
    a(breached_at), a(measured_at), a(hit), a(worked_milliseconds);
  }
  friend bool operator==(const SlaState&, const SlaState&) = default;
};
// The latest that are kept of one ticket.
inline constexpr size_t kMaxSlaStates = 50;

struct TicketState {
  static constexpr EntityKind kKind = EntityKind::kTicket;
  Moment created_at;  // until known, the ticket counts nowhere
  std::string customer, order;
  Goods goods;
  uint32_t country = 0, tier = 0;  // of the order
  uint32_t language = 0, queue = 0, agent = 0;
  uint32_t channel = 0, rating = 0, category = 0, sentiment = 0, urgency = 0, priority = 0;
  bool merged = false;
  bool repeat = false;         // the customer had written about something else shortly before
  bool written_again = false;  // the customer wrote more than once
  bool by_agent = false;       // a person answered or closed it
  Moment decided_at;           // first decision
  Moment first_response_at;
  absl::InlinedVector<absl::Time, 1> resolved_at, reopened_at;
  absl::InlinedVector<uint32_t, 4> terms;  // that decided the category
  Moment shipped_at;                       // its goods
  std::vector<SlaState> sla;
  bool retold = false;       // its case was told of before, by something else
  uint32_t told_month = 0;   // in which its customer has it as a contact; 0: in none
  bool told_repeat = false;  // and as a repeat

  bool resolved() const { return resolved_at.size() > reopened_at.size(); }
  // Little more will be heard of it: it need not be kept at hand.
  bool settled() const { return resolved(); }

  template <class Archive>
  void Fields(Archive& a) {
    a(created_at), a(customer), a(order), a(goods), a(country), a(tier);
    a(language), a(queue), a(agent), a(channel), a(rating);
    a(category), a(sentiment), a(urgency), a(priority);
    a(merged), a(repeat), a(written_again), a(by_agent);
    a(decided_at), a(first_response_at), a(resolved_at), a(reopened_at);
    a(terms), a(shipped_at), a(sla), a(retold), a(told_month), a(told_repeat);
  }
  friend bool operator==(const TicketState&, const TicketState&) = default;
};

struct OrderUnits {
  Goods goods;
  int64_t quantity = 0;
  template <class Archive>
  void Fields(Archive& a) {
    a(goods), a(quantity);
  }
  friend bool operator==(const OrderUnits&, const OrderUnits&) = default;
};

struct OrderState {
  static constexpr EntityKind kKind = EntityKind::kOrder;
  uint64_t version = 0;  // 0: only heard of
  uint32_t country = 0, tier = 0;
  absl::Time shipped_at;  // delivery, else when the order was first heard of
  std::vector<OrderUnits> units;
  std::vector<std::string> tickets, rmas;  // that are about it
  bool told = false;                       // a survey answer is a complaint about its goods
  template <class Archive>
  void Fields(Archive& a) {
    a(version), a(country), a(tier), a(shipped_at), a(units), a(tickets), a(rmas), a(told);
  }
  friend bool operator==(const OrderState&, const OrderState&) = default;
};

// What all units of the order that fit `what` have in common, where 0 fits everything; carrier and
// warehouse are not looked at. Nothing when no unit fits.
std::optional<Goods> CommonGoods(const OrderState& order, const Goods& what);

struct RmaLineState {
  Goods goods;
  uint32_t reason = 0;
  uint32_t issue = 0;  // category the reason speaks of; 0: none
  uint32_t kind = 0;
  int64_t quantity = 0;
  template <class Archive>
  void Fields(Archive& a) {
    a(goods), a(reason), a(issue), a(kind), a(quantity);
  }
  friend bool operator==(const RmaLineState&, const RmaLineState&) = default;
};

struct RmaState {
  static constexpr EntityKind kKind = EntityKind::kRma;
  Moment submitted_at, decided_at, inspected_at, completed_at;
  bool approved = false;
  bool own_case = false;  // not told of by a ticket that is a complaint itself
  uint32_t country = 0;
  std::vector<RmaLineState> lines;
  Moment shipped_at;  // its goods, to the customer

  bool settled() const { return bool(completed_at); }
  template <class Archive>
  void Fields(Archive& a) {
    a(submitted_at), a(decided_at), a(inspected_at), a(completed_at);
    a(approved), a(own_case), a(country), a(lines), a(shipped_at);
  }
  friend bool operator==(const RmaState&, const RmaState&) = default;
};

struct RefundState {
  static constexpr EntityKind kKind = EntityKind::kRefund;
  uint32_t lifecycle = 0;
  uint32_t currency = 0, grounds = 0, country = 0;
  int64_t amount_minor = 0;
  absl::Time requested_at;
  Moment rma_filed_at;
  Moment handed_over_at, succeeded_at, failed_at, reversed_at;

  bool settled() const { return succeeded_at || failed_at; }
  template <class Archive>
  void Fields(Archive& a) {
    a(lifecycle), a(currency), a(grounds), a(country), a(amount_minor), a(requested_at);
    a(rma_filed_at);
    a(handed_over_at), a(succeeded_at), a(failed_at), a(reversed_at);
  }
  friend bool operator==(const RefundState&, const RefundState&) = default;
};

struct ReviewState {
  static constexpr EntityKind kKind = EntityKind::kReview;
  Moment published_at;  // first
  bool published = false;
  Goods goods;
  uint32_t country = 0, language = 0, stars = 0;
  template <class Archive>
  void Fields(Archive& a) {
    a(published_at), a(published), a(goods), a(country), a(language), a(stars);
  }
  friend bool operator==(const ReviewState&, const ReviewState&) = default;
};

// The newest tickets that complain about something, kept under ExampleKey.
struct ExampleState {
  static constexpr EntityKind kKind = EntityKind::kExamples;
  std::vector<std::string> tickets;  // newest last, at most kMaxExamples
  template <class Archive>
  void Fields(Archive& a) {
    a(tickets);
  }
  friend bool operator==(const ExampleState&, const ExampleState&) = default;
};
inline constexpr size_t kMaxExamples = 5;
// `dimension` and `value` (its number) say what it is about; `product` is 0 for what is not of one
// product.
inline std::string ExampleKey(uint32_t dimension, uint32_t product, uint32_t value) {
  return std::to_string(dimension) + '/' + std::to_string(product) + '/' + std::to_string(value);
}

// When a customer opened tickets.
struct Contact {
  absl::Time at;
  std::string ticket;
  template <class Archive>
  void Fields(Archive& a) {
    a(at), a(ticket);
  }
  friend bool operator==(const Contact&, const Contact&) = default;
  friend bool operator<(const Contact& x, const Contact& y) {
    return x.at != y.at ? x.at < y.at : x.ticket < y.ticket;
  }
};
// Answers of one month on one scale.
struct MonthScores {
  uint32_t survey = 0;
  int64_t count = 0, sum = 0, good = 0, low = 0;
  template <class Archive>
  void Fields(Archive& a) {
    a(survey), a(count), a(sum), a(good), a(low);
  }
};
// What a customer did in one month of the tenant.
struct CustomerMonth {
  uint32_t month = 0;  // see Calendar::MonthNumber
  int64_t orders = 0, contacts = 0, repeats = 0, returns = 0;
  std::vector<MonthScores> scores;
  template <class Archive>
  void Fields(Archive& a) {
    a(month), a(orders), a(contacts), a(repeats), a(returns), a(scores);
  }
  bool idle() const { return orders == 0 && contacts == 0 && returns == 0 && scores.empty(); }
};
struct CustomerState {
  static constexpr EntityKind kKind = EntityKind::kCustomer;
  // Packed: there are more customers in memory than anything else.
  std::string packed_contacts, packed_months;

  // The newest, oldest first; at most kMaxContacts, of the last kContactsKept.
  std::vector<Contact> contacts() const { return FromBytes<std::vector<Contact>>(packed_contacts); }
  void set_contacts(const std::vector<Contact>& contacts) {
    packed_contacts = ToBytes(contacts);
    packed_contacts.shrink_to_fit();
  }
  // Those with anything in them, oldest first.
  std::vector<CustomerMonth> months() const {
    return FromBytes<std::vector<CustomerMonth>>(packed_months);
  }
  void set_months(const std::vector<CustomerMonth>& months) {
    packed_months = ToBytes(months);
    packed_months.shrink_to_fit();
  }
  template <class Archive>
  void Fields(Archive& a) {
    a(packed_contacts), a(packed_months);
  }
  friend bool operator==(const CustomerState&, const CustomerState&) = default;
};
inline constexpr size_t kMaxContacts = 32;
// A ticket is a repeat when the same customer opened another one within this long before.
inline constexpr absl::Duration kRepeatWithin = absl::Hours(7 * 24);
// So long before the newest contact older ones are kept: news may be three weeks late.
inline constexpr absl::Duration kContactsKept = absl::Hours(4 * 7 * 24);

}  // namespace huiyin::analytics
