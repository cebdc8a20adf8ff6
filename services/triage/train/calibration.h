// Makes probabilities honest, and says below which a person must look.
#pragma once

#include <vector>

#include "services/triage/domain/text/evidence.h"
#include "services/triage/train/linear_trainer.h"

namespace huiyin::triage::train {

// Scores of a text (before softmax, all heads) from a model that has not seen it, and its labels.
struct Judged {
  std::vector<float> scores;
  std::vector<std::vector<float>> target;
  std::size_t tokens = 0;
};

// The temperature under which head `h` is least surprised by the labels; 1 without any.
float FitTemperature(const std::vector<Judged>& judged, const Head& head, std::size_t h);

// For each category the least probability from which at most kTargetError of its decisions are
// wrong. A category with too few decisions to tell takes the one for all together.
inline constexpr float kTargetError = 0.2f;
void SetReviewThresholds(const std::vector<Judged>& judged, float temperature, float* below);

// A piece of evidence and the right answer.
struct Answered {
  text::Evidence evidence;
  bool yes;
};

// The opinion that those answers suggest (ridge logistic regression; all zero without any).
text::Opinion FitOpinion(const std::vector<Answered>& answered);

}  // namespace huiyin::triage::train
