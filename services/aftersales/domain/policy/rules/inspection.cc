#include <array>

#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

constexpr Grade kAll[] = {Grade::kAsNew, Grade::kOpened, Grade::kDamaged, Grade::kWrongItem,
                          Grade::kMissing};

class Inspection final : public RuleBody {
 public:
  explicit Inspection(std::array<int64_t, kGrades + 1> granted) : granted_(granted) {}
  bool Speak(const VerdictInputs&, const LineFacts&, const SoFar&, LineVerdict&) const override {
    return false;
  }
  int64_t Granted(Grade grade) const override { return granted_[static_cast<int>(grade)]; }

 private:
  std::array<int64_t, kGrades + 1> granted_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseInspection(const Node& rule, const Calendars&,
                                          DocumentCheck& check) {
  check.Fields(rule,
               {"id", "kind", "when", "AS_NEW", "OPENED", "DAMAGED", "WRONG_ITEM", "MISSING"});
  std::array<int64_t, kGrades + 1> granted{};
  for (const Grade grade : kAll) {
    const Node* bp = Need(rule, Name(grade), check);
    if (bp != nullptr) granted[static_cast<int>(grade)] = check.Int(*bp, 0, 10'000);
  }
  return std::make_unique<Inspection>(granted);
}

}  // namespace huiyin::aftersales
