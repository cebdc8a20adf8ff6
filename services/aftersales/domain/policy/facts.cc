#include "services/aftersales/domain/policy/facts.h"

#include <algorithm>

#include "services/aftersales/domain/digest.h"

namespace huiyin::aftersales {
namespace {

constexpr int64_t kMaxCount = 10'000;  // of lines or rule ids; more is a damaged record

void PutList(FactWriter& out, const std::vector<std::string>& list) {
  out.Int(static_cast<int64_t>(list.size()));
  for (const std::string& each : list) out.Text(each);
}

bool IsKnown(int64_t format) { return format >= 1 && format <= kFactsFormat; }

int64_t Count(FactReader& in) {
  const int64_t count = in.Int();
  return in.ok() && count >= 0 && count <= kMaxCount ? count : 0;
}

std::vector<std::string> GetList(FactReader& in) {
  std::vector<std::string> list(Count(in));
  for (std::string& each : list) each = in.Text();
  return list;
}

}  // namespace

int ReasonRoot(std::string_view reason) {
  if (reason.size() > 64 || reason.empty() || reason.back() == '.') return -1;
  if (!std::all_of(reason.begin(), reason.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
      })) {
    return -1;
  }
  const std::string_view root = reason.substr(0, reason.find('.'));
  for (int i = 0; i < kReasonCount; ++i) {
    if (kReasons[i] == root) return i;
  }
  return -1;
}

std::string_view Name(Decision decision) {
  switch (decision) {
    case Decision::kApprove:
      return "APPROVE";
    case Decision::kReview:
      return "REVIEW";
    case Decision::kReject:
      return "REJECT";
  }
  return "?";
}

std::string_view Name(ReturnRoute route) {
  static constexpr std::string_view kNames[] = {"DIRECT", "LOCAL_HUB", "CONSOLIDATE", "KEEP"};
  const auto index = static_cast<size_t>(route);
  return index < kReturnRoutes ? kNames[index] : "?";
}

bool LineVerdict::Restrict(Decision to, std::string_view why) {
  if (to <= decision) return false;
  decision = to;
  reason = std::string(why);
  return true;
}

std::string VerdictInputs::Encode() const {
  FactWriter out;
  out.Int(format).Text(country_of_sale).Text(country_of_delivery);
  out.Int(static_cast<int>(tier)).Text(currency).Text(language);
  out.Int(absl::ToUnixMicros(filed_at)).Int(recent_rmas);
  if (format >= 2) {
    out.Text(zone).Int(recent_orders).Int(recent_mismatches).Int(customer_days);
  }
  out.Int(static_cast<int64_t>(lines.size()));
  for (const LineFacts& line : lines) {
    out.Text(line.rma_line_id).Int(static_cast<int>(line.kind)).Text(line.reason);
    out.Int(line.quantity).Text(line.category).Int(line.flags).Int(line.evidence);
    out.Int(absl::ToUnixMicros(line.delivered_at));
    out.Int(line.price_refund).Int(line.shipping_share);
    if (format < 2) continue;
    out.Int(line.tax_share).Int(line.duty_share).Int(line.reused_evidence);
    PutList(out, line.answered);
  }
  return out.Take();
}

absl::StatusOr<VerdictInputs> VerdictInputs::Decode(std::string_view bytes) {
  FactReader in(bytes);
  VerdictInputs inputs;
  inputs.format = in.Int();
  if (!IsKnown(inputs.format)) return absl::DataLossError("verdict inputs of another format");
  inputs.country_of_sale = in.Text();
  inputs.country_of_delivery = in.Text();
  inputs.tier = static_cast<CustomerTier>(in.Int());
  inputs.currency = in.Text();
  inputs.language = in.Text();
  inputs.filed_at = absl::FromUnixMicros(in.Int());
  inputs.recent_rmas = in.Int();
  if (inputs.format >= 2) {
    inputs.zone = in.Text();
    inputs.recent_orders = in.Int();
    inputs.recent_mismatches = in.Int();
    inputs.customer_days = in.Int();
  }
  inputs.lines.resize(Count(in));
  for (LineFacts& line : inputs.lines) {
    line.rma_line_id = in.Text();
    line.kind = static_cast<RmaKind>(in.Int());
    line.reason = in.Text();
    line.quantity = in.Int();
    line.category = in.Text();
    line.flags = static_cast<uint32_t>(in.Int());
    line.evidence = in.Int();
    line.delivered_at = absl::FromUnixMicros(in.Int());
    line.price_refund = in.Int();
    line.shipping_share = in.Int();
    if (inputs.format >= 2) {
      line.tax_share = in.Int();
      line.duty_share = in.Int();
      line.reused_evidence = in.Int();
      line.answered = GetList(in);
    }
  }
  if (!in.ok() || !in.AtEnd()) return absl::DataLossError("verdict inputs are damaged");
  return inputs;
}

