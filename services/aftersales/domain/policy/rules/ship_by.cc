#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

class ShipBy final : public RuleBody {
 public:
  explicit ShipBy(int64_t days) : days_(days) {}
  bool Speak(const VerdictInputs&, const LineFacts&, const SoFar&, LineVerdict&) const override {
    return false;
  }
  int64_t ShipWithinDays() const override { return days_; }

 private:
  int64_t days_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseShipBy(const Node& rule, const Calendars&, DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "days"});
  const Node* days = Need(rule, "days", check);
  return std::make_unique<ShipBy>(days == nullptr ? 1 : check.Int(*days, 1, 365));
}

}  // namespace huiyin::aftersales
