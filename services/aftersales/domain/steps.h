// The time points that business watches, as steps between them: how long each took is folded from
// an RMA's action log.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/aftersales/domain/rma.h"

namespace huiyin::aftersales {

// Stored by number, equal to rma_progress.proto: only append.
enum class Step {
  kDecide = 1,     // filed (or appealed) → approved or refused
  kSend = 2,       // approved → with the carrier
  kTransport = 3,  // with the carrier → at the warehouse
  kInspect = 4,    // at the warehouse → every unit graded
  kRefund = 5,     // inspected (approved, when nothing comes back) → refund requested
  kPay = 6,        // refund requested → the gateway has paid all of it
  kReplace = 7,    // inspected → replacement or repaired goods left
  kDeliver = 8,    // they left → the customer has them
};
inline constexpr int kSteps = 8;
std::string_view Name(Step step);

// How long each step may take, by Step; zero: as long as it likes.
using StepTargets = std::array<absl::Duration, kSteps + 1>;
// "1=86400;4=172800": seconds by step.
std::string EncodeTargets(const StepTargets& targets);
StepTargets DecodeTargets(std::string_view text);

struct StepSpan {
  Step step = Step::kDecide;
  int64_t round = 1;  // 2: the second time, after an appeal or a failed refund
  absl::Time began;
  std::optional<absl::Time> ended;

  friend bool operator==(const StepSpan&, const StepSpan&) = default;
};

// Of the first `actions` entries of the log, in the order in which they began. What is still open
// when the RMA ends is over then.
std::vector<StepSpan> StepsOf(const Rma& rma, size_t actions);

}  // namespace huiyin::aftersales
