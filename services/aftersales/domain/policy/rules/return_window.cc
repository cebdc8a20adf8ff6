#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

// Counts from delivery: exactly so many times 24 hours or, with a calendar, whole days.
class ReturnWindow final : public RuleBody {
 public:
  ReturnWindow(int64_t days, bool working_days, std::optional<Calendar> calendar)
      : days_(days), working_days_(working_days), calendar_(std::move(calendar)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts& line, const SoFar&,
             LineVerdict& verdict) const override {
    verdict.window_ends_at =
        calendar_ ? calendar_->EndOfWindow(line.delivered_at, days_, working_days_, inputs.zone)
                  : line.delivered_at + absl::Hours(24) * days_;
    if (inputs.filed_at > *verdict.window_ends_at) {
      verdict.Restrict(Decision::kReject, "OUTSIDE_WINDOW");
    }
    return true;
  }

 private:
  int64_t days_;
  bool working_days_;
  std::optional<Calendar> calendar_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseReturnWindow(const Node& rule, const Calendars& calendars,
                                            DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "days", "working_days", "calendar"});
  std::optional<Calendar> calendar;
  if (const Node* name = rule.Field("calendar")) {
    const auto found = calendars.find(name->text);
    if (found == calendars.end()) {
      check.Add(*name, Concat("\"", name->text, "\" is not in the document's calendars"));
    } else {
      calendar = found->second;
    }
  }
  const Node* working = rule.Field("working_days");
  const Node* days = rule.Field("days");
  if ((working == nullptr) == (days == nullptr)) {
    check.Add(rule, "either \"days\" or \"working_days\" is needed");
    return nullptr;
  }
  if (working != nullptr && rule.Field("calendar") == nullptr) {
    check.Add(*working, "working days need a \"calendar\"");
  }
  const int64_t count = check.Int(working != nullptr ? *working : *days, 0, 36'500);
  return std::make_unique<ReturnWindow>(count, working != nullptr, std::move(calendar));
}

}  // namespace huiyin::aftersales
