#include "services/analytics/usecase/lots.h"

#include <array>
#include <map>
#include <utility>

#include "libs/core/status.h"

namespace huiyin::analytics {
namespace {

constexpr Dimension kWhat[] = {Dimension::kProduct, Dimension::kSku,     Dimension::kLot,
                               Dimension::kCountry, Dimension::kCarrier, Dimension::kWarehouse};
constexpr size_t kParts = std::size(kWhat);

}  // namespace

absl::StatusOr<std::vector<LotCounts>> ReadLots(CubeReader& reader, absl::Time from,
                                                absl::Time until,
                                                std::span<const NumberFilter> filters) {
  std::map<std::array<uint32_t, kParts>, LotCounts> lots;
  const auto lot_of = [&](const CellKey& key) -> LotCounts& {
    std::array<uint32_t, kParts> what;
    std::copy_n(key.begin(), kParts, what.begin());
    return lots[what];
  };
  HUIYIN_ASSIGN_OR_RETURN(const CellMap shipped,
                          reader.Sum(Cube::kShipped, from, until, kWhat, filters));
  for (const auto& [key, values] : shipped) lot_of(key).units += values[0];
  std::vector<Dimension> group(kWhat, kWhat + kParts);
  group.push_back(Dimension::kCategory);
  group.push_back(Dimension::kSource);
  HUIYIN_ASSIGN_OR_RETURN(const CellMap signals,
                          reader.Sum(Cube::kSignals, from, until, group, filters));
  for (const auto& [key, values] : signals) {
    LotCounts& lot = lot_of(key);
    const uint32_t issue = key[kParts], source = key[kParts + 1];
    lot.cases[issue] += values[1];
    if (source < lot.complaints[issue].size()) lot.complaints[issue][source] += values[0];
  }
  std::vector<LotCounts> result;
  for (auto& [what, lot] : lots) {
    std::string* const texts[] = {&lot.product, &lot.sku,     &lot.lot,
                                  &lot.country, &lot.carrier, &lot.warehouse};
    for (size_t i = 0; i < kParts; ++i) {
      HUIYIN_ASSIGN_OR_RETURN(*texts[i], reader.Text(kWhat[i], what[i]));
    }
    result.push_back(std::move(lot));
  }
  return result;
}

}  // namespace huiyin::analytics
