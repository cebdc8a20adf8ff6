#include "services/aftersales/usecase/timeline.h"

#include <algorithm>

#include "services/aftersales/domain/policy/sentences.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/queries.h"

namespace huiyin::aftersales {
namespace {

constexpr size_t kMostParcels = 1000;  // of one RMA; far more than anybody books

// What is told to customers of an action; actions on units alone, and bookkeeping, are not.
std::optional<Text> TextOf(const Action& action) {
  if (!action.line_id.empty()) return std::nullopt;
  switch (action.type) {
    case ActionType::kSubmitted:
      return Text::kFiled;
    case ActionType::kApproved:
      return Text::kApproved;
    case ActionType::kRejected:
      return Text::kRejected;
    case ActionType::kCancelled:
      return Text::kCancelled;
    case ActionType::kExpired:
      return Text::kExpired;
    case ActionType::kShipped:
      return Text::kShipped;
    case ActionType::kReceived:
      return Text::kReceived;
    case ActionType::kInspectionCompleted:
      return Text::kInspected;
    case ActionType::kRefundRequested:
      return Text::kRefundRequested;
    case ActionType::kRefundSucceeded:
      return Text::kRefunded;
    case ActionType::kRefundFailed:
    case ActionType::kRefundReversed:
      return Text::kRefundFailed;
    case ActionType::kShippedBack:
      return Text::kReplaced;
    case ActionType::kBackDelivered:
      return Text::kDelivered;
    case ActionType::kCompleted:
      return Text::kCompleted;
    case ActionType::kAppealed:
      return Text::kAppealed;
    case ActionType::kExtended:
      return Text::kExtended;
    default:
      return std::nullopt;
  }
}

bool IsAboutRefund(ActionType type) {
  return type == ActionType::kRefundRequested || type == ActionType::kRefundSucceeded ||
         type == ActionType::kRefundFailed || type == ActionType::kRefundReversed;
}
bool IsAboutParcel(ActionType type) {
  return type == ActionType::kShipped || type == ActionType::kShippedBack;
}

// What the carrier saw of the RMA's parcels, among what else happened.
absl::Status AddScans(View& view, const TenantId& tenant, const RmaId& rma, Timeline& timeline) {
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<Parcel> parcels,
                          view.store.ListParcels(tenant, rma, kMostParcels, ""));
  for (const Parcel& parcel : parcels) {
    for (const Scan& scan : parcel.scans) {
      timeline.entries.push_back({.at = scan.at,
                                  .action = ActionType::kCarrierScanned,
                                  .text = "",
                                  .tracking = parcel.tracking,
                                  .amount = std::nullopt,
                                  .scan = scan});
    }
  }
  std::stable_sort(timeline.entries.begin(), timeline.entries.end(),
                   [](const TimelineEntry& a, const TimelineEntry& b) { return a.at < b.at; });
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Timeline> GetRmaTimeline(View& view, const Caller& caller, const RmaId& id,
                                        const std::string& language) {
  HUIYIN_ASSIGN_OR_RETURN(const Rma rma, GetRma(view.store, caller, id));
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<Refund> refunds,
                          RefundsOf(view.store, caller.tenant, rma));
  Timeline timeline;
  timeline.language = language.empty() ? rma.language : language;
  for (const Action& action : rma.actions) {
    const std::optional<Text> text = TextOf(action);
    if (!text) continue;
    TimelineEntry entry{.at = action.at, .action = action.type};
    entry.text = Template(*text, timeline.language);
    if (IsAboutParcel(action.type)) entry.tracking = action.note;
    for (const Refund& refund : refunds) {
      if (IsAboutRefund(action.type) && refund.id.value() == action.note) {
        entry.amount = refund.amount;
      }
    }
    timeline.entries.push_back(std::move(entry));
  }
  HUIYIN_RETURN_IF_ERROR(AddScans(view, caller.tenant, rma.id, timeline));
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<StoredStep> steps,
                          view.store.ListOpenSteps(caller.tenant, rma.id));
  const absl::Time now = view.clock.Now();
  for (const StoredStep& step : steps) {
    timeline.under_way.push_back({.step = step.span.step,
                                  .began = step.span.began,
                                  .due = step.due,
                                  .late = step.due && now > *step.due});
  }
  return timeline;
}

absl::Status NotifyCustomer(Unit& unit, const TenantId& tenant, const Rma& rma,
                            size_t known_actions) {
  for (size_t i = rma.actions.size(); i > known_actions; --i) {
    const Action& action = rma.actions[i - 1];
    const std::optional<Text> text = TextOf(action);
    if (!text) continue;
    CustomerNotice notice{.template_key = std::string(kTextKeys[static_cast<int>(*text)]),
                          .text = std::string(Template(*text, rma.language)),
                          .refund = {},
                          .tracking = {}};
    if (IsAboutRefund(action.type)) notice.refund = action.note;
    if (IsAboutParcel(action.type)) notice.tracking = action.note;
    return unit.events.Notify(tenant, rma, notice, action.at);
  }
  return absl::OkStatus();
}

}  // namespace huiyin::aftersales
