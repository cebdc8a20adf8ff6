// Makes the folding tables of a model from ICU (NFKC, case folding) and OpenCC (traditional →
// simplified). Only training needs those libraries; what ships reads the tables.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/domain/text/normalise.h"

namespace huiyin::triage::train {

// Owns what text::FoldTables views.
struct FoldData {
  std::vector<std::uint16_t> block_of;
  std::vector<std::uint32_t> entries;
  std::vector<std::uint32_t> sequences;
  std::vector<text::FoldTables::Composition> compositions;
  std::vector<std::uint32_t> simplified;

  text::FoldTables View() const;
};

absl::StatusOr<FoldData> BakeFoldTables();

}  // namespace huiyin::triage::train
