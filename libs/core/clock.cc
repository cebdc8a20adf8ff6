#include "libs/core/clock.h"

#include "absl/time/clock.h"

namespace huiyin {
namespace {
class HostClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
};
}  // namespace

const Clock& SystemClock() {
  static const HostClock clock;
  return clock;
}

}  // namespace huiyin
