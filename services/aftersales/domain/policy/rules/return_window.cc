#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class ReturnWindow final : public RuleBody {
 public:
  explicit ReturnWindow(int64_t days) : window_(absl::Hours(24) * days) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts& line,
             LineVerdict& verdict) const override {
    verdict.window_ends_at = line.delivered_at + window_;
    if (inputs.filed_at > *verdict.window_ends_at) {
      verdict.Restrict(Decision::kReject, "OUTSIDE_WINDOW");
    }
    return true;
  }

 private:
  absl::Duration window_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseReturnWindow(const Node& rule, DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "days"});
  const Node* days = Need(rule, "days", check);
  return std::make_unique<ReturnWindow>(days == nullptr ? 0 : check.Int(*days, 0, 36'500));
}

}  // namespace huiyin::aftersales
