// The thread that keeps figures and alerts up to date: rolls up what the log has gained, looks for
// things going wrong, clears away figures that were replaced.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "libs/db/database.h"
#include "libs/obs/metrics.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

struct RollerOptions {
  int batch = 5000;  // events per transaction
  absl::Duration roll_every = absl::Milliseconds(100);
  absl::Duration detect_every = absl::Seconds(5);
  absl::Duration detect_window = absl::Hours(24 * 28);
  DetectOptions detect;
};

// Start and Stop are for one thread; the rest is internal.
class Roller {
 public:
  // References must outlive the roller.
  Roller(RollerOptions options, db::Database& database, const Clock& clock, IdGenerator& ids,
         DecodeFact decode, obs::Metrics& metrics);
  ~Roller();  // Stop()
  void Start();
  void Stop();

 private:
  struct Gauges;

  void Run();
  // True when there may be more at once.
  bool RollOnce();
  void DetectIfDue();
  void RemoveOldOnce();
  bool Sleep();  // false when stopping

  const RollerOptions options_;
  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  const DecodeFact decode_;
  std::unique_ptr<Gauges> gauges_;
  int64_t detected_at_position_ = -1;
  absl::Time next_detect_ = absl::InfinitePast();

  std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace huiyin::analytics
