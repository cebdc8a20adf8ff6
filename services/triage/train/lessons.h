// The second half of a training: the model is taught whole messages (corpus/lessons) the way a
// service teaches it corrections, and calibrated on those held back (IsHeldBack), judged by a model
// that does not know them in any way.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "services/triage/train/dataset.h"

namespace huiyin::triage::train {

struct Teaching {
  std::string base;     // model file to teach
  std::string judge;    // the same without the lessons held back; empty for none
  std::string output;   // model file to write; may be the base
  std::string release;  // first part of its version
};

// Rows may lack labels; those that lack one calibrate nothing. Temperatures, opinions and review
// thresholds come from the judge, taught the rows that are not held back; without a judge they stay
// the base's. `leaning`: texts that feel one way or the other, unknown to both, which only say that
// they are not neutral. Deterministic.
absl::Status TeachLessons(const Teaching& teaching, const std::vector<Row>& rows,
                          const std::vector<Row>& leaning);

}  // namespace huiyin::triage::train
