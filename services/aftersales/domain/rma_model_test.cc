// The RMA machine against a second, independent reading of its rules: from every state that can be
// reached with two units of a line, every action is tried.
#include <deque>
#include <iostream>
#include <set>

#include "libs/testing/status.h"
#include "services/aftersales/domain/rma.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

using A = Approval;
using B = BackLeg;
using E = ExchangeState;
using L = Logistics;
using O = Outcome;
using T = ActionType;

// What a line's history comes to, counted without the machine.
struct Counts {
  RmaKind kind = RmaKind::kReturnRefund;
  bool early = false;  // money does not wait for the goods
  int64_t requested = 0, approved = 0, kept = 0, received = 0, refunded = 0, sent = 0;
  int64_t good = 0, wrong = 0, missing = 0;  // graded
  bool ends_in_parcel = false;               // the last action put units into a parcel
};

Counts CountsOf(const Rma& rma) {
  const Quantities& q = rma.lines[0].q;
  const RmaLine& line = rma.lines[0];
  const bool pays = line.kind == RmaKind::kReturnRefund || line.kind == RmaKind::kRefundOnly;
  return {.kind = rma.lines[0].kind,
          .early = pays && (line.refund_at == RefundAt::kApproval ||
                            (line.refund_at == RefundAt::kCarrierScan && rma.scanned)),
          .requested = q.requested,
          .approved = q.approved,
          .kept = q.written_off,
          .received = q.received,
          .refunded = q.refunded,
          .sent = q.replaced,
          .good = q.graded[1] + q.graded[2] + q.graded[3],
          .wrong = q.graded[4],
          .missing = q.graded[5],
          .ends_in_parcel = !rma.actions.empty() && rma.actions.back().type == T::kShippedBack &&
                            !rma.actions.back().line_id.empty()};
}

bool Waiting(E terms) { return terms == E::kOffered || terms == E::kPaymentDue; }

// Units that may go out: goods of exchanges and repairs, after theirs are back and looked at, given
// up, or at once for an instant exchange that is paid for.
int64_t MayGoOut(const Rma& rma, const Counts& c, E terms) {
  if ((c.kind != RmaKind::kExchange && c.kind != RmaKind::kRepair) || Waiting(terms)) return 0;
  const bool at_once =
      rma.lines[0].exchange && rma.lines[0].exchange->instant && terms == E::kReady;
  int64_t basis = 0;
  if (rma.logistics == L::kInspected || rma.logistics == L::kNotNeeded) basis = c.good + c.kept;
  if (at_once && rma.logistics != L::kInspected) basis = c.approved;
  return std::max<int64_t>(0, basis - c.refunded - c.sent);
}

bool MayUnits(const Rma& rma, T type, Grade grade, int64_t n) {
  const Counts c = CountsOf(rma);
  const E terms = rma.lines[0].exchange ? rma.lines[0].exchange->state : E::kNone;
  const bool open = rma.outcome == O::kNone, approved = rma.approval == A::kApproved;
  const bool has_terms = rma.lines[0].exchange.has_value();
  const bool not_begun =
      (rma.logistics == L::kNotNeeded || rma.logistics == L::kAwaitingShipment) &&
      (rma.back_leg == B::kNotNeeded || rma.back_leg == B::kPreparing);
  switch (type) {
    case T::kSubmitted:
      return open && rma.approval == A::kNone && c.requested == 0;
    case T::kApproved:
      return open && rma.approval == A::kSubmitted && n <= c.requested - c.approved;
    case T::kEvidenceAdded:
      return open && rma.approval == A::kSubmitted;
    case T::kWrittenOff:
      return open && (rma.approval == A::kSubmitted || approved) &&
             (rma.logistics == L::kNotNeeded || rma.logistics == L::kLost) &&
             n <= c.approved - c.kept - c.received;
    case T::kReceived:
      return open && approved && rma.logistics != L::kNotNeeded && rma.logistics != L::kInspected &&
             n <= c.approved - c.kept - c.missing - c.received;
    case T::kInspected:
      if (!open || !approved || rma.logistics != L::kDelivered || grade == Grade::kNone) {
        return false;
      }
      return grade == Grade::kMissing ? n <= c.approved - c.kept - c.good - c.wrong - c.missing
                                      : n <= c.received - c.good - c.wrong;
    case T::kRefundRequested:
      return open && approved &&
             n <= (c.early ? c.approved : c.good + c.wrong + c.kept) - c.sent - c.refunded;
    case T::kRefundFailed:
    case T::kRefundReversed:
      return approved && n <= c.refunded;
    case T::kShippedBack:
      return open && approved && rma.back_leg != B::kNotNeeded && n <= MayGoOut(rma, c, terms);
    case T::kSplitOff:
      return open && (approved || rma.approval == A::kSubmitted) && not_begun && c.kept == 0 &&
             c.received == 0 && c.refunded == 0 && c.sent == 0 &&
             (!has_terms || terms == E::kDeclined) &&
             n <= (approved ? c.approved : c.requested - c.approved);
    case T::kExchangeOffered:
      return open && (approved || rma.approval == A::kSubmitted) && has_terms &&
             (terms == E::kNone || terms == E::kOffered) && c.kind <= RmaKind::kRepair &&
             c.refunded == 0 && c.sent == 0;
    case T::kExchangeConfirmed:
      return open && approved && has_terms && terms == E::kOffered;
    case T::kExchangeDeclined:
      return open && approved && has_terms && Waiting(terms);
    case T::kExchangePaid:
      return open && approved && has_terms && terms == E::kPaymentDue;
    case T::kExchangeSettled:
      return open && approved && has_terms && terms == E::kReady && !rma.lines[0].exchange->settled;
    default:
      return false;
  }
}

