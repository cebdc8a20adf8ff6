#include "services/aftersales/domain/policy/rules/table.h"

namespace huiyin::aftersales {
namespace {

// What becomes of import VAT (or other tax) and duty: back in full, in proportion to what
// inspection grants of the price, or not at all.
class ImportCharges final : public RuleBody {
 public:
  ImportCharges(ImportCharge tax, ImportCharge duty) : tax_(tax), duty_(duty) {}
  bool Speak(const VerdictInputs&, const LineFacts& line, const SoFar&,
             LineVerdict& verdict) const override {
    const bool pays = line.kind == RmaKind::kReturnRefund || line.kind == RmaKind::kRefundOnly;
    if (!pays) return false;
    verdict.tax = tax_;
    verdict.duty = duty_;
    if (tax_ == ImportCharge::kNone) verdict.refund -= line.tax_share;
    if (duty_ == ImportCharge::kNone) verdict.refund -= line.duty_share;
    return line.tax_share != 0 || line.duty_share != 0;
  }

 private:
  ImportCharge tax_, duty_;
};

ImportCharge Read(const Node& rule, std::string_view field, DocumentCheck& check) {
  const Node* node = Need(rule, field, check);
  if (node == nullptr || node->text == "PROPORTIONAL") return ImportCharge::kProportional;
  if (node->text == "FULL") return ImportCharge::kFull;
  if (node->text != "NONE") check.Add(*node, "must be FULL, PROPORTIONAL or NONE");
  return ImportCharge::kNone;
}

}  // namespace

std::unique_ptr<RuleBody> ParseImportCharges(const Node& rule, const Calendars&,
                                             DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "tax", "duty"});
  return std::make_unique<ImportCharges>(Read(rule, "tax", check), Read(rule, "duty", check));
}

}  // namespace huiyin::aftersales
