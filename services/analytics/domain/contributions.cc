#include "services/analytics/domain/contributions.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "absl/time/civil_time.h"
#include "services/analytics/domain/stats/ddsketch.h"

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
constexpr uint32_t kNegative = 1;  // sentiment
constexpr uint32_t kReviewChannel = 7, kSurveyChannel = 8;
constexpr uint32_t kLowRating = 2, kGoodRating = 4;
constexpr absl::Duration kSoon = absl::Hours(30 * 24);

enum Lifecycle : uint32_t { kSucceeded = 4, kFailed = 5, kReversed = 7 };

uint32_t Number(Source source) { return static_cast<uint32_t>(source); }

int64_t Seconds(absl::Time time) { return absl::ToUnixSeconds(time); }

// What a duration is told apart by.
struct DurationOf {
  uint32_t category = 0, priority = 0, channel = 0, country = 0, currency = 0;
};

DurationOf Of(const TicketState& t) { return {t.category, t.priority, t.channel, t.country}; }

void AddMilliseconds(DurationKind kind, absl::Time at, int64_t ms, const DurationOf& of,
                     ContributionList& out) {
  out.push_back({Cube::kDurations,
                 Seconds(at),
                 {static_cast<uint32_t>(kind), of.category, of.priority, of.channel,
                  SketchBin(static_cast<double>(ms) / 1000), of.country, of.currency},
                 {1, ms}});
}

// Nothing when one of the two is not known.
void AddDuration(DurationKind kind, std::optional<absl::Time> from, std::optional<absl::Time> until,
                 const DurationOf& of, ContributionList& out) {
  if (!from || !until) return;
  AddMilliseconds(kind, *until, std::max<int64_t>(0, absl::ToInt64Milliseconds(*until - *from)), of,
                  out);
}

Source SourceOf(const TicketState& ticket) {
  switch (ticket.channel) {
    case kReviewChannel:
      return Source::kReview;
    case kSurveyChannel:
      return Source::kSurvey;
    default:
      return Source::kTicket;
  }
}

Contribution Complaint(absl::Time at, const Goods& goods, uint32_t issue, Source source,
                       uint32_t country, bool own_case) {
  return {Cube::kSignals,
          Seconds(at),
          {goods.product, goods.sku, goods.lot, issue, Number(source), country, goods.carrier,
           goods.warehouse},
          {1, own_case ? 1 : 0}};
}

void ContributeService(const TicketState& t, ContributionList& out) {
  const CellKey key = {t.queue, t.agent, t.tier, t.country, t.channel, t.category};
  out.push_back({Cube::kService, Seconds(*t.created_at), key, {1, t.repeat ? 1 : 0}});
  if (!t.resolved()) return;
  const bool at_once = t.reopened_at.empty() && !t.written_again;
  out.push_back({Cube::kService,
                 Seconds(t.resolved_at.back()),
                 key,
                 {0, 0, 0, 1, at_once ? 1 : 0, t.by_agent ? 0 : 1}});
}

void ContributeSla(const TicketState& t, ContributionList& out) {
  static constexpr DurationKind kWorked[] = {{},
                                             DurationKind::kFirstResponseWorked,
                                             DurationKind::kNextResponseWorked,
                                             DurationKind::kResolutionWorked};
  for (const SlaState& sla : t.sla) {
    const CellKey key = {sla.metric, sla.priority, sla.tier, t.queue, t.category, t.channel};
    if (sla.breached_at) out.push_back({Cube::kSla, Seconds(*sla.breached_at), key, {0, 0, 1}});
    if (!sla.measured_at) continue;
    out.push_back({Cube::kSla, Seconds(*sla.measured_at), key, {1, sla.hit ? 1 : 0}});
    if (sla.metric >= std::size(kWorked)) continue;
    AddMilliseconds(kWorked[sla.metric], *sla.measured_at, sla.worked_milliseconds, Of(t), out);
  }
}

CellKey ShippedKey(const Goods& goods, uint32_t country) {
  return {goods.product, goods.sku, goods.lot, country, goods.carrier, goods.warehouse};
}

