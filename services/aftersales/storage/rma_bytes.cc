#include "services/aftersales/storage/rma_bytes.h"

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/aftersales/domain/digest.h"

namespace huiyin::aftersales {
namespace {

constexpr int64_t kFormat = 1;

// Ids have no line breaks (checked where they come in).
std::vector<std::string> SplitIds(std::string_view text) {
  if (text.empty()) return {};
  return absl::StrSplit(absl::string_view(text.data(), text.size()), '\n');
}

RmaLine ReadLine(FactReader& in) {
  RmaLine line;
  line.id = in.Text();
  line.order_line_id = in.Text();
  line.kind = static_cast<RmaKind>(in.Int());
  line.reason = in.Text();
  line.evidence_ids = SplitIds(in.Text());
  line.exchange_sku = in.Text();
  line.keep_goods = in.Int() != 0;
  line.refund_at = static_cast<RefundAt>(in.Int());
  line.expected_refund = in.Int();
  line.restocking_fee = in.Int();
  line.product_id = in.Text();
  line.sku = in.Text();
  line.lot = in.Text();
  line.category = in.Text();
  for (int64_t answers = in.Int(); answers > 0 && in.ok(); --answers) {
    Answer& answer = line.answers.emplace_back();
    answer.question_id = in.Text();
    answer.question = in.Text();
    answer.answer = in.Text();
  }
  return line;
}

Action ReadAction(FactReader& in) {
  Action action;
  action.type = static_cast<ActionType>(in.Int());
  action.line_id = in.Text();
  action.quantity = in.Int();
  action.grade = static_cast<Grade>(in.Int());
  action.actor.kind = static_cast<ActorKind>(in.Int());
  action.actor.id = in.Text();
  action.note = in.Text();
  action.evidence_ids = SplitIds(in.Text());
  action.at = absl::FromUnixMicros(in.Int());
  return action;
}

}  // namespace

std::string EncodeLines(const std::vector<RmaLine>& lines) {
  FactWriter out;
  out.Int(kFormat);
  for (const RmaLine& line : lines) {
    out.Text(line.id).Text(line.order_line_id).Int(static_cast<int>(line.kind)).Text(line.reason);
    out.Text(absl::StrJoin(line.evidence_ids, "\n")).Text(line.exchange_sku);
    out.Int(line.keep_goods).Int(static_cast<int>(line.refund_at));
    out.Int(line.expected_refund).Int(line.restocking_fee);
    out.Text(line.product_id).Text(line.sku).Text(line.lot).Text(line.category);
    out.Int(static_cast<int64_t>(line.answers.size()));
    for (const Answer& answer : line.answers) {
      out.Text(answer.question_id).Text(answer.question).Text(answer.answer);
    }
  }
  return out.Take();
}

absl::Status DecodeLines(std::string_view bytes, std::vector<RmaLine>& lines) {
  FactReader in(bytes);
  bool ok = in.Int() == kFormat;
  while (ok && !in.AtEnd()) {
    lines.push_back(ReadLine(in));
    ok = in.ok();
  }
  return ok ? absl::OkStatus() : absl::DataLossError("the lines of an RMA are damaged");
}

std::string EncodeActions(std::span<const Action> actions) {
  FactWriter out;
  out.Int(kFormat);
  for (const Action& action : actions) {
    out.Int(static_cast<int>(action.type)).Text(action.line_id).Int(action.quantity);
    out.Int(static_cast<int>(action.grade)).Int(static_cast<int>(action.actor.kind));
    out.Text(action.actor.id).Text(action.note).Text(absl::StrJoin(action.evidence_ids, "\n"));
    out.Int(absl::ToUnixMicros(action.at));
  }
  return out.Take();
}

absl::Status DecodeActions(std::string_view bytes, int64_t first, std::vector<Action>& log) {
  FactReader in(bytes);
  bool ok = in.Int() == kFormat;
  while (ok && !in.AtEnd()) {
    log.push_back(ReadAction(in));
    log.back().sequence = first++;
    ok = in.ok();
  }
  return ok ? absl::OkStatus() : absl::DataLossError("the actions of an RMA are damaged");
}

}  // namespace huiyin::aftersales
