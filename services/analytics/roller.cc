#include "services/analytics/roller.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "libs/core/status.h"
#include "libs/obs/log.h"
#include "services/analytics/storage/sql_store.h"
#include "services/analytics/usecase/overview.h"
#include "services/analytics/usecase/roll.h"
#include "services/analytics/usecase/update_alerts.h"

namespace huiyin::analytics {

struct Roller::Gauges {
  explicit Gauges(obs::Metrics& m)
      : counted(m.Counter("huiyin_analytics_events_counted_total",
                          "Events that were rolled up into figures.")),
        failures(m.Counter("huiyin_analytics_roll_failures_total",
                           "Batches that failed and are tried again.")),
        waiting(m.Gauge("huiyin_analytics_events_pending",
                        "Events received that figures do not hold yet.")),
        alerts(m.Gauge("huiyin_analytics_alerts_pending",
                       "Alerts nobody has dealt with, all tenants.")) {}
  prometheus::Counter& counted;
  prometheus::Counter& failures;
  prometheus::Gauge& waiting;
  prometheus::Gauge& alerts;
};

Roller::Roller(RollerOptions options, db::Database& database, const Clock& clock, IdGenerator& ids,
               DecodeFact decode, CountAnew count_anew, obs::Metrics& metrics)
    : options_(std::move(options)),
      database_(database),
      clock_(clock),
      ids_(ids),
      decode_(std::move(decode)),
      count_anew_(std::move(count_anew)),
      gauges_(std::make_unique<Gauges>(metrics)),
      day_(metrics) {}

Roller::~Roller() { Stop(); }

void Roller::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Roller::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_signal_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Roller::Sleep() {
  std::unique_lock lock(mutex_);
  stop_signal_.wait_for(lock, absl::ToChronoMilliseconds(options_.roll_every),
                        [this] { return stopping_; });
  return !stopping_;
}

bool Roller::stopping() {
  std::lock_guard lock(mutex_);
  return stopping_;
}

void Roller::UseZones() {
  Generation live;
  absl::Status status = database_.Write([&](db::Transaction& tx) -> absl::Status {
    SqlStore store(tx);
    HUIYIN_RETURN_IF_ERROR(store.ChooseZones(options_.zones));
    HUIYIN_ASSIGN_OR_RETURN(live, store.Live());
    return absl::OkStatus();
  });
  if (status.ok() && live.zones != options_.zones) {
    obs::Log(obs::Level::kInfo, "zones_changed", {{"from", live.zones}, {"to", options_.zones}});
    status = count_anew_([&](int64_t, int64_t) {
      RollOnce();
      return !stopping();
    });
  }
  if (!status.ok() && !stopping()) {
    obs::Log(obs::Level::kWarning, "zones_failed", {{"error", status.ToString()}});
  }
}

void Roller::Run() {
  UseZones();
  while (Sleep()) {
    while (RollOnce()) {
      if (stopping()) return;
    }
    DetectIfDue();
    ShowDayIfDue();
    RemoveOldOnce();
  }
}

bool Roller::RollOnce() {
  Generation before, after;
  int64_t last = 0;
  // Most of the time there is nothing to do: look before taking the writers' turn.
  absl::Status status = database_.Read([&](db::Session& session) -> absl::Status {
    SqlStore store(session);
    HUIYIN_ASSIGN_OR_RETURN(before, store.Live());
    HUIYIN_ASSIGN_OR_RETURN(last, store.LastPosition());
    return absl::OkStatus();
  });
  if (status.ok()) gauges_->waiting.Set(static_cast<double>(last - before.position));
  if (!status.ok() || last == before.position) return false;
  status = database_.Write([&](db::Transaction& tx) -> absl::Status {
    SqlStore store(tx);
    HUIYIN_ASSIGN_OR_RETURN(before, store.Live());
    HUIYIN_ASSIGN_OR_RETURN(after, RollBatch(store, projector_, decode_, before, options_.batch));
    return absl::OkStatus();
  });
  if (!status.ok()) {
    gauges_->failures.Increment();
    obs::Log(obs::Level::kWarning, "roll_failed", {{"error", status.ToString()}});
    return false;
  }
  gauges_->counted.Increment(static_cast<double>(after.position - before.position));
  gauges_->waiting.Set(static_cast<double>(last - after.position));
  return after.position < last;
}

void Roller::DetectIfDue() {
  if (clock_.Now() < next_detect_) return;
  next_detect_ = clock_.Now() + options_.detect_every;
  int64_t position = 0;
  std::vector<std::string> tenants;
  absl::Status status = database_.Read([&](db::Session& session) -> absl::Status {
    SqlStore store(session);
    HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
    position = live.position;
    if (position == detected_at_position_) return absl::OkStatus();
    HUIYIN_ASSIGN_OR_RETURN(tenants, store.Tenants(live.number));
    return absl::OkStatus();
  });
  int open = 0;
  for (const std::string& tenant : tenants) {
    if (!status.ok()) break;
    int of_tenant = 0;
    status = database_.Write([&](db::Transaction& tx) -> absl::Status {
      SqlStore store(tx);
      Unit unit{store, clock_, ids_};
      HUIYIN_ASSIGN_OR_RETURN(
          of_tenant, UpdateAlerts(unit, TenantId(tenant), options_.detect_window, options_.detect));
      return absl::OkStatus();
    });
    open += of_tenant;
  }
  if (!status.ok()) {
    gauges_->failures.Increment();
    obs::Log(obs::Level::kWarning, "detect_failed", {{"error", status.ToString()}});
    return;
  }
  if (position != detected_at_position_) gauges_->alerts.Set(open);
  detected_at_position_ = position;
}

void Roller::ShowDayIfDue() {
  const absl::Time now = clock_.Now();
  if (now < next_day_) return;
  next_day_ = now + absl::Minutes(1);
  std::vector<Overview> overviews;
  const absl::Status status = database_.Read([&](db::Session& session) -> absl::Status {
    SqlStore store(session);
    HUIYIN_ASSIGN_OR_RETURN(const Generation live, store.Live());
    HUIYIN_ASSIGN_OR_RETURN(const std::vector<std::string> tenants, store.Tenants(live.number));
    for (const std::string& tenant : tenants) {
      HUIYIN_ASSIGN_OR_RETURN(Overview overview,
                              GetOverview(View{store, clock_}, Caller{TenantId(tenant), "metrics"},
                                          now - absl::Hours(24), now + absl::Minutes(1)));
      overviews.push_back(std::move(overview));
    }
    return absl::OkStatus();
  });
  if (status.ok()) {
    day_.Show(overviews);
  } else {
    obs::Log(obs::Level::kWarning, "day_failed", {{"error", status.ToString()}});
  }
}

void Roller::RemoveOldOnce() {
  bool old = false;
  absl::Status status = database_.Read([&](db::Session& session) -> absl::Status {
    SqlStore store(session);
    HUIYIN_ASSIGN_OR_RETURN(old, store.HasOld());
    return absl::OkStatus();
  });
  if (!status.ok() || !old) return;
  status = database_.Write([&](db::Transaction& tx) {
    SqlStore store(tx);
    return store.RemoveSomeOld();
  });
  if (!status.ok()) obs::Log(obs::Level::kWarning, "clean_failed", {{"error", status.ToString()}});
}

}  // namespace huiyin::analytics