bool MayMove(const Rma& rma, T type) {
  const Counts c = CountsOf(rma);
  const E terms = rma.lines[0].exchange ? rma.lines[0].exchange->state : E::kNone;
  const A a = rma.approval;
  const L l = rma.logistics;
  const B b = rma.back_leg;
  const bool open = rma.outcome == O::kNone, approved = a == A::kApproved;
  const bool not_begun = (l == L::kNotNeeded || l == L::kAwaitingShipment) &&
                         (b == B::kNotNeeded || b == B::kPreparing);
  switch (type) {
    case T::kSubmitted:
      return a == A::kNone && open;
    case T::kApproved:
      return a == A::kSubmitted && open && c.approved > 0;
    case T::kRejected:
      return a == A::kSubmitted && open;
    case T::kAppealed:
      return a == A::kRejected &&
             std::none_of(rma.actions.begin(), rma.actions.end(),
                          [](const Action& each) { return each.type == T::kAppealed; });
    case T::kCancelled:
      return open && (a == A::kSubmitted || approved) && not_begun && c.refunded == 0;
    case T::kExpired:
    case T::kExtended:
    case T::kShipped:
      return open && approved && l == L::kAwaitingShipment;
    case T::kCarrierScanned:
    case T::kParcelLost:
      return open && approved && l == L::kInTransit;
    case T::kWrittenOff:
      return open && approved && l == L::kLost && c.kept == c.approved;
    case T::kReceived:
      return open && approved && l != L::kNotNeeded && l != L::kInspected;
    case T::kSurplusReceived:
      return open && approved && l == L::kDelivered;
    case T::kInspectionCompleted:
      return open && approved && l == L::kDelivered &&
             c.good + c.wrong + c.missing == c.approved - c.kept;
    case T::kRefundRequested:
      return open && approved;
    case T::kRefundSucceeded:
    case T::kRefundFailed:
    case T::kRefundReversed:
      return approved;
    case T::kSplitOff:
      return open && (a == A::kSubmitted || approved) && not_begun &&
             (approved ? c.approved : c.requested) > 0;
    case T::kShippedBack:
      return open && approved && b != B::kNotNeeded && c.ends_in_parcel;
    case T::kBackDelivered:
      return open && approved && b == B::kShipped;
    case T::kCompleted:
      return open && approved && (l == L::kNotNeeded || l == L::kInspected) &&
             (b == B::kNotNeeded || b == B::kDelivered) && !Waiting(terms) &&
             MayGoOut(rma, c, terms) == 0;
    default:
      return false;
  }
}

// All that the future depends on.
std::string KeyOf(const Rma& rma) {
  const RmaLine& line = rma.lines[0];
  const Quantities& q = line.q;
  std::string key = Concat(static_cast<int>(rma.approval), static_cast<int>(rma.logistics),
                           static_cast<int>(rma.back_leg), static_cast<int>(rma.outcome),
                           static_cast<int>(line.kind), " ", q.requested, q.approved, q.received,
                           q.refunded, q.replaced, q.written_off, " ");
  // Grades that are treated alike are one.
  key += Concat(q.graded[1] + q.graded[2] + q.graded[3], q.graded[4], q.graded[5], " ");
  if (line.exchange) {
    key += Concat(static_cast<int>(line.exchange->state), line.exchange->settled ? 1 : 0);
  }
  const bool appealed = std::any_of(rma.actions.begin(), rma.actions.end(),
                                    [](const Action& each) { return each.type == T::kAppealed; });
  return key +
         Concat(" ", rma.scanned ? 1 : 0, appealed ? 1 : 0, CountsOf(rma).ends_in_parcel ? 1 : 0);
}

