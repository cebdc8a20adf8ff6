// The category, sentiment and urgency scores of a text: the linear half, the convolutional half and
// the polarity table of a model, joined. Allocates nothing once its working memory has grown.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "services/triage/domain/text/features.h"
#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/text/tokens.h"

namespace huiyin::triage::text {

// Working memory of one thread.
struct ScoreScratch {
  std::vector<Feature> features;     // of the text, as extracted
  std::vector<Feature> known;        // distinct ones the linear half knows
  std::vector<std::uint32_t> polar;  // hashes of distinct ones the polarity table knows
  std::vector<std::uint32_t> seen;   // open-addressed set of the features met in this text
  std::uint32_t epoch = 0;
  std::vector<std::uint16_t> tokens;
};

class Scorer {
 public:
  // `linear`: the linear table to use, the file's or one changed from it; outlives the scorer.
  Scorer(const ModelFile& file, std::span<const std::int8_t> linear);

  // Scores before softmax and temperature, one per output. The polarity table knows Chinese alone:
  // `chinese` says whether to ask it. scratch->known holds what the linear
  // half used, for Explain.
  std::array<float, kOutputs> Score(const NormalText& text, bool chinese,
                                    ScoreScratch* scratch) const;

  // What each of `count` known features is worth, and the share of one in the score of an output.
  float Value(std::size_t count) const;
  float Share(const Feature& feature, std::size_t output, float value) const;

 private:
  void Pick(ScoreScratch* scratch) const;
  void Linear(ScoreScratch* scratch, std::array<float, kOutputs>* scores) const;
  float Polarity(const ScoreScratch& scratch) const;
  void Lean(float lean, std::array<float, kOutputs>* scores) const;
  void Convolve(ScoreScratch* scratch, std::array<float, kOutputs>* scores) const;

  const Parameters& p_;
  std::span<const std::uint8_t> known_features_;
  std::span<const std::int8_t> linear_;
  std::span<const std::uint8_t> known_polarity_;
  std::span<const std::int8_t> polarity_;
  std::span<const std::int8_t> conv_tokens_;
  std::span<const float> conv_output_;
};

// True if bit `hash >> (32 - kKnownBits)` of the bitmap is set.
inline bool IsKnown(std::span<const std::uint8_t> bitmap, std::uint32_t hash) {
  const std::uint32_t bit = hash >> (32 - kKnownBits);
  return (bitmap[bit >> 3] >> (bit & 7)) & 1;
}

}  // namespace huiyin::triage::text
