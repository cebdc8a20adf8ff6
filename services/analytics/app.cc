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

namespace huiyin::analytics {
namespace {

RollerOptions ReadOptions(const config::Settings& settings) {
  RollerOptions options;
  options.batch = static_cast<int>(settings.Int("analytics.batch"));
  options.roll_every = settings.Duration("analytics.roll_every");
  options.detect_every = settings.Duration("analytics.detect_every");
  options.detect_window = settings.Duration("analytics.detect_window");
  options.detect.min_cases = settings.Int("analytics.detect_min_cases");
  return options;
}

ServiceParts MakeParts(host::Host& host, int batch) {
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
  parts.rebuild = [&database, batch](absl::FunctionRef<bool(int64_t, int64_t)> progress) {
    const InTransaction write = [&](absl::FunctionRef<absl::Status(Store&)> body) {
      return database.Write([&](db::Transaction& tx) {
        SqlStore store(tx);
        return body(store);
      });
    };
    return Rebuild(write, Decode, batch, progress);
  };
  return parts;
}

absl::Status Assemble(host::Host& host) {
  const RollerOptions options = ReadOptions(host.settings());
  const auto roller = std::make_shared<Roller>(options, host.database(), host.clock(), host.ids(),
                                               Decode, host.metrics());
  host.Keep(roller);
  host.AddBackground([r = roller.get()] { r->Start(); }, [r = roller.get()] { r->Stop(); });
  host.Add(events::Subscription{.consumer = "analytics",
                                .topics = {"ticket", "decision", "order", "rma", "survey"}},
           std::make_unique<LogHandler>([](db::Transaction& tx, const LoggedEvent& event) {
             return SqlStore(tx).AppendEvent(event);
           }));
  host.Add(std::make_unique<AnalyticsServiceImpl>(host.methods(), MakeParts(host, options.batch)));
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
