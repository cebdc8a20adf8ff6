#include "services/analytics/domain/stats/hyperloglog.h"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace huiyin::analytics {
namespace {

constexpr int kMaxRank = 64 - kHllBits + 1;

// FNV-1a, then the finaliser of splitmix64, since FNV's high bits mix poorly.
uint64_t Hash(std::string_view text) {
  uint64_t h = 0xcbf29ce484222325;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9;
  h = (h ^ (h >> 27)) * 0x94d049bb133111eb;
  return h ^ (h >> 31);
}

double Sigma(double x) {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1, z = x, before;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (z != before);
  return z;
}

double Tau(double x) {
  if (x == 0 || x == 1) return 0;
  double y = 1, z = 1 - x, before;
  do {
    x = std::sqrt(x);
    before = z;
    y /= 2;
    z -= (1 - x) * (1 - x) * y;
  } while (z != before);
  return z / 3;
}

}  // namespace

HllObservation HllObserve(std::string_view item) {
  const uint64_t hash = Hash(item);
  const uint64_t rest = hash << kHllBits;
  const int rank = rest == 0 ? kMaxRank : std::countl_zero(rest) + 1;
  return {static_cast<uint32_t>(hash >> (64 - kHllBits)), rank};
}

double HllEstimate(const std::map<uint32_t, int64_t>& registers) {
  constexpr double kM = 1 << kHllBits;
  std::array<double, kMaxRank + 1> multiplicity{};
  multiplicity[0] = kM - static_cast<double>(registers.size());
  for (const auto& [index, rank] : registers) multiplicity[static_cast<size_t>(rank)] += 1;
  double z = kM * Tau(1 - multiplicity[kMaxRank] / kM);
  for (int rank = kMaxRank - 1; rank >= 1; --rank) {
    z = (z + multiplicity[static_cast<size_t>(rank)]) / 2;
  }
  z += kM * Sigma(multiplicity[0] / kM);
  return kM * kM / (2 * std::log(2.0) * z);
}

}  // namespace huiyin::analytics
