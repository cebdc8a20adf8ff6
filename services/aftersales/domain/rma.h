// An RMA: four separate axes (approval, goods coming back, goods going out, units per line) that
// change only by actions. The ordered action log is the truth; everything else is folded from it by
// Apply. Money is in the RMA's refunds (refund.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/core/strong_id.h"

namespace huiyin::aftersales {

using RmaId = StrongId<struct RmaTag>;

// All enums are stored by number and equal those of rma.proto: never renumber.
enum class Approval {
  kNone = 0,
  kSubmitted = 1,
  kApproved = 2,
  kRejected = 3,
  kExpired = 4,
  kCancelled = 5
};
enum class RmaKind {
  kReturnRefund = 1,
  kExchange = 2,
  kRepair = 3,
  kRefundOnly = 4,
  kPartialRefund = 5  // goodwill: the goods stay, part of the money goes back
};
// What customers may ask for.
inline constexpr RmaKind kRmaKinds[] = {RmaKind::kReturnRefund, RmaKind::kExchange,
                                        RmaKind::kRepair, RmaKind::kRefundOnly};
enum class Logistics {
  kNone = 0,
  kNotNeeded = 1,
  kAwaitingShipment = 2,
  kInTransit = 3,
  kDelivered = 4,
  kInspected = 5,
  kLost = 6
};
enum class BackLeg { kNone = 0, kNotNeeded = 1, kPreparing = 2, kShipped = 3, kDelivered = 4 };
enum class Grade { kNone = 0, kAsNew = 1, kOpened = 2, kDamaged = 3, kWrongItem = 4, kMissing = 5 };
inline constexpr int kGrades = 5;
// When money for goods that come back is paid: after inspection, when the carrier has them, or with
// the approval.
enum class RefundAt { kInspection = 1, kCarrierScan = 2, kApproval = 3 };
enum class Outcome { kNone = 0, kCompleted = 1, kRejected = 2, kCancelled = 3, kExpired = 4 };
enum class ActorKind { kCustomer = 1, kAgent = 2, kSystem = 3 };
enum class ActionType {
  kSubmitted = 1,
  kApproved = 2,
  kRejected = 3,
  kCancelled = 4,
  kExpired = 5,
  kShipped = 6,
  kReceived = 7,
  kInspected = 8,
  kInspectionCompleted = 9,
  kRefundRequested = 10,
  kRefundSucceeded = 11,
  kRefundFailed = 12,
  kRefundReversed = 13,
  kShippedBack = 14,
  kBackDelivered = 15,
  kWrittenOff = 16,
  kCompleted = 17,
  kAppealed = 18,
  kExtended = 19,
  kExchangeOffered = 20,
  kExchangeConfirmed = 21,
  kExchangeDeclined = 22,
  kExchangePaid = 23,
  kExchangeSettled = 24,
  kSplitOff = 25,
  kParcelLost = 26,
  kSurplusReceived = 27,
  kCarrierScanned = 28,
  kEvidenceAdded = 29
};
inline constexpr int kActionTypes = 29;
inline constexpr size_t kMaxEvidence = 20;  // pieces of a line

// How far the terms of an exchange are. Folded from the log, never stored.
enum class ExchangeState {
  kNone = 0,        // like for like: no terms to agree on
  kOffered = 1,     // the customer decides
  kPaymentDue = 2,  // agreed; the customer's payment, or the hold on it, is awaited
  kReady = 3,       // agreed and paid for
  kDeclined = 4     // the line is a return for money now
};
inline constexpr int kExchangeStates = 5;

std::string_view Name(Approval value);
std::string_view Name(Logistics value);
std::string_view Name(BackLeg value);
std::string_view Name(Grade value);
std::string_view Name(ActionType value);
std::string_view Name(ExchangeState value);
std::string_view Name(RmaKind value);
std::string_view Name(Outcome value);
std::string_view Name(RefundAt value);

struct Actor {
  ActorKind kind = ActorKind::kSystem;
  std::string id;
};

// Units of a line. Invariants, kept by Apply: approved ≤ requested; written_off ≤ approved;
// received ≤ Awaited(); Graded() ≤ Awaited(); Graded() − missing ≤ received; refunded ≤
// Refundable(); replaced + refunded ≤ what came back or was written off – but for an instant
// exchange, whose goods go out before others come back, and a line that is paid early: for these
// replaced + refunded ≤ approved.
struct Quantities {
  int64_t requested = 0;
  int64_t approved = 0;
  int64_t received = 0;
  int64_t graded[kGrades + 1] = {};  // by Grade
  int64_t refunded = 0;
  int64_t replaced = 0;
  int64_t written_off = 0;
  int64_t split_off = 0;  // gone into another RMA; not in `requested` and `approved` any more

