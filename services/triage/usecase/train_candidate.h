// From corrections to a candidate model that is ready or refused.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "libs/core/id.h"
#include "services/triage/storage/model_store.h"
#include "services/triage/usecase/message_source.h"

namespace huiyin::triage {

enum class TrainStep { kReading, kLearning, kComparing };
// Told of each step how much of it is done; false stops the training (CANCELLED).
using TrainProgress = std::function<bool(TrainStep step, int done, int total)>;

struct TrainParts {
  const Classifier& shipped;     // what is taught
  const Classifier& current;     // what the candidate must beat
  std::span<const Lesson> held;  // labelled messages that no model was taught
  MessageSource& messages;
};

struct Trained {
  CandidateModel model;  // id, request, time and author are the caller's to fill in
  std::string patch;
};

// Corrections that a training looks at: the newest.
inline constexpr int kMostCorrections = 10'000;
// Fewest corrections to learn from; a quarter of all is kept back for the trial.
inline constexpr int kFewestCorrections = 20;
inline constexpr int kFewestKeptBack = 5;
// What a candidate may lose on messages that nobody corrected, at the lower end of the interval.
inline constexpr double kToleratedLoss = 0.03;

// Fetches the texts, teaches, compares. READY means: right more often than the model in force on
// corrections it was not taught, and no worse on `held` within kToleratedLoss.
// FAILED_PRECONDITION (TOO_FEW_CORRECTIONS, NO_HELD_MESSAGES), CANCELLED, or what the message
// source fails with. Blocks; holds no transaction.
absl::StatusOr<Trained> TrainCandidate(const TrainParts& parts,
                                       const std::vector<CorrectedDecision>& corrected,
                                       const TrainProgress& progress);

}  // namespace huiyin::triage
