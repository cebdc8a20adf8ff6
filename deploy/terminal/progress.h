// A line that tells how far a long step is.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/time/time.h"
#include "libs/core/clock.h"

namespace huiyin::terminal {

// On a terminal one line that is redrawn, at most ten times a second; elsewhere a plain line every
// few seconds, so that logs stay short. Not thread-safe.
class Progress {
 public:
  // `total` 0: not known, so no bar. References must outlive it.
  Progress(std::ostream& out, const Clock& clock, bool terminal, std::string label, int64_t total);
  ~Progress();  // Finish()
  Progress(const Progress&) = delete;

  // `done` of total; `note` is shown behind the figures, for example "12 refused".
  void Update(int64_t done, const std::string& note = "");
  // Draws the last state and ends the line. Idempotent.
  void Finish();

 private:
  void Draw();

  std::ostream& out_;
  const Clock& clock_;
  const bool terminal_;
  const std::string label_;
  const int64_t total_;
  const absl::Time started_;
  absl::Time drawn_ = absl::InfinitePast();
  int64_t done_ = 0;
  std::string note_;
  bool stale_ = false;
  bool finished_ = false;
};

}  // namespace huiyin::terminal
