// Trains the language model: one softmax among the languages of each script.
#pragma once

#include <cstdint>
#include <vector>

#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/text/normalise.h"
#include "services/triage/train/dataset.h"

namespace huiyin::triage::train {

// Writes the language section, and its scales and biases to *p. Without `rows` it learns from the
// corpus alone: the supported languages only.
void TrainLanguages(const std::vector<LanguageRow>& rows, const std::vector<Row>& corpus,
                    const text::FoldTables& tables, std::uint64_t seed, text::Parameters* p,
                    text::ModelWriter* writer);

}  // namespace huiyin::triage::train
