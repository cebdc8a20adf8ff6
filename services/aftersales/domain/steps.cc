#include "services/aftersales/domain/steps.h"

#include <charconv>

namespace huiyin::aftersales {
namespace {

using T = ActionType;

class Fold {
 public:
  explicit Fold(const Rma& rma) {
    for (const RmaLine& line : rma.lines) {
      const bool approved = line.q.approved > 0;
      comes_back_ |= approved && !line.keep_goods;
      goes_out_ |= approved && (line.kind == RmaKind::kExchange || line.kind == RmaKind::kRepair);
      pays_ |=
          approved && (line.kind == RmaKind::kReturnRefund || line.kind == RmaKind::kRefundOnly);
    }
  }

  void Apply(const Action& action) {
    const absl::Time at = action.at;
    switch (action.type) {
      case T::kSubmitted:
      case T::kAppealed:
        return Begin(Step::kDecide, at);
      case T::kApproved:
        End(Step::kDecide, at);
        if (comes_back_) return Begin(Step::kSend, at);
        return GoodsAreSettled(at);
      case T::kShipped:
        End(Step::kSend, at);
        return Begin(Step::kTransport, at);
      case T::kReceived:
        if (Seen(Step::kInspect)) return;  // more of it arrived
        End(Step::kSend, at);
        End(Step::kTransport, at);
        return Begin(Step::kInspect, at);
      case T::kInspectionCompleted:
        End(Step::kInspect, at);
        return GoodsAreSettled(at);
      case T::kRefundRequested:
        End(Step::kRefund, at);
        if (unpaid_++ == 0) Begin(Step::kPay, at);
        return;
      case T::kRefundSucceeded:
      case T::kRefundFailed:
        if (unpaid_ > 0 && --unpaid_ == 0) End(Step::kPay, at);
        if (action.type == T::kRefundFailed && !IsOpen(Step::kRefund)) Begin(Step::kRefund, at);
        return;
      case T::kShippedBack:
        End(Step::kReplace, at);
        return Begin(Step::kDeliver, at);
      case T::kBackDelivered:
        return End(Step::kDeliver, at);
      case T::kRejected:
      case T::kCancelled:
      case T::kExpired:
      case T::kCompleted:
        for (StepSpan& span : spans_) {
          if (!span.ended) span.ended = at;
        }
        return;
      default:
        return;
    }
  }

  std::vector<StepSpan> Take() { return std::move(spans_); }

 private:
  void GoodsAreSettled(absl::Time at) {
    if (pays_ && !Seen(Step::kPay)) Begin(Step::kRefund, at);  // or it was requested early
    if (goes_out_) Begin(Step::kReplace, at);
  }
  void Begin(Step step, absl::Time at) {
    int64_t round = 1;
    for (const StepSpan& span : spans_) round += span.step == step;
    spans_.push_back({step, round, at, std::nullopt});
  }
  void End(Step step, absl::Time at) {
    for (StepSpan& span : spans_) {
      if (span.step == step && !span.ended) span.ended = at;
    }
  }
  bool Seen(Step step) const {
    for (const StepSpan& span : spans_) {
      if (span.step == step) return true;
    }
    return false;
  }
  bool IsOpen(Step step) const {
    for (const StepSpan& span : spans_) {
      if (span.step == step && !span.ended) return true;
    }
    return false;
  }

  bool comes_back_ = false, goes_out_ = false, pays_ = false;
  int unpaid_ = 0;
  std::vector<StepSpan> spans_;
};

}  // namespace

std::string_view Name(Step step) {
  static constexpr std::string_view kNames[] = {
      "NONE", "DECIDE", "SEND", "TRANSPORT", "INSPECT", "REFUND", "PAY", "REPLACE", "DELIVER"};
  const auto index = static_cast<size_t>(step);
  return index <= kSteps ? kNames[index] : "?";
}

std::string EncodeTargets(const StepTargets& targets) {
  std::string text;
  for (int step = 1; step <= kSteps; ++step) {
    if (targets[step] <= absl::ZeroDuration()) continue;
    text += std::to_string(step) + '=' + std::to_string(absl::ToInt64Seconds(targets[step])) + ';';
  }
  return text;
}

StepTargets DecodeTargets(std::string_view text) {
  StepTargets targets{};
  const char* at = text.data();
  const char* end = at + text.size();
  while (at < end) {
    int step = 0;
    int64_t seconds = 0;
    auto read = std::from_chars(at, end, step);
    if (read.ec != std::errc() || read.ptr == end) break;
    read = std::from_chars(read.ptr + 1, end, seconds);
    if (read.ec != std::errc() || read.ptr == end) break;
    if (step >= 1 && step <= kSteps) targets[step] = absl::Seconds(seconds);
    at = read.ptr + 1;
  }
  return targets;
}

std::vector<StepSpan> StepsOf(const Rma& rma, size_t actions) {
  Fold fold(rma);
  for (size_t i = 0; i < actions; ++i) {
    if (rma.actions[i].line_id.empty()) fold.Apply(rma.actions[i]);
  }
  return fold.Take();
}

}  // namespace huiyin::aftersales
