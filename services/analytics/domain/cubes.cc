#include "services/analytics/domain/cubes.h"

#include <algorithm>

namespace huiyin::analytics {
namespace {

using enum Dimension;
using Name = std::string_view;

constexpr Grain kAllGrains[] = {Grain::kMinute, Grain::kHour, Grain::kDay};
constexpr Grain kCoarse[] = {Grain::kHour, Grain::kDay};
constexpr Grain kDaily[] = {Grain::kDay};

constexpr Dimension kTicketDims[] = {kCategory, kSentiment, kUrgency,
                                     kPriority, kChannel,   kLanguage};
constexpr Name kTicketMeasures[] = {"tickets_created", "tickets_decided", "tickets_resolved",
                                    "tickets_reopened"};
constexpr Dimension kDurationDims[] = {kDuration, kCategory, kPriority, kChannel, kBin};
constexpr Name kDurationMeasures[] = {"durations", "duration_milliseconds"};
constexpr Dimension kRmaDims[] = {kCountry};
constexpr Name kRmaMeasures[] = {"rmas_submitted", "rmas_approved", "rmas_rejected",
                                 "rmas_completed"};
constexpr Dimension kRmaLineDims[] = {kProduct, kReason, kRmaKind, kCountry};
constexpr Name kRmaLineMeasures[] = {"rma_lines", "rma_units"};
constexpr Dimension kRefundDims[] = {kCurrency};
constexpr Name kRefundMeasures[] = {"refunds_succeeded", "refund_amount_minor", "refunds_failed",
                                    "refunds_reversed", "refunds_pending"};
constexpr Dimension kInvitationDims[] = {kSurvey};
constexpr Name kInvitationMeasures[] = {"survey_invitations"};
constexpr Dimension kScoreDims[] = {kSurvey, kScore, kCategory, kChannel, kLanguage, kProduct};
constexpr Name kScoreMeasures[] = {"survey_scores", "survey_score_sum"};
constexpr Dimension kSignalDims[] = {kProduct, kSku, kLot, kCategory, kSource};
constexpr Name kSignalMeasures[] = {"complaints", "complaint_cases"};
constexpr Dimension kShippedDims[] = {kProduct, kSku, kLot, kCountry};
constexpr Name kShippedMeasures[] = {"units_shipped"};
constexpr Dimension kCustomerDims[] = {kRegister};
constexpr Name kCustomerMeasures[] = {"customer_rank"};
constexpr Dimension kEventDims[] = {kEventType};
constexpr Name kEventMeasures[] = {"events"};

constexpr CubeInfo kCubes[] = {
    {Cube::kTickets, "tickets", kTicketDims, kTicketMeasures, kAllGrains},
    {Cube::kDurations, "durations", kDurationDims, kDurationMeasures, kAllGrains},
    {Cube::kRmas, "rmas", kRmaDims, kRmaMeasures, kAllGrains},
    {Cube::kRmaLines, "rma_lines", kRmaLineDims, kRmaLineMeasures, kAllGrains},
    {Cube::kRefunds, "refunds", kRefundDims, kRefundMeasures, kAllGrains},
    {Cube::kInvitations, "invitations", kInvitationDims, kInvitationMeasures, kAllGrains},
    {Cube::kScores, "scores", kScoreDims, kScoreMeasures, kAllGrains},
    {.cube = Cube::kSignals,
     .name = "signals",
     .dimensions = kSignalDims,
     .measures = kSignalMeasures,
     .grains = kCoarse,
     .sharded = true},
    {.cube = Cube::kShipped,
     .name = "shipped",
     .dimensions = kShippedDims,
     .measures = kShippedMeasures,
     .grains = kDaily,
     .sharded = true},
    {.cube = Cube::kCustomers,
     .name = "customers",
     .dimensions = kCustomerDims,
     .measures = kCustomerMeasures,
     .grains = kCoarse,
     .keeps_maximum = true},
    {Cube::kEvents, "events", kEventDims, kEventMeasures, kDaily},
};

int64_t FloorTo(int64_t seconds, int64_t width) {
  const int64_t rest = seconds % width;
  return seconds - (rest < 0 ? rest + width : rest);
}

int64_t CeilTo(int64_t seconds, int64_t width) { return FloorTo(seconds + width - 1, width); }

// Covers [from, until) with grains up to `level`: whole buckets in the middle, finer ones at both
// ends.
void Cover(std::span<const Grain> grains, size_t level, int64_t from, int64_t until,
           std::vector<Segment>& out) {
  if (from >= until) return;
  const int64_t width = absl::ToInt64Seconds(WidthOf(grains[level]));
  if (level == 0) {
    out.push_back({grains[0], from, until});
    return;
  }
  const int64_t first = CeilTo(from, width);
  const int64_t last = FloorTo(until, width);
  if (first >= last) return Cover(grains, level - 1, from, until, out);
  Cover(grains, level - 1, from, first, out);
  out.push_back({grains[level], first, last});
  Cover(grains, level - 1, last, until, out);
}

}  // namespace

absl::Duration WidthOf(Grain grain) {
  switch (grain) {
    case Grain::kMinute:
      return absl::Minutes(1);
    case Grain::kHour:
      return absl::Hours(1);
    case Grain::kDay:
      return absl::Hours(24);
  }
  return absl::ZeroDuration();
}

int64_t BucketOf(Grain grain, absl::Time time) {
  return FloorTo(absl::ToUnixSeconds(time), absl::ToInt64Seconds(WidthOf(grain)));
}

const CubeInfo& InfoOf(Cube cube) { return kCubes[static_cast<size_t>(cube) - 1]; }

std::span<const CubeInfo> AllCubes() { return kCubes; }

std::vector<Segment> Tile(const CubeInfo& cube, absl::Time from, absl::Time until) {
  const int64_t width = absl::ToInt64Seconds(WidthOf(cube.grains.front()));
  std::vector<Segment> segments;
  Cover(cube.grains, cube.grains.size() - 1, FloorTo(absl::ToUnixSeconds(from), width),
        CeilTo(absl::ToUnixSeconds(until), width), segments);
  return segments;
}

}  // namespace huiyin::analytics
