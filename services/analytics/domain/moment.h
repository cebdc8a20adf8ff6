// A point in time that may not be known, in half the bytes of std::optional<absl::Time>: entities
// are kept by the hundred thousand. Exact to the microsecond, as it is stored.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "absl/time/time.h"

namespace huiyin::analytics {

class Moment {
 public:
  constexpr Moment() = default;
  // NOLINTBEGIN(google-explicit-constructor): stands in for an optional time.
  constexpr Moment(std::nullopt_t) {}
  Moment(absl::Time time) : micros_(absl::ToUnixMicros(time)) {}
  Moment(std::optional<absl::Time> time) {
    if (time) *this = Moment(*time);
  }
  operator std::optional<absl::Time>() const {
    return *this ? std::optional(**this) : std::nullopt;
  }
  // NOLINTEND(google-explicit-constructor)

  explicit operator bool() const { return micros_ != kUnknown; }
  // Only when it is known.
  absl::Time operator*() const { return absl::FromUnixMicros(micros_); }
  absl::Time value_or(absl::Time other) const { return *this ? **this : other; }

  template <class Archive>
  void Fields(Archive& a) {
    bool known = micros_ != kUnknown;
    a(known);
    if (!known) return;
    a(micros_);
  }
  friend bool operator==(const Moment&, const Moment&) = default;

 private:
  static constexpr int64_t kUnknown = std::numeric_limits<int64_t>::min();
  int64_t micros_ = kUnknown;
};

}  // namespace huiyin::analytics
