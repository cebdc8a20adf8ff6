// Trains the convolutional half of the model: token embeddings, filters over windows of 2, 3 and 4
// tokens, the maximum of each filter over the text and how much more there is of it in the second
// half than in the first, and softmax heads on those. It sees which words stand together however
// far from each other they are and what is said before what, which the linear half cannot, and
// what it learns about a word in one task serves the others. Deterministic for a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "services/triage/domain/text/model_file.h"
#include "services/triage/train/linear_trainer.h"

namespace huiyin::triage::train {

using text::kConvFilters;
using text::kConvInputs;
using text::kConvOffsets;
using text::kConvPooled;
using text::kConvWidths;
inline constexpr std::size_t kConvEmbedding = 40;

struct ConvSample {
  std::vector<std::uint16_t> tokens;
  std::vector<std::vector<float>> target;  // as in Sample
  float weight = 1;
};

struct ConvOptions {
  std::size_t token_bits = 14;
  std::size_t columns = 32;
  int epochs = 8;
  float rate = 0.05f;
  float dropout = 0.5f;
  float token_dropout = 0.1f;
  std::uint64_t seed = 1;
};

struct ConvModel {
  std::size_t columns = 0;
  std::vector<float> embedding;  // token * kConvEmbedding
  std::vector<float> filters;    // (offset * kConvEmbedding + e) * kConvFilters + f
  std::vector<float> filter_bias;
  std::vector<float> output;  // kConvInputs * columns
  std::vector<float> output_bias;
};

ConvModel TrainConv(const std::vector<ConvSample>& samples, const std::vector<Head>& heads,
                    const ConvOptions& options);

// Writes columns scores (before softmax).
void ScoreConv(const ConvModel& model, const std::vector<std::uint16_t>& tokens,
               std::vector<float>* scores);

}  // namespace huiyin::triage::train
