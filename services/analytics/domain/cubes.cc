#include "services/analytics/domain/cubes.h"

#include <utility>

namespace huiyin::analytics {
namespace {

using enum Dimension;
using Name = std::string_view;

constexpr Grain kAllGrains[] = {Grain::kMinute, Grain::kHour, Grain::kDay, Grain::kMonth};
constexpr Grain kCoarse[] = {Grain::kHour, Grain::kDay, Grain::kMonth};
constexpr Grain kDaily[] = {Grain::kDay, Grain::kMonth};
constexpr Grain kMonthly[] = {Grain::kMonth};

constexpr Dimension kTicketDims[] = {kCategory, kSentiment, kUrgency,
                                     kPriority, kChannel,   kLanguage};
constexpr Name kTicketMeasures[] = {"tickets_created", "tickets_decided", "tickets_resolved",
                                    "tickets_reopened", "tickets_negative"};
constexpr Dimension kDurationDims[] = {kDuration, kCategory, kPriority, kChannel,
                                       kBin,      kCountry,  kCurrency};
constexpr Name kDurationMeasures[] = {"durations", "duration_milliseconds"};
constexpr Dimension kRmaDims[] = {kCountry};
constexpr Name kRmaMeasures[] = {"rmas_submitted", "rmas_approved", "rmas_rejected",
                                 "rmas_completed"};
constexpr Dimension kRmaLineDims[] = {kProduct, kReason, kRmaKind, kCountry};
constexpr Name kRmaLineMeasures[] = {"rma_lines", "rma_units"};
constexpr Dimension kRefundDims[] = {kCurrency, kGrounds, kCountry};
constexpr Name kRefundMeasures[] = {"refunds_succeeded", "refund_amount_minor", "refunds_failed",
                                    "refunds_reversed",  "refunds_pending",     "goodwill_minor"};
constexpr Dimension kInvitationDims[] = {kSurvey};
constexpr Name kInvitationMeasures[] = {"survey_invitations"};
constexpr Dimension kScoreDims[] = {kSurvey,   kScore,   kCategory, kChannel,
                                    kLanguage, kProduct, kSku,      kLot};
constexpr Name kScoreMeasures[] = {"survey_scores", "survey_score_sum", "survey_good",
                                   "survey_low"};
constexpr Dimension kSignalDims[] = {kProduct, kSku,     kLot,     kCategory,
                                     kSource,  kCountry, kCarrier, kWarehouse};
constexpr Name kSignalMeasures[] = {"complaints", "complaint_cases"};
constexpr Dimension kShippedDims[] = {kProduct, kSku, kLot, kCountry, kCarrier, kWarehouse};
constexpr Name kShippedMeasures[] = {"units_shipped", "units_returned", "cohort_units_returned",
                                     "cohort_units_returned_30d", "cohort_complaints"};
constexpr Dimension kCustomerDims[] = {kRegister};
constexpr Name kCustomerMeasures[] = {"customer_rank"};
constexpr Dimension kEventDims[] = {kEventType};
constexpr Name kEventMeasures[] = {"events"};
constexpr Dimension kServiceDims[] = {kQueue, kAgent, kTier, kCountry, kChannel, kCategory};
constexpr Name kServiceMeasures[] = {"contacts",         "repeat_contacts",
                                     "agent_replies",    "contacts_resolved",
                                     "resolved_at_once", "resolved_by_self_service"};

constexpr Dimension kTermDims[] = {kProduct, kSku,     kLot,       kCategory,
                                   kCountry, kCarrier, kWarehouse, kTerm};
constexpr Name kTermMeasures[] = {"complaints_with_term"};

constexpr Dimension kSlaDims[] = {kSla, kPriority, kTier, kQueue, kCategory, kChannel};
constexpr Name kSlaMeasures[] = {"sla_measured", "sla_hits", "sla_breaches"};
constexpr Dimension kDeskDims[] = {kQueue, kAgent};
constexpr Name kDeskMeasures[] = {"assignments", "assignments_ended", "escalations"};

constexpr Dimension kReviewDims[] = {kProduct, kSku,       kLot,      kCountry,
                                     kCarrier, kWarehouse, kLanguage, kScore};
constexpr Name kReviewMeasures[] = {"reviews", "review_stars", "reviews_good", "reviews_low"};

constexpr Dimension kCohortDims[] = {kCohort, kMonthsSince};
constexpr Name kCohortMeasures[] = {"active_customers", "customer_orders", "customer_contacts",
                                    "customer_repeat_contacts", "customer_returns"};
constexpr Dimension kCohortScoreDims[] = {kSurvey, kCohort, kMonthsSince};
constexpr Name kCohortScoreMeasures[] = {"customer_scores", "customer_score_sum",
                                         "customer_scores_good", "customer_scores_low"};

constexpr CubeInfo kCubes[] = {
    {Cube::kTickets, "tickets", kTicketDims, kTicketMeasures, kAllGrains},
    {Cube::kDurations, "durations", kDurationDims, kDurationMeasures, kAllGrains, false,
     Sharding::kByCategory},
    {Cube::kRmas, "rmas", kRmaDims, kRmaMeasures, kAllGrains},
    {Cube::kRmaLines, "rma_lines", kRmaLineDims, kRmaLineMeasures, kAllGrains},
    {Cube::kRefunds, "refunds", kRefundDims, kRefundMeasures, kAllGrains},
    {Cube::kInvitations, "invitations", kInvitationDims, kInvitationMeasures, kAllGrains},
    {Cube::kScores, "scores", kScoreDims, kScoreMeasures, kAllGrains},
    {Cube::kSignals, "signals", kSignalDims, kSignalMeasures, kCoarse, false, Sharding::kByProduct},
    {Cube::kShipped, "shipped", kShippedDims, kShippedMeasures, kDaily, false,
     Sharding::kByProduct},
    {Cube::kCustomers, "customers", kCustomerDims, kCustomerMeasures, kCoarse, true},
    {Cube::kEvents, "events", kEventDims, kEventMeasures, kDaily},
    {Cube::kService, "service", kServiceDims, kServiceMeasures, kCoarse},
    {Cube::kTerms, "terms", kTermDims, kTermMeasures, kDaily, false, Sharding::kByProduct},
    {Cube::kSla, "sla", kSlaDims, kSlaMeasures, kCoarse},
    {Cube::kDesk, "desk", kDeskDims, kDeskMeasures, kCoarse},
    {Cube::kReviews, "reviews", kReviewDims, kReviewMeasures, kCoarse, false, Sharding::kByProduct},
    {Cube::kCohorts, "cohorts", kCohortDims, kCohortMeasures, kMonthly},
    {Cube::kCohortScores, "cohort_scores", kCohortScoreDims, kCohortScoreMeasures, kMonthly},
};

// Products per shard: neighbours in the dictionary share one.
constexpr uint32_t kShardWidth = 64;
constexpr size_t kProductIndex = 0;   // in keys of cubes sharded by product
constexpr size_t kCategoryIndex = 1;  // in keys of cubes sharded by category

class Tiling {
 public:
  Tiling(const CubeInfo& cube, Calendar& calendar) : cube_(cube), calendar_(calendar) {}

