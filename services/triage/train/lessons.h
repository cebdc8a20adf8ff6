// The second half of a training: the model made of the corpus is taught whole messages
// (corpus/lessons) the way a service teaches it corrections, and calibrated on them, each judged by
// a model that was not taught it.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/triage/train/dataset.h"

namespace huiyin::triage::train {

// Reads the model at `base`, writes the taught one to `output` (which may be the same). Rows need
// all three labels. Deterministic.
absl::Status TeachLessons(const std::string& base, const std::vector<Row>& rows,
                          const std::string& output, const std::string& release);

}  // namespace huiyin::triage::train