void ContributeComplaint(const TicketState& t, ContributionList& out) {
  const Goods& goods = t.goods;
  out.push_back(Complaint(*t.created_at, goods, t.category, SourceOf(t), t.country, !t.retold));
  for (const uint32_t term : t.terms) {
    out.push_back({Cube::kTerms,
                   Seconds(*t.created_at),
                   {goods.product, goods.sku, goods.lot, t.category, t.country, goods.carrier,
                    goods.warehouse, term},
                   {1}});
  }
  if (t.shipped_at && goods.product != 0) {
    out.push_back(
        {Cube::kShipped, Seconds(*t.shipped_at), ShippedKey(goods, t.country), {0, 0, 0, 0, 1}});
  }
}

}  // namespace

SurveyScale ScaleOf(uint32_t kind) {
  static constexpr SurveyScale kScales[] = {{}, {1, 5, 2, 4}, {0, 10, 6, 9}, {1, 7, 3, 5}};
  return kind < std::size(kScales) ? kScales[kind] : SurveyScale{};
}

bool IsComplaint(const TicketState& ticket) {
  switch (ticket.category) {
    case kDamaged:
    case kWrongOrMissing:
    case kQuality:
    case kNotAsDescribed:
    case kRepair:
      return true;
    case kLogistics:
    case kReturnExchange:
      return ticket.sentiment == kNegative;
    default:
      return ticket.channel == kReviewChannel && ticket.rating > 0 && ticket.rating <= kLowRating;
  }
}

