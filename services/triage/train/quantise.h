// Trained weights to the eight-bit tables of the model file.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/triage/domain/text/model_file.h"
#include "services/triage/train/conv_trainer.h"
#include "services/triage/train/linear_trainer.h"

namespace huiyin::triage::train {

// Writes round(value / scale) to *out, which has the size of `values`, and returns the scale.
float Quantise(std::span<const float> values, std::vector<std::int8_t>* out);

// A row-major table of `columns` with a scale for each column.
std::vector<std::int8_t> QuantiseColumns(std::span<const float> values, std::size_t columns,
                                         float* scales);

void AddLinear(const LinearModel& model, text::Parameters* p, text::ModelWriter* writer);
// Folds embeddings and filters into one table: a token's share in each filter at each offset.
void AddConv(const ConvModel& model, text::Parameters* p, text::ModelWriter* writer);

}  // namespace huiyin::triage::train
