// What a model knows of a feature, found with one read of memory. The file keeps three tables, each
// indexed by the hash: which features the linear half knows, which the polarity table knows, and
// which way those lean. Most features of a text are in none of them, and their hashes lie anywhere,
// so what finding that out costs is the reads: the three are laid side by side when a model is
// loaded.
#pragma once

#include <cstdint>
#include <vector>

#include "services/triage/domain/text/model_file.h"

namespace huiyin::triage::text {

// About one feature. The low byte is its polarity (int8), the bits say who knows it.
using Facts = std::uint16_t;
inline constexpr Facts kKnownBit = 1 << 8;
inline constexpr Facts kPolarBit = 2 << 8;

// Immutable once made; thread-safe.
class FeatureTable {
 public:
  explicit FeatureTable(const ModelFile& file);

  Facts Of(std::uint32_t hash) const {
    const std::uint32_t entry = entries_[hash >> shift_];
    const std::uint32_t pair = hash >> (32 - kKnownBits) & pairs_mask_;
    return static_cast<Facts>((entry & 0xFF) | (entry >> (2 * pair) & (kKnownBit | kPolarBit)));
  }
  void Prefetch(std::uint32_t hash) const { __builtin_prefetch(&entries_[hash >> shift_]); }

 private:
  // An entry is a polarity and, above it, two bits for each of up to four features that share it.
  static constexpr unsigned kLeastBits = kKnownBits - 2;

  unsigned shift_;
  std::uint32_t pairs_mask_;
  std::vector<std::uint16_t> entries_;
};

}  // namespace huiyin::triage::text