bool IsSignal(const TicketState& ticket) {
  const Goods& goods = ticket.goods;
  return (goods.product != 0 || goods.carrier != 0 || goods.warehouse != 0) && IsComplaint(ticket);
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

void Contribute(const TicketState& t, ContributionList& out) {
  if (!t.created_at || t.merged) return;
  const CellKey key = {t.category, t.sentiment, t.urgency, t.priority, t.channel, t.language};
  out.push_back({Cube::kTickets,
                 Seconds(*t.created_at),
                 key,
                 {1, t.decided_at ? 1 : 0, 0, 0, t.sentiment == kNegative ? 1 : 0}});
  for (const absl::Time at : t.resolved_at) {
    out.push_back({Cube::kTickets, Seconds(at), key, {0, 0, 1}});
  }
  for (const absl::Time at : t.reopened_at) {
    out.push_back({Cube::kTickets, Seconds(at), key, {0, 0, 0, 1}});
  }
  AddDuration(DurationKind::kTimeToDecision, t.created_at, t.decided_at, Of(t), out);
  AddDuration(DurationKind::kFirstResponse, t.created_at, t.first_response_at, Of(t), out);
  if (t.resolved()) {
    AddDuration(DurationKind::kResolution, t.created_at, t.resolved_at.back(), Of(t), out);
  }
  ContributeService(t, out);
  ContributeSla(t, out);
  if (IsSignal(t)) ContributeComplaint(t, out);
}

void Contribute(const OrderState& order, ContributionList& out) {
  if (order.version == 0) return;
  for (const OrderUnits& units : order.units) {
    out.push_back({Cube::kShipped,
                   Seconds(order.shipped_at),
                   ShippedKey(units.goods, order.country),
                   {units.quantity}});
  }
}

void Contribute(const RmaState& rma, ContributionList& out) {
  const CellKey key = {rma.country};
  if (rma.decided_at) {
    out.push_back({Cube::kRmas,
                   Seconds(*rma.decided_at),
                   key,
                   {0, rma.approved ? 1 : 0, rma.approved ? 0 : 1}});
  }
  if (rma.completed_at) {
    out.push_back({Cube::kRmas, Seconds(*rma.completed_at), key, {0, 0, 0, 1}});
  }
  const DurationOf of{.country = rma.country};
  AddDuration(DurationKind::kRmaDecision, rma.submitted_at, rma.decided_at, of, out);
  AddDuration(DurationKind::kGoodsBack, rma.decided_at, rma.inspected_at, of, out);
  if (!rma.submitted_at) return;
  const int64_t at = Seconds(*rma.submitted_at);
  out.push_back({Cube::kRmas, at, key, {1}});
  for (const RmaLineState& line : rma.lines) {
    const Goods& goods = line.goods;
    out.push_back({Cube::kRmaLines,
                   at,
                   {goods.product, line.reason, line.kind, rma.country},
                   {1, line.quantity}});
    if (goods.product == 0) continue;
    const CellKey shipped = ShippedKey(goods, rma.country);
    out.push_back({Cube::kShipped, at, shipped, {0, line.quantity}});
    if (rma.shipped_at) {
      const bool soon = *rma.submitted_at - *rma.shipped_at <= kSoon;
      out.push_back({Cube::kShipped,
                     Seconds(*rma.shipped_at),
                     shipped,
                     {0, 0, line.quantity, soon ? line.quantity : 0}});
    }
    if (line.issue != 0) {
      out.push_back(Complaint(*rma.submitted_at, goods, line.issue, Source::kReturn, rma.country,
                              rma.own_case));
    }
  }
}

void Contribute(const RefundState& refund, ContributionList& out) {
  const CellKey key = {refund.currency, refund.grounds, refund.country};
  const DurationOf of{.country = refund.country, .currency = refund.currency};
  const int64_t goodwill =
      refund.grounds == static_cast<uint32_t>(Grounds::kGoodwill) ? refund.amount_minor : 0;
  const bool pending = refund.lifecycle != kSucceeded && refund.lifecycle != kFailed &&
                       refund.lifecycle != kReversed && refund.lifecycle != 0;
  if (pending) {
    out.push_back({Cube::kRefunds, Seconds(refund.requested_at), key, {0, 0, 0, 0, 1}});
  }
  AddDuration(DurationKind::kRefundSubmission, refund.requested_at, refund.handed_over_at, of, out);
  if (refund.succeeded_at) {
    out.push_back({Cube::kRefunds,
                   Seconds(*refund.succeeded_at),
                   key,
                   {1, refund.amount_minor, 0, 0, 0, goodwill}});
    AddDuration(DurationKind::kRefundCycle, refund.rma_filed_at.value_or(refund.requested_at),
                refund.succeeded_at, of, out);
    AddDuration(DurationKind::kGatewayAnswer, refund.handed_over_at, refund.succeeded_at, of, out);
  }
  if (refund.failed_at) {
    out.push_back({Cube::kRefunds, Seconds(*refund.failed_at), key, {0, 0, 1}});
  }
  if (refund.reversed_at) {
    out.push_back({Cube::kRefunds,
                   Seconds(*refund.reversed_at),
                   key,
                   {0, -refund.amount_minor, 0, 1, 0, -goodwill}});
  }
}

void Contribute(const ReviewState& review, ContributionList& out) {
  if (!review.published) return;
  const Goods& goods = review.goods;
  const auto stars = static_cast<int64_t>(review.stars);
  out.push_back({Cube::kReviews,
                 Seconds(*review.published_at),
                 {goods.product, goods.sku, goods.lot, review.country, goods.carrier,
                  goods.warehouse, review.language, review.stars},
                 {1, stars, stars >= kGoodRating ? 1 : 0, stars <= kLowRating ? 1 : 0}});
}

void Contribute(const CustomerState& customer, ContributionList& out) {
  const std::vector<CustomerMonth> months = customer.months();
  for (const CustomerMonth& m : months) {
    const uint32_t cohort = months.front().month, since = m.month - cohort;
    // The middle of a month is in it in every zone.
    const absl::CivilDay middle(m.month / 12, m.month % 12 + 1, 15);
    const int64_t at = Seconds(absl::FromCivil(middle, absl::UTCTimeZone()));
    out.push_back(
        {Cube::kCohorts, at, {cohort, since}, {1, m.orders, m.contacts, m.repeats, m.returns}});
    for (const MonthScores& s : m.scores) {
      out.push_back(
          {Cube::kCohortScores, at, {s.survey, cohort, since}, {s.count, s.sum, s.good, s.low}});
    }
  }
}

void Contribute(const SurveyAnswer& answer, const AnsweredAbout& about, absl::Time at,
                ContributionList& out) {
  const Goods& goods = about.goods;
  for (const SurveyScore& score : answer.scores) {
    const SurveyScale scale = ScaleOf(score.kind);
    out.push_back({Cube::kScores,
                   Seconds(at),
                   {score.kind, static_cast<uint32_t>(score.score), about.category, about.channel,
                    about.language, goods.product, goods.sku, goods.lot},
                   {1, score.score, score.score >= scale.good_at_least ? 1 : 0,
                    score.score <= scale.low_at_most ? 1 : 0}});
  }
  if (answer.recovery_needed && goods.product != 0) {
    out.push_back(
        Complaint(at, goods, about.category, Source::kSurvey, about.country, about.own_case));
  }
}

}  // namespace huiyin::analytics