  int64_t Awaited() const { return approved - written_off; }
  int64_t Graded() const;
  int64_t Missing() const { return graded[static_cast<int>(Grade::kMissing)]; }
  // Units that came back and were graded, or were given up: only these can be paid for or replaced.
  int64_t Settled() const { return Graded() - Missing() + written_off; }
  int64_t Refundable() const { return Settled() - replaced; }
  // Of the settled units those that were what was sold: only for these do other goods go out.
  int64_t Accepted() const { return Settled() - graded[static_cast<int>(Grade::kWrongItem)]; }

  friend bool operator==(const Quantities&, const Quantities&) = default;
};

// Terms of an exchange, for all units of its line. Amounts in minor units of the RMA's currency.
struct Exchange {
  std::string sku;
  std::string product_id;
  std::string product_name;
  int64_t units = 0;
  int64_t paid = 0;   // what the customer paid for the units that come back
  int64_t price = 0;  // of the units that go out, tax included
  // The goods go out at once, against a hold of `price` on a payment of the customer's.
  bool instant = false;
  absl::Time expires;  // an offer that nobody took up by then, or paid, is declined
  // Folded from the log.
  ExchangeState state = ExchangeState::kNone;
  std::string payment;   // the platform's reference of the payment or hold
  bool settled = false;  // hold or payment given back, but for what is owed

  // Above zero the customer owes it, below zero the shop does.
  int64_t Difference() const { return price - paid; }
  // To be paid, or for an instant exchange held, before goods go out.
  int64_t Asked() const { return instant ? price : std::max<int64_t>(0, Difference()); }
};

// What the customer said to a question of the policy.
struct Answer {
  std::string question_id;
  std::string question;  // as it was asked
  std::string answer;
};

struct RmaLine {
  std::string id;  // "1", "2" …
  std::string order_line_id;
  RmaKind kind = RmaKind::kReturnRefund;
  std::string reason;                     // "DEFECTIVE.OVERHEATS"
  std::vector<std::string> evidence_ids;  // sent along, and added later
  std::vector<Answer> answers;
  std::string exchange_sku;          // as asked for; empty: the same
  std::optional<Exchange> exchange;  // terms, where there is something to agree on
  bool keep_goods = false;           // policy: nothing to send back
  RefundAt refund_at = RefundAt::kInspection;
  int64_t expected_refund = 0;  // minor units, if everything comes back as new
  int64_t restocking_fee = 0;   // and what the way back costs; taken off expected_refund already
  // Copied from the order, for events.
  std::string product_id, sku, lot, category;
  Quantities q;
};

// One entry of the log. With a line it is about units, without one it moves the axes.
struct Action {
  int64_t sequence = 0;  // given by Apply
  ActionType type = ActionType::kSubmitted;
  std::string line_id;
  int64_t quantity = 0;
  Grade grade = Grade::kNone;
  Actor actor;
  std::string note;
  std::vector<std::string> evidence_ids;  // photos of what was seen
  absl::Time at;
};

struct Rma {
  RmaId id;
  OrderId order;
  CustomerId customer;
  TicketId ticket;
  std::string currency;
  std::string country;   // of delivery
  std::string language;  // BCP 47
  std::string customer_note;
  std::vector<RmaLine> lines;
  std::vector<Action> actions;  // the whole log
  std::optional<absl::Time> ship_by;
  int64_t version = 0;  // rises with every saved change; the etag

