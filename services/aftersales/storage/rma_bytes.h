// The parts of an RMA that are written once and read as a whole, in canonical bytes: its lines, and
// the actions of one change.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "services/aftersales/domain/rma.h"

namespace huiyin::aftersales {

// Without terms of exchanges, which change, and without what the action log adds.
std::string EncodeLines(const std::vector<RmaLine>& lines);
// Adds to `lines`. DATA_LOSS when the bytes are not EncodeLines'.
absl::Status DecodeLines(std::string_view bytes, std::vector<RmaLine>& lines);

// Actions whose sequence numbers follow each other; the first one's is not among the bytes.
std::string EncodeActions(std::span<const Action> actions);
// Adds to `log`; the first one's sequence is `first`. DATA_LOSS when the bytes are not
// EncodeActions'.
absl::Status DecodeActions(std::string_view bytes, int64_t first, std::vector<Action>& log);

}  // namespace huiyin::aftersales
