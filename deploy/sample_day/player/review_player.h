// Posts the day's product reviews, and shows what they come to.
#pragma once

#include <ostream>

#include "absl/status/status.h"
#include "deploy/client/connection.h"
#include "deploy/sample_day/player/day.h"
#include "deploy/sample_day/player/outcome.h"
#include "deploy/terminal/table.h"

namespace huiyin::sample_day {

// Posts the review, votes, decides and answers as its record says.
void PlayReview(client::Connection& connection, const Review& review, Outcome& outcome);

// A line for every product of the day's reviews, best score first.
absl::Status PrintProductScores(client::Connection& connection, const Day& day, std::ostream& out,
                                const terminal::Style& style);

}  // namespace huiyin::sample_day
