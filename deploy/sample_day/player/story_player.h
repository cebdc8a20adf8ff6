// Plays one story through the services.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "deploy/client/connection.h"
#include "deploy/sample_day/player/outcome.h"
#include "deploy/sample_day/player/plan.h"

namespace huiyin::sample_day {

// What later parts of the day need to know of a story: which ticket a message became, which return
// an rma_key.
struct Landmarks {
  std::map<std::string, std::string> tickets;  // message_id → name of the ticket
  std::map<std::string, std::string> rmas;     // rma_key → name; only those that were filed
};

// Not thread-safe; one per story. References must outlive it.
class StoryPlayer {
 public:
  StoryPlayer(client::Connection& connection, Outcome& outcome, absl::Time play_time)
      : connection_(connection), outcome_(outcome), play_time_(play_time) {}

  // Takes the next step. A refusal that should not be is counted in the outcome and the story goes
  // on.
  void Play(const Step& step);

  const Landmarks& landmarks() const { return landmarks_; }

 private:
  void Play(const Message& message);
  void Play(const Action& action);
  absl::Status Reply(const Action& action);
  absl::Status Resolve(const Action& action);
  absl::Status Close(const Action& action);
  absl::Status CreateRma(const Action& action);
  absl::Status DecideRma(const Action& action, const std::string& rma);
  absl::Status Receive(const Action& action);
  absl::Status Inspect(const Action& action);
  absl::Status SendBack(const Action& action);
  absl::Status Cancel(const Action& action);

  client::Connection& connection_;
  Outcome& outcome_;
  const absl::Time play_time_;
  Landmarks landmarks_;
};

}  // namespace huiyin::sample_day
