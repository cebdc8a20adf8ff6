#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class Route final : public RuleBody {
 public:
  Route(ReturnRoute route, std::string hub, Amounts keep_up_to)
      : route_(route), hub_(std::move(hub)), keep_up_to_(std::move(keep_up_to)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts& line, const SoFar&,
             LineVerdict& verdict) const override {
    if (line.kind == RmaKind::kRefundOnly) return false;  // nothing travels
    // Goods that are wanted back for repair or against others cannot stay.
    if (const auto limit = keep_up_to_.find(inputs.currency); line.kind == RmaKind::kReturnRefund &&
                                                              limit != keep_up_to_.end() &&
                                                              verdict.refund <= limit->second) {
      verdict.keep_goods = true;
      verdict.route = ReturnRoute::kKeep;
      return true;
    }
    if (route_ == ReturnRoute::kKeep) return false;  // it comes back the usual way
    verdict.route = route_;
    verdict.hub = hub_;
    return true;
  }

 private:
  ReturnRoute route_;
  std::string hub_;
  Amounts keep_up_to_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseReturnRoute(const Node& rule, const Calendars&,
                                           DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "route", "hub", "keep_up_to"});
  const Node* name = Need(rule, "route", check);
  if (name == nullptr) return nullptr;
  int route = 0;
  while (route < kReturnRoutes && Name(static_cast<ReturnRoute>(route)) != name->text) ++route;
  const auto way = static_cast<ReturnRoute>(route);
  if (route == kReturnRoutes) {
    check.Add(*name, "must be DIRECT, LOCAL_HUB, CONSOLIDATE or KEEP");
    return nullptr;
  }
  const bool gathers = way == ReturnRoute::kLocalHub || way == ReturnRoute::kConsolidate;
  const Node* hub = gathers ? Need(rule, "hub", check) : rule.Field("hub");
  if (!gathers && hub != nullptr) check.Add(*hub, "is for LOCAL_HUB and CONSOLIDATE");
  const bool keeps = way == ReturnRoute::kKeep;
  const Node* up_to = keeps ? Need(rule, "keep_up_to", check) : rule.Field("keep_up_to");
  return std::make_unique<Route>(way, hub == nullptr ? "" : check.Text(*hub),
                                 up_to == nullptr ? Amounts() : check.Amounts(*up_to));
}

}  // namespace huiyin::aftersales