// Keeps of the log what later actions look at, so that states stay small.
void Forget(Rma& rma) {
  std::vector<Action> kept;
  for (size_t i = 0; i < rma.actions.size(); ++i) {
    if (rma.actions[i].type == T::kAppealed || i + 1 == rma.actions.size()) {
      kept.push_back(rma.actions[i]);
    }
  }
  rma.actions = std::move(kept);
}

void ExpectSound(const Rma& rma) {
  const RmaLine& line = rma.lines[0];
  const Quantities& q = line.q;
  const bool instant = line.exchange && line.exchange->instant;
  EXPECT_GE(q.requested, 0);
  EXPECT_LE(q.approved, q.requested);
  EXPECT_LE(q.written_off, q.approved);
  EXPECT_LE(q.received, q.Awaited());
  EXPECT_LE(q.Graded(), q.Awaited());
  EXPECT_LE(q.Graded() - q.Missing(), q.received);
  EXPECT_LE(q.refunded + q.replaced, instant                  ? q.approved + q.refunded
                                     : IsPaidEarly(rma, line) ? q.approved
                                                              : q.Settled());
  EXPECT_GE(HeldUnits(rma, line), 0);
  EXPECT_LE(HeldUnits(rma, line), q.requested);
}

struct Explored {
  size_t states = 0;
  int64_t tried = 0, accepted = 0;
};

Explored Explore(const RmaLine& line) {
  Rma start;
  start.lines.push_back(line);
  std::deque<Rma> open{start};
  std::set<std::string> seen{KeyOf(start)};
  Explored result;
  const auto attempt = [&](const Rma& from, const Action& action, bool expected) {
    Rma to = from;
    const absl::Status applied = Apply(to, action);
    ++result.tried;
    ASSERT_EQ(applied.ok(), expected)
        << Name(action.type) << " of " << action.quantity << " units " << Name(action.grade)
        << " from " << KeyOf(from) << ": " << applied;
    if (!applied.ok()) {
      ASSERT_EQ(KeyOf(to), KeyOf(from));
      return;
    }
    ++result.accepted;
    ExpectSound(to);
    Forget(to);
    if (seen.insert(KeyOf(to)).second) open.push_back(std::move(to));
  };
  for (; !open.empty() && !::testing::Test::HasFailure(); open.pop_front()) {
    const Rma from = open.front();
    for (int t = 1; t <= kActionTypes; ++t) {
      const T type = static_cast<T>(t);
      attempt(from, {.type = type}, MayMove(from, type));
      for (int64_t n = 1; n <= 2; ++n) {
        for (const Grade grade : {Grade::kAsNew, Grade::kWrongItem, Grade::kMissing}) {
          attempt(from, {.type = type, .line_id = "1", .quantity = n, .grade = grade},
                  MayUnits(from, type, grade, n));
          if (type != T::kInspected) break;
        }
      }
    }
  }
  result.states = seen.size();
  return result;
}

TEST(RmaModel, EveryActionFromEveryReachableStateIsAsTheRulesSay) {
  const Exchange costs_more{.sku = "other", .units = 2, .paid = 100, .price = 150};
  const Exchange at_once{.sku = "same", .units = 2, .paid = 100, .price = 100, .instant = true};
  const RmaLine lines[] = {
      {.id = "1", .kind = RmaKind::kReturnRefund},
      {.id = "1", .kind = RmaKind::kReturnRefund, .refund_at = RefundAt::kCarrierScan},
      {.id = "1", .kind = RmaKind::kReturnRefund, .refund_at = RefundAt::kApproval},
      {.id = "1", .kind = RmaKind::kExchange},
      {.id = "1", .kind = RmaKind::kRepair},
      {.id = "1", .kind = RmaKind::kPartialRefund},
      {.id = "1", .kind = RmaKind::kExchange, .exchange = costs_more},
      {.id = "1", .kind = RmaKind::kExchange, .exchange = at_once},
      {.id = "1", .kind = RmaKind::kReturnRefund, .exchange = costs_more},
  };
  for (const RmaLine& line : lines) {
    const Explored explored = Explore(line);
    std::cout << Name(line.kind) << (line.exchange ? " with terms" : "") << ": " << explored.states
              << " states, " << explored.tried << " actions tried, " << explored.accepted
              << " accepted\n";
    EXPECT_GT(explored.states, 100u);
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace
}  // namespace huiyin::aftersales
