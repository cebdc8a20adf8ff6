// The desk of the sample day: agents on duty, and an SLA plan in which a day lasts seconds.
#pragma once

#include <ostream>

#include "absl/status/status.h"
#include "deploy/client/connection.h"
#include "deploy/terminal/table.h"

namespace huiyin::sample_day {

// Registers the agents, puts them online, and publishes the plan. Again changes nothing.
absl::Status OpenDesk(client::Connection& connection);

// Waits a few seconds for the first missed target: the day has tickets that nobody answers.
absl::Status AwaitBreach(client::Connection& connection);

// Queues, agents, and targets missed.
absl::Status PrintDesk(client::Connection& connection, std::ostream& out,
                       const terminal::Style& style);

}  // namespace huiyin::sample_day
