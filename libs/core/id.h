// Identifiers: UUIDv7 (RFC 9562), so that ids sort by creation time and index pages stay warm.
#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <string_view>

#include "libs/core/clock.h"

namespace huiyin {

// Thread-safe.
class IdGenerator {
 public:
  virtual ~IdGenerator() = default;
  // A new id, 36 characters, lower case: "018f3c5e-....". Never repeats; ids of one generator are
  // strictly increasing.
  virtual std::string NewId() = 0;
};

// Random bits from the operating system, time from `clock` (which must outlive the generator).
class UuidV7Generator final : public IdGenerator {
 public:
  explicit UuidV7Generator(const Clock& clock);
  std::string NewId() override;

 private:
  const Clock& clock_;
  std::mutex mutex_;
  std::mt19937_64 random_;
  uint64_t last_ms_ = 0;
  uint32_t counter_ = 0;  // 12 bits: orders ids within one millisecond
};

// True for the 36-character form of any UUID version, either case.
bool IsUuid(std::string_view text);

}  // namespace huiyin
