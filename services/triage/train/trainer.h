// Trains a model file: folding tables, linear half, polarity table, convolutional half, language
// model, calibration. Deterministic: the same sources and seed give the same bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/triage/train/dataset.h"

namespace huiyin::triage::train {

struct TrainOptions {
  std::string corpus;            // folder of <language>.tsv
  std::string review_labels;     // labels of reviews by SHA-1; empty for none
  std::string data;              // folder of third-party data; may be missing
  std::string output;            // model file to write
  std::string base;              // TeachLessons: model to teach
  std::string release = "1";     // first part of the version
  std::vector<Row> corrections;  // rows that agents corrected; weigh more than the corpus
  std::uint64_t seed = 1;
  int conv_epochs = 6;
  // Told what is being done; may be empty.
  std::function<void(std::string_view)> progress;
};

// NOT_FOUND without a corpus or its lessons, INVALID_ARGUMENT for a bad row. Takes minutes of one
// core.
absl::Status TrainModel(const TrainOptions& options);

// The second half of TrainModel alone: teaches `base` the lessons in corpus/lessons; what its
// probabilities are worth stays as it was. Half a minute.
absl::Status TeachLessons(const TrainOptions& options);

}  // namespace huiyin::triage::train
