#include <algorithm>
#include <array>

#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

// Zero or empty: not looked at.
struct Signals {
  int64_t needed = 1;             // of the signals that are set
  int64_t recent_rmas = 0;        // so many or more
  int64_t return_rate_bp = 0;     // RMAs ÷ orders, so high or higher; from three RMAs on
  int64_t customer_days = 0;      // known for fewer days
  int64_t recent_mismatches = 0;  // so many or more
  int64_t reused_evidence = 0;    // so many or more
  Amounts refund_from;            // so much or more, in RMAs of this size
};

constexpr int64_t kRateNeedsRmas = 3;  // below that a rate says nothing

// Lowers automation, never refuses.
class Risk final : public RuleBody {
 public:
  explicit Risk(Signals signals) : at_(std::move(signals)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts& line, const SoFar&,
             LineVerdict& verdict) const override {
    return Count(inputs, line, verdict) >= at_.needed &&
           verdict.Restrict(Decision::kReview, "RISK");
  }

 private:
  static bool Reaches(int64_t limit, int64_t value) { return limit > 0 && value >= limit; }

  bool ReturnsMost(const VerdictInputs& inputs) const {
    return at_.return_rate_bp > 0 && inputs.recent_rmas >= kRateNeedsRmas &&
           inputs.recent_rmas * 10'000 >=
               at_.return_rate_bp * std::max<int64_t>(1, inputs.recent_orders);
  }
  bool IsNew(const VerdictInputs& inputs) const {
    return inputs.format >= 2 && inputs.customer_days < at_.customer_days;
  }
  bool IsValuable(const VerdictInputs& inputs, const LineVerdict& verdict) const {
    const auto from = at_.refund_from.find(inputs.currency);
    return from != at_.refund_from.end() && verdict.refund >= from->second;
  }
  int64_t Count(const VerdictInputs& inputs, const LineFacts& line,
                const LineVerdict& verdict) const {
    return Reaches(at_.recent_rmas, inputs.recent_rmas) +
           Reaches(at_.recent_mismatches, inputs.recent_mismatches) +
           Reaches(at_.reused_evidence, line.reused_evidence) + ReturnsMost(inputs) +
           IsNew(inputs) + IsValuable(inputs, verdict);
  }

  Signals at_;
};

}  // namespace

std::unique_ptr<RuleBody> ParseRisk(const Node& rule, const Calendars&, DocumentCheck& check) {
  Signals signals;
  const struct {
    std::string_view name;
    int64_t& value;
    int64_t max;
  } fields[] = {{"needed", signals.needed, 6},
                {"recent_rmas", signals.recent_rmas, 10'000},
                {"return_rate_bp", signals.return_rate_bp, 100'000},
                {"customer_days_below", signals.customer_days, 36'500},
                {"recent_mismatches", signals.recent_mismatches, 10'000},
                {"reused_evidence", signals.reused_evidence, 20}};
  check.Fields(
      rule, {"id", "kind", "when", "needed", "recent_rmas", "return_rate_bp", "customer_days_below",
             "recent_mismatches", "reused_evidence", "refund_from"});
  int64_t set = 0;
  for (const auto& field : fields) {
    const Node* node = rule.Field(field.name);
    if (node == nullptr) continue;
    field.value = check.Int(*node, 1, field.max);
    set += field.name != "needed";
  }
  if (const Node* from = rule.Field("refund_from")) {
    signals.refund_from = check.Amounts(*from);
    ++set;
  }
  if (set < signals.needed) {
    check.Add(rule,
              Concat("names ", set, " signals, as \"recent_rmas\", and needs ", signals.needed));
  }
  return std::make_unique<Risk>(std::move(signals));
}

}  // namespace huiyin::aftersales
