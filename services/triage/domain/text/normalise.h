// One spelling for texts that mean the same: NFKC with case folding, traditional → simplified,
// digit runs and masks to one form, repeats collapsed. The tables are made when a model is trained
// and live in the model file, so training and use cannot differ.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace huiyin::triage::text {

// Read-only view of the folding tables; the memory belongs to the model file.
struct FoldTables {
  static constexpr std::uint32_t kCodePoints = 0x20000;  // others fold to themselves
  static constexpr std::uint32_t kBlockBits = 7;
  static constexpr std::uint32_t kSame = 0;               // entry: folds to itself
  static constexpr std::uint32_t kDrop = 0x7FFFFFFF;      // entry: leaves nothing
  static constexpr std::uint32_t kSequence = 0x80000000;  // entry flag: offset << 8 | length

  struct Composition {
    std::uint32_t base;
    std::uint32_t mark;
    std::uint32_t composed;
  };

  std::span<const std::uint16_t> block_of;  // by code point >> kBlockBits
  std::span<const std::uint32_t> entries;   // by block * 128 + low bits; else a code point
  std::span<const std::uint32_t> sequences;
  std::span<const Composition> compositions;  // sorted by (mark, base)
  std::span<const std::uint32_t> simplified;  // by code point - kFirstHan; 0 = same
  static constexpr std::uint32_t kFirstHan = 0x3400;
  static constexpr std::uint32_t kHanCount = 0xA000 - kFirstHan;

  std::uint32_t Entry(char32_t c) const {
    if (c >= kCodePoints) return kSame;
    return entries[(static_cast<std::size_t>(block_of[c >> kBlockBits]) << kBlockBits) |
                   (c & ((1u << kBlockBits) - 1))];
  }
  char32_t Simplify(char32_t c) const {
    if (c < kFirstHan || c >= kFirstHan + kHanCount) return c;
    const std::uint32_t s = simplified[c - kFirstHan];
    return s == 0 ? c : s;
  }
};

// A normalised text. Position i came from bytes [begin[i], begin[i + 1]) of the original, more or
// less: marks and collapsed repeats belong to the position before them.
struct NormalText {
  std::vector<char32_t> cp;            // simplified: what categories are read from
  std::vector<char32_t> unsimplified;  // the same positions before simplification: for language
  std::vector<std::uint32_t> begin;    // one more than cp
  std::uint32_t traditional = 0;       // characters that simplification changed

  std::size_t size() const { return cp.size(); }
};

// Longest text read whole, in code points; of a longer one the first three quarters of this many
// and the last quarter are.
inline constexpr std::size_t kMostCodePoints = 4096;
// Folding can lengthen a text; what would pass this many positions is left out.
inline constexpr std::size_t kMostPositions = 16384;

// Overwrites *out. Linear in the code points read.
void Normalise(const FoldTables& tables, std::string_view text, NormalText* out);

}  // namespace huiyin::triage::text
