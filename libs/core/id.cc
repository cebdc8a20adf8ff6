#include "libs/core/id.h"

#include <array>

#include "absl/strings/ascii.h"

namespace huiyin {

UuidV7Generator::UuidV7Generator(const Clock& clock) : clock_(clock) {
  std::random_device device;
  std::seed_seq seed{device(), device(), device(), device(), device(), device()};
  random_.seed(seed);
}

std::string UuidV7Generator::NewId() {
  uint64_t high, low;
  {
    std::lock_guard lock(mutex_);
    const uint64_t now_ms = static_cast<uint64_t>(absl::ToUnixMillis(clock_.Now()));
    if (now_ms > last_ms_) {
      last_ms_ = now_ms;
      counter_ = static_cast<uint32_t>(random_() & 0x7ff);  // headroom: half of the 12 bits
    } else if (++counter_ > 0xfff) {  // more than the counter holds, or the clock stepped back
      ++last_ms_;
      counter_ = 0;
    }
    high = last_ms_ << 16 | 0x7000 | counter_;
    low = (random_() & 0x3fffffffffffffff) | 0x8000000000000000;
  }
  static constexpr char kHex[] = "0123456789abcdef";
  std::string id(36, '-');
  size_t at = 0;
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20) ++at;
    const uint64_t word = nibble < 16 ? high : low;
    id[at++] = kHex[word >> (60 - 4 * (nibble % 16)) & 0xf];
  }
  return id;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) {
      return false;
    }
  }
  return true;
}

}  // namespace huiyin
