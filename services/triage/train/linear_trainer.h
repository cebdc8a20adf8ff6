// Trains several softmax heads that share hashed features: one row of weights per feature bucket,
// one column per label of every head. Deterministic for a seed; single-threaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace huiyin::triage::train {

// Columns [first, first + count) of a row are one head.
struct Head {
  std::size_t first;
  std::size_t count;
};

// A text as the trainer sees it. target[h] is a distribution over the labels of head h, empty if
// the text has no label of that kind.
struct Sample {
  std::vector<std::uint32_t> buckets;  // sorted, distinct
  std::vector<std::vector<float>> target;
  float weight = 1;
};

struct LinearOptions {
  std::size_t bucket_bits = 18;
  std::size_t columns = 32;
  int epochs = 12;
  float rate = 0.5f;         // Adagrad step
  float nb_power = 0;        // scale of a weight: |log count ratio| to this power
  float length_power = 0.5;  // feature value is n^-length_power for a text of n features
  std::uint64_t seed = 1;
};

struct LinearModel {
  std::size_t columns = 0;
  std::vector<float> weights;  // bucket * columns + column
  std::vector<float> bias;
  const float* Row(std::uint32_t bucket) const { return &weights[bucket * columns]; }
};

LinearModel TrainLinear(const std::vector<Sample>& samples, const std::vector<Head>& heads,
                        const LinearOptions& options);

// The value of each feature of a text with `count` features.
float FeatureValue(std::size_t count, float length_power);

// Writes columns scores of `sample` (before softmax) to *scores.
void Score(const LinearModel& model, const Sample& sample, float length_power,
           std::vector<float>* scores);

// In place, over one head's scores.
void Softmax(float* scores, std::size_t count);

}  // namespace huiyin::triage::train