  // Covers [from, until) with grains up to `level`: whole buckets in the middle, parts of buckets
  // at both ends.
  void Cover(size_t level, int64_t from, int64_t until, int sign) {
    if (from >= until) return;
    const Grain grain = cube_.grains[level];
    if (level == 0) return Add(grain, from, until, sign);
    const int64_t first = calendar_.Ceil(grain, from), last = calendar_.Floor(grain, until);
    if (first > last) return CoverPart(level, from, until, sign);
    CoverPart(level, from, first, sign);
    Add(grain, first, last, sign);
    CoverPart(level, last, until, sign);
  }

  std::vector<Segment> segments;

 private:
  // [from, until) is part of one bucket: made of finer ones, or of the whole without the rest when
  // the rest is less.
  void CoverPart(size_t level, int64_t from, int64_t until, int sign) {
    if (from >= until) return;
    const Grain grain = cube_.grains[level];
    const int64_t start = calendar_.Floor(grain, from), end = calendar_.Next(grain, from);
    if (cube_.keeps_maximum || (until - from) * 2 <= end - start) {
      return Cover(level - 1, from, until, sign);
    }
    Add(grain, start, end, sign);
    Cover(level - 1, start, from, -sign);
    Cover(level - 1, until, end, -sign);
  }

  void Add(Grain grain, int64_t from, int64_t until, int sign) {
    if (from < until) segments.push_back({grain, from, until, sign});
  }

  const CubeInfo& cube_;
  Calendar& calendar_;
};

}  // namespace

const CubeInfo& InfoOf(Cube cube) { return kCubes[static_cast<size_t>(cube) - 1]; }

std::span<const CubeInfo> AllCubes() { return kCubes; }

std::optional<Dimension> ShardDimension(const CubeInfo& cube) {
  switch (cube.sharding) {
    case Sharding::kByProduct:
      return kProduct;
    case Sharding::kByCategory:
      return kCategory;
    case Sharding::kNone:
      break;
  }
  return std::nullopt;
}

uint32_t ShardOfValue(const CubeInfo& cube, uint32_t value) {
  return cube.sharding == Sharding::kByProduct ? value / kShardWidth : value;
}

bool IsSharded(const CubeInfo& cube, Grain grain) {
  return cube.sharding != Sharding::kNone && grain >= Grain::kDay;
}

uint32_t ShardOf(const CubeInfo& cube, Grain grain, const CellKey& key) {
  if (!IsSharded(cube, grain)) return 0;
  switch (cube.sharding) {
    case Sharding::kByProduct:
      return ShardOfValue(cube, key[kProductIndex]);
    case Sharding::kByCategory:
      return ShardOfValue(cube, key[kCategoryIndex]);
    case Sharding::kNone:
      break;
  }
  return 0;
}

std::vector<Segment> Tile(const CubeInfo& cube, Calendar& calendar, absl::Time from,
                          absl::Time until) {
  const Grain finest = cube.grains.front();
  Tiling tiling(cube, calendar);
  tiling.Cover(
      cube.grains.size() - 1, calendar.Floor(finest, from),
      calendar.Ceil(finest, absl::ToUnixSeconds(until + absl::Seconds(1) - absl::Nanoseconds(1))),
      1);
  return std::move(tiling.segments);
}

}  // namespace huiyin::analytics
