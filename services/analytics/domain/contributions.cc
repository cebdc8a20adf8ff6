#include "services/analytics/domain/contributions.h"

#include "services/analytics/domain/stats/ddsketch.h"
#include "services/analytics/domain/stats/hyperloglog.h"

namespace huiyin::analytics {
namespace {

enum Category : uint32_t {
  kLogistics = 1,
  kDamaged = 2,
  kWrongOrMissing = 3,
  kQuality = 4,
  kNotAsDescribed = 5,
  kReturnExchange = 7,
  kRepair = 8,
};
constexpr uint32_t kNegative = 1;       // sentiment
constexpr uint32_t kReviewChannel = 7;  // channel
constexpr uint32_t kLowRating = 2;

enum Lifecycle : uint32_t { kSucceeded = 4, kFailed = 5, kReversed = 7 };

uint32_t Number(Source source) { return static_cast<uint32_t>(source); }

Contribution Took(DurationKind kind, absl::Time from, absl::Time until, const TicketState& ticket) {
  const int64_t ms = std::max<int64_t>(0, absl::ToInt64Milliseconds(until - from));
  return {Cube::kDurations,
          until,
          {static_cast<uint32_t>(kind), ticket.category, ticket.priority, ticket.channel,
           SketchBin(static_cast<double>(ms) / 1000)},
          {1, ms}};
}

Source SourceOf(const TicketState& ticket) {
  return ticket.channel == kReviewChannel ? Source::kReview : Source::kTicket;
}

}  // namespace

bool IsComplaint(const TicketState& ticket) {
  switch (ticket.category) {
    case kDamaged:
    case kWrongOrMissing:
    case kQuality:
    case kNotAsDescribed:
    case kRepair:
      return true;
    case kReturnExchange:
      return ticket.sentiment == kNegative;
    default:
      return ticket.channel == kReviewChannel && ticket.rating > 0 && ticket.rating <= kLowRating;
  }
}

uint32_t IssueOfReason(std::string_view reason) {
  static constexpr struct {
    std::string_view reason;
    uint32_t issue;
  } kIssues[] = {
      {"DEFECTIVE", kQuality},
      {"QUALITY", kQuality},
      {"SAFETY_HAZARD", kQuality},
      {"SPOILED", kQuality},
      {"DAMAGED_IN_TRANSIT", kDamaged},
      {"DAMAGED", kDamaged},
      {"WRONG_ITEM", kWrongOrMissing},
      {"MISSING_PARTS", kWrongOrMissing},
      {"NOT_AS_DESCRIBED", kNotAsDescribed},
      {"LATE_DELIVERY", kLogistics},
  };
  const std::string_view root = reason.substr(0, reason.find('.'));
  for (const auto& entry : kIssues) {
    if (entry.reason == root) return entry.issue;
  }
  return 0;
}

std::vector<Contribution> Contributions(const TicketState& t) {
  std::vector<Contribution> list;
  if (!t.created_at || t.merged) return list;
  const std::vector<DimensionValue> key = {t.category, t.sentiment, t.urgency,
                                           t.priority, t.channel,   t.language};
  list.push_back({Cube::kTickets, *t.created_at, key, {1, t.decided_at ? 1 : 0}});
  for (const absl::Time at : t.resolved_at) list.push_back({Cube::kTickets, at, key, {0, 0, 1}});
  for (const absl::Time at : t.reopened_at) list.push_back({Cube::kTickets, at, key, {0, 0, 0, 1}});
  if (t.decided_at) {
    list.push_back(Took(DurationKind::kTimeToDecision, *t.created_at, *t.decided_at, t));
  }
  if (t.first_response_at) {
    list.push_back(Took(DurationKind::kFirstResponse, *t.created_at, *t.first_response_at, t));
  }
  if (t.resolved_at.size() > t.reopened_at.size()) {
    list.push_back(Took(DurationKind::kResolution, *t.created_at, t.resolved_at.back(), t));
  }
  if (!t.product.empty() && IsComplaint(t)) {
    list.push_back({Cube::kSignals,
                    *t.created_at,
                    {t.product, t.sku, t.lot, t.category, Number(SourceOf(t))},
                    {1, 1}});
  }
  if (!t.customer.empty()) {
    const HllObservation seen = HllObserve(t.customer);
    list.push_back({Cube::kCustomers, *t.created_at, {seen.register_index}, {seen.rank}});
  }
  return list;
}

std::vector<Contribution> Contributions(const OrderState& order) {
  std::vector<Contribution> list;
  if (order.version == 0) return list;
  for (const OrderUnits& units : order.units) {
    list.push_back({Cube::kShipped,
                    order.shipped_at,
                    {units.product, units.sku, units.lot, order.country},
                    {units.quantity}});
  }
  return list;
}

std::vector<Contribution> Contributions(const RmaState& rma) {
  std::vector<Contribution> list;
  if (rma.submitted_at) list.push_back({Cube::kRmas, *rma.submitted_at, {rma.country}, {1}});
  if (rma.decided_at) {
    list.push_back({Cube::kRmas,
                    *rma.decided_at,
                    {rma.country},
                    {0, rma.approved ? 1 : 0, rma.approved ? 0 : 1}});
  }
  if (rma.completed_at) {
    list.push_back({Cube::kRmas, *rma.completed_at, {rma.country}, {0, 0, 0, 1}});
  }
  if (!rma.submitted_at) return list;
  for (const RmaLineState& line : rma.lines) {
    list.push_back({Cube::kRmaLines,
                    *rma.submitted_at,
                    {line.product, line.reason, line.kind, rma.country},
                    {1, line.quantity}});
    const uint32_t issue = IssueOfReason(line.reason);
    if (issue == 0 || line.product.empty()) continue;
    list.push_back({Cube::kSignals,
                    *rma.submitted_at,
                    {line.product, line.sku, line.lot, issue, Number(Source::kReturn)},
                    {1, rma.own_case ? 1 : 0}});
  }
  return list;
}

std::vector<Contribution> Contributions(const RefundState& refund) {
  std::vector<Contribution> list;
  const bool pending = refund.lifecycle != kSucceeded && refund.lifecycle != kFailed &&
                       refund.lifecycle != kReversed && refund.lifecycle != 0;
  if (pending) {
    list.push_back({Cube::kRefunds, refund.requested_at, {refund.currency}, {0, 0, 0, 0, 1}});
  }
  if (refund.succeeded_at) {
    list.push_back(
        {Cube::kRefunds, *refund.succeeded_at, {refund.currency}, {1, refund.amount_minor}});
    list.push_back(Took(DurationKind::kRefundCycle,
                        refund.submitted_at.value_or(refund.requested_at), *refund.succeeded_at,
                        TicketState()));
  }
  if (refund.failed_at) {
    list.push_back({Cube::kRefunds, *refund.failed_at, {refund.currency}, {0, 0, 1}});
  }
  if (refund.reversed_at) {
    list.push_back(
        {Cube::kRefunds, *refund.reversed_at, {refund.currency}, {0, -refund.amount_minor, 0, 1}});
  }
  return list;
}

std::vector<Contribution> Contributions(const SurveyAnswer& answer, absl::Time at,
                                        const TicketState& t) {
  std::vector<Contribution> list;
  for (const SurveyScore& score : answer.scores) {
    list.push_back({Cube::kScores,
                    at,
                    {score.kind, static_cast<uint32_t>(score.score), t.category, t.channel,
                     answer.language, t.product},
                    {1, score.score}});
  }
  if (answer.recovery_needed && !t.product.empty()) {
    list.push_back({Cube::kSignals,
                    at,
                    {t.product, t.sku, t.lot, t.category, Number(Source::kSurvey)},
                    {1, 0}});
  }
  return list;
}

}  // namespace huiyin::analytics
