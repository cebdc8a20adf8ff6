// What learning from corrections changes in a model: some rows of its linear table, nothing else.
// Kept in the database, so that every replica can make the same candidate from the shipped file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace huiyin::triage {

struct Patch {
  std::string base_version;          // of the model it belongs to
  std::vector<std::uint32_t> rows;   // ascending
  std::vector<std::int8_t> weights;  // text::kLinearColumns for each row
};

// As bytes, little-endian, checked on the way back: DATA_LOSS for anything else than what Pack
// made.
std::string Pack(const Patch& patch);
absl::StatusOr<Patch> Unpack(std::string_view bytes);

// Version of the patched model: that of its base, '+', eight digits of a hash of the patch.
std::string VersionOf(const Patch& patch);

}  // namespace huiyin::triage