  // Folded from `actions`.
  Approval approval = Approval::kNone;
  Logistics logistics = Logistics::kNone;
  BackLeg back_leg = BackLeg::kNone;
  Outcome outcome = Outcome::kNone;
  bool scanned = false;  // the carrier itself has seen the goods
  std::string return_tracking;
  std::string back_tracking;
  absl::Time created;
  absl::Time updated;
  std::optional<absl::Time> closed;

  RmaLine* Line(std::string_view line_id);
  const RmaLine* Line(std::string_view line_id) const;
};

// Applies one action: checks it against the transition table and the quantity rules, folds it in
// and appends it to the log with the next sequence number. FAILED_PRECONDITION with reason
// WRONG_STATE (the axes do not allow it), QUANTITY_EXCEEDS_APPROVED, QUANTITY_EXCEEDS_RECEIVED,
// NOT_RECEIVED (money or replacement for goods that did not come back), ALREADY_APPEALED,
// NOTHING_LEFT (a split that leaves nothing); INVALID_ARGUMENT for an unknown line or a quantity
// below 1. On error `rma` is unchanged.
absl::Status Apply(Rma& rma, Action action);

// Folds a stored log into an RMA that has lines but no actions yet. DATA_LOSS when the log is not
// one that Apply could have written.
absl::Status Replay(Rma& rma, std::vector<Action> log);

// When it expires unless the goods are sent; nothing when none are awaited.
std::optional<absl::Time> ExpiryOf(const Rma& rma);

// Units of the order line that this RMA line keeps from being asked for again: those requested or
// approved while it is open; at its end those refunded, replaced under an exchange, or given up.
int64_t HeldUnits(const Rma& rma, const RmaLine& line);

// Units of the line that may be paid for by now, those that were included: q.Refundable(), or all
// that are approved once a line that is paid early has come to its time.
int64_t Refundable(const Rma& rma, const RmaLine& line);
// True for such a line: its money does not wait for the goods any more.
bool IsPaidEarly(const Rma& rma, const RmaLine& line);

// Units of the line that may go out to the customer now.
int64_t Sendable(const Rma& rma, const RmaLine& line);

// True while the customer has still to agree to terms of the line, or to pay.
bool AwaitsCustomer(const RmaLine& line);

// True when every promise about goods is kept: nothing awaited, nothing to send out, nothing to
// agree on.
bool GoodsSettled(const Rma& rma);

// One row of the transition table, for tests and documents.
struct Transition {
  ActionType type;
  bool unit_action;        // with a line
  uint32_t approvals;      // allowed from: bit per value
  uint32_t logistics;      // allowed from
  uint32_t back_legs;      // allowed from
  bool only_open;          // outcome must be kNone
  Approval to_approval;    // kNone: unchanged
  Logistics to_logistics;  // kNone: unchanged
  BackLeg to_back_leg;     // kNone: unchanged
  Outcome to_outcome;      // kNone: unchanged
};
// nullptr when such an action does not exist.
const Transition* FindTransition(ActionType type, bool unit_action);
std::span<const Transition> Transitions();

// One row of the table of exchange terms: an action on a line moves them.
struct ExchangeMove {
  ActionType type;
  uint32_t states;  // allowed from: bit per value
  // kNone: depends on the terms (CONFIRMED: PAYMENT_DUE when something is asked for, READY if not)
  ExchangeState to;
};
// nullptr when the action has nothing to do with exchange terms.
const ExchangeMove* FindExchangeMove(ActionType type);
std::span<const ExchangeMove> ExchangeMoves();

}  // namespace huiyin::aftersales
