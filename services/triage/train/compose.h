// Longer messages made of short ones, the way customers chain them: a greeting before the matter,
// two sentences on one matter, a defect followed by what is wanted, a complaint about the service
// after it. Without them a model learned from single sentences loses its way in long ones.
#pragma once

#include <cstdint>
#include <vector>

#include "services/triage/train/dataset.h"

namespace huiyin::triage::train {

// About `share` times as many rows as are given, each made of two of one language, with the labels
// that the guide gives the whole. Rows without all labels, and long ones, are not used.
// Deterministic.
std::vector<Row> Compose(const std::vector<Row>& rows, float share, std::uint64_t seed);

}  // namespace huiyin::triage::train
