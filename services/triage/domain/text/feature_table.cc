#include "services/triage/domain/text/feature_table.h"

#include <algorithm>
#include <span>

namespace huiyin::triage::text {

FeatureTable::FeatureTable(const ModelFile& file)
    : shift_(32 - std::max(kLeastBits, file.parameters().polarity_bits)),
      pairs_mask_((1u << (kKnownBits - (32 - shift_))) - 1),
      entries_(std::size_t{1} << (32 - shift_)) {
  const std::span<const std::uint8_t> known = file.Get<std::uint8_t>(Section::kKnownFeatures);
  const std::span<const std::uint8_t> polar = file.Get<std::uint8_t>(Section::kKnownPolarity);
  const std::span<const std::int8_t> polarity = file.Get<std::int8_t>(Section::kPolarity);
  const unsigned polarity_shift = 32 - file.parameters().polarity_bits;
  const std::uint32_t pairs = pairs_mask_ + 1;
  for (std::uint32_t i = 0; i < entries_.size(); ++i) {
    std::uint32_t entry = static_cast<std::uint8_t>(polarity[(i << shift_) >> polarity_shift]);
    for (std::uint32_t pair = 0; pair < pairs; ++pair) {
      const std::uint32_t hash = i << shift_ | pair << (32 - kKnownBits);
      if (IsKnown(known, hash)) entry |= static_cast<std::uint32_t>(kKnownBit) << (2 * pair);
      if (IsKnown(polar, hash)) entry |= static_cast<std::uint32_t>(kPolarBit) << (2 * pair);
    }
    entries_[i] = static_cast<std::uint16_t>(entry);
  }
}

}  // namespace huiyin::triage::text
