// Plays the whole sample day through the services, as often as you like: playing again duplicates
// nothing.
#pragma once

#include <ostream>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "deploy/client/connection.h"
#include "deploy/sample_day/player/day.h"
#include "deploy/sample_day/player/outcome.h"
#include "deploy/terminal/table.h"

namespace huiyin::sample_day {

struct PlayOptions {
  int side_by_side = 16;  // stories played at once
  absl::Duration settle_timeout = absl::Minutes(3);
};

// Progress goes to `out`. An error means that the day could not be played or did not settle; single
// steps that were refused are in `outcome`. Sets `play_time` (T of the README) when it is known.
absl::Status PlayDay(client::Connection& connection, const Day& day, const PlayOptions& options,
                     std::ostream& out, const terminal::Style& style, Outcome& outcome,
                     absl::Time& play_time);

}  // namespace huiyin::sample_day
