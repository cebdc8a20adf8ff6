// The second half of a training: the model is taught whole messages (corpus/lessons) the way a
// service teaches it corrections, and calibrated on those held back (IsHeldBack), judged by a model
// that was not taught them. The first half must not have seen those either.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/triage/train/dataset.h"

namespace huiyin::triage::train {

// Reads the model at `base`, writes the taught one to `output` (which may be the same). Rows may
// lack labels; those that lack one calibrate nothing. Deterministic.
absl::Status TeachLessons(const std::string& base, const std::vector<Row>& rows,
                          const std::string& output, const std::string& release);

}  // namespace huiyin::triage::train
