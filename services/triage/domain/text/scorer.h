// The category, sentiment and urgency scores of a text: the linear half, the convolutional half and
// the polarity table of a model, joined. Allocates nothing once its working memory has grown.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "services/triage/domain/text/feature_table.h"
#include "services/triage/domain/text/features.h"
#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/text/tokens.h"

namespace huiyin::triage::text {

// Working memory of one thread.
struct ScoreScratch {
  // Distinct features of the text that the linear half knows.
  std::span<const Feature> known() const { return {features.data(), known_count}; }

  std::vector<Feature> features;  // of the text; then the known ones first. Never shrinks.
  std::vector<Facts> facts;       // about each of them
  std::size_t known_count = 0;
  std::vector<std::uint32_t> seen;  // open-addressed set of the features met in this text
  std::uint32_t epoch = 0;
  std::int32_t polarity = 0;  // sum over the distinct features the polarity table knows
  std::uint32_t polar = 0;    // number of these
  std::vector<std::uint16_t> tokens;
};

class Scorer {
 public:
  // `linear`: the linear table to use, the file's or one changed from it; outlives the scorer.
  Scorer(const ModelFile& file, std::span<const std::int8_t> linear);

  // Scores before softmax and temperature, one per output. The polarity table knows Chinese alone:
  // `chinese` says whether to ask it. scratch->known() is then what the linear half used.
  std::array<float, kOutputs> Score(const NormalText& text, bool chinese,
                                    ScoreScratch* scratch) const;

  // What each of `count` known features is worth.
  float Value(std::size_t count) const;
  // The weight of a feature for an output, as the table has it, and what share in the output's
  // score that is; the share grows with the weight.
  int Weight(const Feature& feature, std::size_t output) const {
    return linear_[(std::size_t{feature.hash} >> (32 - p_.linear_bits)) * kLinearColumns + output];
  }
  float Share(int weight, std::size_t output, float value) const;

 private:
  std::size_t Extract(const NormalText& text, ScoreScratch* scratch) const;
  void Pick(std::size_t count, ScoreScratch* scratch) const;
  void Linear(ScoreScratch* scratch, std::array<float, kOutputs>* scores) const;
  float Polarity(const ScoreScratch& scratch) const;
  void Lean(float lean, std::array<float, kOutputs>* scores) const;
  void Convolve(ScoreScratch* scratch, std::array<float, kOutputs>* scores) const;

  const Parameters& p_;
  FeatureTable features_;
  std::span<const std::int8_t> linear_;
  std::span<const std::int8_t> conv_tokens_;
  std::span<const std::int16_t> conv_output_;
};

}  // namespace huiyin::triage::text
