// The thread that keeps figures and alerts up to date: rolls up what the log has gained, looks for
// things going wrong, clears away figures that were replaced.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "libs/db/database.h"
#include "libs/obs/metrics.h"
#include "services/analytics/day_gauges.h"
#include "services/analytics/usecase/projector.h"
#include "services/analytics/usecase/unit.h"

namespace huiyin::analytics {

struct RollerOptions {
  int batch = 5000;  // events per transaction
  absl::Duration roll_every = absl::Milliseconds(100);
  absl::Duration detect_every = absl::Seconds(5);
  absl::Duration detect_window = absl::Hours(24 * 28);
  DetectOptions detect;
  std::string zones = "UTC";  // of the days of figures, Zones::Text
};

// Start and Stop are for one thread; the rest is internal.
class Roller {
 public:
  using CountAnew =
      std::function<absl::Status(absl::FunctionRef<bool(int64_t counted, int64_t total)>)>;

  // References must outlive the roller. `count_anew` rebuilds with the zones of the options.
  Roller(RollerOptions options, db::Database& database, const Clock& clock, IdGenerator& ids,
         DecodeFact decode, CountAnew count_anew, obs::Metrics& metrics);
  ~Roller();  // Stop()
  void Start();
  void Stop();

 private:
  struct Gauges;

  void Run();
  // Counts everything anew when the figures in use have days of other zones.
  void UseZones();
  // True when there may be more at once.
  bool RollOnce();
  void DetectIfDue();
  // Shows the last day of all tenants as metrics, once a minute.
  void ShowDayIfDue();
  void RemoveOldOnce();
  bool Sleep();  // false when stopping
  bool stopping();

  const RollerOptions options_;
  db::Database& database_;
  const Clock& clock_;
  IdGenerator& ids_;
  const DecodeFact decode_;
  const CountAnew count_anew_;
  Projector projector_;
  std::unique_ptr<Gauges> gauges_;
  int64_t detected_at_position_ = -1;
  absl::Time next_detect_ = absl::InfinitePast();
  DayGauges day_;
  absl::Time next_day_ = absl::InfinitePast();

  std::mutex mutex_;
  std::condition_variable stop_signal_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace huiyin::analytics
