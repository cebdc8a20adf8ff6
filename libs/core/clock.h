// The only source of time in the project. Everything that needs "now" is given a Clock, so that
// tests decide what time it is (libs/testing/fake_clock.h).
#pragma once

#include "absl/time/time.h"

namespace huiyin {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time, microsecond resolution or better. May step backwards when the host's clock
  // does.
  virtual absl::Time Now() const = 0;
};

// The host's clock. The returned object lives for ever.
const Clock& SystemClock();

}  // namespace huiyin
