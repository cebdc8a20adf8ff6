// Answers surveys as the day's customers do.
#pragma once

#include "absl/status/status.h"
#include "deploy/client/connection.h"
#include "deploy/sample_day/player/outcome.h"
#include "deploy/sample_day/player/story_player.h"

namespace huiyin::sample_day {

// Answers the invitation about the ticket or return of `action`. Without an invitation that can be
// answered (a cap, a ticket that was never resolved) the answer is counted as skipped.
void AnswerSurvey(client::Connection& connection, const Landmarks& landmarks, const Action& action,
                  Outcome& outcome);

// Waits until every unhappy answer is read and has its ticket. UNAVAILABLE when that takes longer
// than a minute.
absl::Status AwaitRecoveries(client::Connection& connection);

// Reports that what went out for the return of `action` has arrived, when it is on its way.
void DeliverGoods(client::Connection& connection, const Landmarks& landmarks, const Action& action,
                  Outcome& outcome);

}  // namespace huiyin::sample_day