std::string Verdict::Reason() const {
  if (decision == Decision::kApprove) return "";
  for (const LineVerdict& line : lines) {
    if (line.decision == decision) return line.reason;
  }
  return "";
}

std::string Verdict::Encode() const {
  FactWriter out;
  out.Int(format).Int(static_cast<int>(decision)).Text(policy_version).Text(inputs_hash);
  out.Text(currency).Int(refund).Text(language).Text(sentence).Int(ship_within_days);
  PutList(out, rule_ids);
  out.Int(static_cast<int64_t>(lines.size()));
  for (const LineVerdict& line : lines) {
    out.Text(line.rma_line_id).Int(static_cast<int>(line.decision)).Text(line.reason);
    PutList(out, line.rule_ids);
    out.Int(line.refund).Int(line.restocking_fee).Int(line.with_shipping);
    out.Int(line.keep_goods).Int(line.evidence_needed);
    out.Int(line.window_ends_at ? absl::ToUnixMicros(*line.window_ends_at) : -1);
    if (format < 2) continue;
    out.Int(line.customer_pays_return).Int(line.return_shipping_fee);
    out.Int(static_cast<int>(line.tax)).Int(static_cast<int>(line.duty));
    out.Int(static_cast<int>(line.route)).Text(line.hub);
    out.Int(static_cast<int>(line.refund_at));
  }
  return out.Take();
}

absl::StatusOr<Verdict> Verdict::Decode(std::string_view bytes) {
  FactReader in(bytes);
  Verdict verdict;
  verdict.format = in.Int();
  if (!IsKnown(verdict.format)) return absl::DataLossError("a verdict of another format");
  verdict.decision = static_cast<Decision>(in.Int());
  verdict.policy_version = in.Text();
  verdict.inputs_hash = in.Text();
  verdict.currency = in.Text();
  verdict.refund = in.Int();
  verdict.language = in.Text();
  verdict.sentence = in.Text();
  verdict.ship_within_days = in.Int();
  verdict.rule_ids = GetList(in);
  verdict.lines.resize(Count(in));
  for (LineVerdict& line : verdict.lines) {
    line.rma_line_id = in.Text();
    line.decision = static_cast<Decision>(in.Int());
    line.reason = in.Text();
    line.rule_ids = GetList(in);
    line.refund = in.Int();
    line.restocking_fee = in.Int();
    line.with_shipping = in.Int() != 0;
    line.keep_goods = in.Int() != 0;
    line.evidence_needed = in.Int() != 0;
    if (const int64_t ends = in.Int(); ends >= 0) line.window_ends_at = absl::FromUnixMicros(ends);
    if (verdict.format < 2) continue;
    line.customer_pays_return = in.Int() != 0;
    line.return_shipping_fee = in.Int();
    line.tax = static_cast<ImportCharge>(in.Int());
    line.duty = static_cast<ImportCharge>(in.Int());
    line.route = static_cast<ReturnRoute>(in.Int());
    line.hub = in.Text();
    line.refund_at = static_cast<RefundAt>(in.Int());
  }
  if (!in.ok() || !in.AtEnd()) return absl::DataLossError("a verdict is damaged");
  return verdict;
}

}  // namespace huiyin::aftersales
