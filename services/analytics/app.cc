#include "services/analytics/app.h"

#include <memory>
#include <string>

#include "libs/core/status.h"
#include "services/analytics/config.h"
#include "services/analytics/events/codec.h"
#include "services/analytics/events/log_handler.h"
#include "services/analytics/roller.h"
#include "services/analytics/rpc/service.h"
#include "services/analytics/storage/sql_store.h"
#include "services/analytics/usecase/rebuild.h"
#include "services/analytics/usecase/report_schedules.h"

namespace huiyin::analytics {
namespace {

absl::StatusOr<RollerOptions> ReadOptions(const config::Settings& settings) {
  RollerOptions options;
  HUIYIN_ASSIGN_OR_RETURN(const Zones zones, Zones::Parse(settings.String("analytics.time_zones")));
  options.zones = zones.Text();
  options.batch = static_cast<int>(settings.Int("analytics.batch"));
  options.roll_every = settings.Duration("analytics.roll_every");
  options.detect_every = settings.Duration("analytics.detect_every");
  options.detect_window = settings.Duration("analytics.detect_window");
  options.detect.min_cases = settings.Int("analytics.detect_min_cases");
  return options;
}

using CountAnew = std::function<absl::StatusOr<RebuildResult>(
    absl::FunctionRef<bool(int64_t counted, int64_t total)>)>;

CountAnew MakeRebuild(db::Database& database, const std::string& zones) {
  RebuildParts parts;
  parts.write = [&database](absl::FunctionRef<absl::Status(Store&)> body) {
    return database.Write([&](db::Transaction& tx) {
      SqlStore store(tx);
      return body(store);
    });
  };
  parts.read = [&database](absl::FunctionRef<absl::Status(Store&)> body) {
    return database.Read([&](db::Session& session) {
      SqlStore store(session);
      return body(store);
    });
  };
  parts.decode = Decode;
  parts.zones = zones;
  return [parts](absl::FunctionRef<bool(int64_t, int64_t)> progress) {
    return Rebuild(parts, progress);
  };
}

ServiceParts MakeParts(host::Host& host, CountAnew rebuild) {
  db::Database& database = host.database();
  const Clock& clock = host.clock();
  IdGenerator& ids = host.ids();
  ServiceParts parts{.clock = clock};
  parts.open_view = [&database, &clock](absl::FunctionRef<absl::Status(const View&)> body) {
    return database.Read([&](db::Session& session) {
      SqlStore store(session);
      return body(View{store, clock});
    });
  };
  parts.open_unit = [&clock, &ids](db::Transaction& tx,
                                   absl::FunctionRef<absl::Status(Unit&)> body) {
    SqlStore store(tx);
    Unit unit{store, clock, ids};
    return body(unit);
  };
  parts.rebuild = std::move(rebuild);
  parts.to_json = EventJson;
  return parts;
}

LogHandler::Log MakeLog(IdGenerator& ids) {
  return {.append = [](db::Transaction& tx,
                       const LoggedEvent& event) { return SqlStore(tx).AppendEvent(event); },
          .alias_of =
              [&ids](db::Transaction& tx, const std::string& tenant, const std::string& customer) {
                return SqlStore(tx).AliasOf(tenant, customer, ids.NewId());
              },
          .forget_customer =
              [](db::Transaction& tx, const std::string& tenant, const std::string& customer) {
                return SqlStore(tx).ForgetCustomer(tenant, customer).status();
              }};
}

absl::Status Assemble(host::Host& host) {
  HUIYIN_ASSIGN_OR_RETURN(const RollerOptions options, ReadOptions(host.settings()));
  const CountAnew rebuild = MakeRebuild(host.database(), options.zones);
  const auto roller = std::make_shared<Roller>(
      options, host.database(), host.clock(), host.ids(), Decode,
      [rebuild](absl::FunctionRef<bool(int64_t, int64_t)> progress) {
        return rebuild(progress).status();
      },
      host.metrics());
  host.Keep(roller);
  host.AddBackground([r = roller.get()] { r->Start(); }, [r = roller.get()] { r->Stop(); });
  host.timers().Handle(kReportTimer, [clock = &host.clock(), ids = &host.ids()](
                                         db::Transaction& tx, const timers::Timer& timer) {
    SqlStore store(tx);
    Unit unit{store, *clock, *ids};
    return MakeDueReport(unit, TenantId(timer.payload), ScheduleId(timer.key));
  });
  host.Add(
      events::Subscription{.consumer = "analytics",
                           .topics = {"ticket", "decision", "order", "rma", "survey", "customer"}},
      std::make_unique<LogHandler>(MakeLog(host.ids())));
  host.Add(std::make_unique<AnalyticsServiceImpl>(host.methods(), MakeParts(host, rebuild)));
  return absl::OkStatus();
}

}  // namespace

host::Program Program() {
  return {.name = "analytics",
          .settings = Settings(),
          .schema = Schema(),
          .event_consumers = {},
          .assemble = Assemble};
}

}  // namespace huiyin::analytics
