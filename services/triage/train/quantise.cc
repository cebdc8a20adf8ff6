#include "services/triage/train/quantise.h"

#include <algorithm>
#include <cmath>

namespace huiyin::triage::train {
namespace {

constexpr float kLargest = 127.0f;

std::int8_t Round(float value, float scale) {
  return static_cast<std::int8_t>(std::clamp(std::round(value / scale), -kLargest, kLargest));
}

float ScaleFor(float largest) { return largest > 0 ? largest / kLargest : 1.0f; }

}  // namespace

float Quantise(std::span<const float> values, std::vector<std::int8_t>* out) {
  float largest = 0;
  for (float v : values) largest = std::max(largest, std::abs(v));
  const float scale = ScaleFor(largest);
  for (std::size_t i = 0; i < values.size(); ++i) (*out)[i] = Round(values[i], scale);
  return scale;
}

std::vector<std::int8_t> QuantiseColumns(std::span<const float> values, std::size_t columns,
                                         float* scales) {
  std::vector<float> largest(columns, 0.0f);
  for (std::size_t i = 0; i < values.size(); ++i) {
    largest[i % columns] = std::max(largest[i % columns], std::abs(values[i]));
  }
  for (std::size_t c = 0; c < columns; ++c) scales[c] = ScaleFor(largest[c]);
  std::vector<std::int8_t> out(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) out[i] = Round(values[i], scales[i % columns]);
  return out;
}

void AddLinear(const LinearModel& model, text::Parameters* p, text::ModelWriter* writer) {
  writer->Add<std::int8_t>(text::Section::kLinear,
                           QuantiseColumns(model.weights, model.columns, p->linear_scale));
  std::copy(model.bias.begin(), model.bias.end(), p->linear_bias);
}

void AddConv(const ConvModel& model, text::Parameters* p, text::ModelWriter* writer) {
  const std::size_t tokens = model.embedding.size() / kConvEmbedding;
  std::vector<float> table(tokens * text::kConvRow, 0.0f);
  for (std::size_t t = 0; t < tokens; ++t) {
    const float* e = &model.embedding[t * kConvEmbedding];
    for (std::size_t o = 0; o < kConvOffsets; ++o) {
      float* out = &table[t * text::kConvRow + o * kConvFilters];
      for (std::size_t k = 0; k < kConvEmbedding; ++k) {
        const float* w = &model.filters[(o * kConvEmbedding + k) * kConvFilters];
        for (std::size_t f = 0; f < kConvFilters; ++f) out[f] += e[k] * w[f];
      }
    }
  }
  // A filter has one scale over all its offsets, so that their values can be added as they are.
  std::vector<float> largest(kConvPooled, 0.0f);
  const auto filter_of = [](std::size_t column) {
    const std::size_t offset = column / kConvFilters;
    const std::size_t width = offset < 2 ? 0 : offset < 5 ? 1 : 2;
    return width * kConvFilters + column % kConvFilters;
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    float& l = largest[filter_of(i % text::kConvRow)];
    l = std::max(l, std::abs(table[i]));
  }
  for (std::size_t f = 0; f < kConvPooled; ++f) p->conv_scale[f] = ScaleFor(largest[f]);
  std::vector<std::int8_t> quantised(table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    quantised[i] = Round(table[i], p->conv_scale[filter_of(i % text::kConvRow)]);
  }
  writer->Add<std::int8_t>(text::Section::kConvTokens, quantised);
  std::vector<std::int16_t> outputs(text::kOutputs * kConvInputs);
  for (std::size_t c = 0; c < text::kOutputs; ++c) {
    const auto weight = [&](std::size_t i) { return model.output[i * model.columns + c]; };
    float most = 0;
    for (std::size_t i = 0; i < kConvInputs; ++i) most = std::max(most, std::abs(weight(i)));
    const float scale = most > 0 ? most / text::kConvWeightMost : 1.0f;
    for (std::size_t i = 0; i < kConvInputs; ++i) {
      outputs[c * kConvInputs + i] = static_cast<std::int16_t>(std::round(weight(i) / scale));
    }
    p->conv_output_scale[c] = scale * text::kConvInputUnit;
  }
  writer->Add<std::int16_t>(text::Section::kConvOutput, outputs);
  std::copy(model.filter_bias.begin(), model.filter_bias.end(), p->conv_bias);
  std::copy_n(model.output_bias.begin(), text::kOutputs, p->conv_output_bias);
}

}  // namespace huiyin::triage::train
