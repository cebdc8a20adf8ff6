#include "services/ingest/app.h"

#include "libs/core/status.h"
#include "services/ingest/config.h"
#include "services/ingest/events/decision_handler.h"
#include "services/ingest/events/outbox_publisher.h"
#include "services/ingest/rpc/customer_service.h"
#include "services/ingest/rpc/evidence_service.h"
#include "services/ingest/rpc/ticket_service.h"
#include "services/ingest/storage/local_blob_store.h"
#include "services/ingest/storage/search_index.h"
#include "services/ingest/storage/sql_store.h"
#include "services/ingest/usecase/change_ticket.h"
#include "services/ingest/usecase/erase_customer.h"
#include "services/ingest/usecase/uploads.h"

namespace huiyin::ingest {

std::span<const db::Migration> Schema();

namespace {

// A query publishes nothing.
class NoPublisher final : public Publisher {
 public:
  absl::Status TicketCreated(const Caller&, const Ticket&, const Message&) override {
    return Refuse();
  }
  absl::Status MessageAdded(const Caller&, const Ticket&, const Message&, bool) override {
    return Refuse();
  }
  absl::Status StateChanged(const Caller&, const Ticket&, State) override { return Refuse(); }
  absl::Status Merged(const Caller&, const Ticket&, const TicketId&, bool) override {
    return Refuse();
  }
  absl::Status CustomerErased(const Caller&, const CustomerId&, const Erasure&) override {
    return Refuse();
  }

 private:
  static absl::Status Refuse() { return absl::InternalError("a query has an event to publish"); }
};

// What lives as long as the process.
struct Parts {
  Rules rules;
  std::unique_ptr<SearchIndex> search;
  std::unique_ptr<BlobStore> blobs;
  NoPublisher no_events;
};

Rules ReadRules(const config::Settings& settings) {
  Rules rules;
  std::array<ChannelPolicy, kChannels> table = kDefaultPolicies;
  for (ChannelPolicy& channel : table) {
    channel.conversation = settings.Duration(ConversationKey(channel, "window"));
    channel.reopen = settings.Duration(ConversationKey(channel, "reopen"));
  }
  rules.intake = IntakePolicy(table);
  rules.close_after = settings.Duration("ticket.close_after");
  rules.max_upload_bytes = settings.Int("upload.max_bytes");
  rules.max_open_uploads = static_cast<int>(settings.Int("upload.max_open"));
  rules.upload_expiry = settings.Duration("upload.expiry");
  return rules;
}

Units MakeUnits(host::Host& host, Parts& parts) {
  Units units;
  units.within = [&host, &parts](db::Transaction& tx, UnitBody body) {
    SqlStore store(tx, *parts.search);
    OutboxPublisher events(tx, host.clock(), host.ids());
    Unit unit{store, events, host.clock(), host.ids(), parts.rules};
    return body(unit);
  };
  units.read = [&host, &parts](UnitBody body) {
    return host.database().Read([&](db::Session& session) {
      SqlStore store(session, *parts.search);
      Unit unit{store, parts.no_events, host.clock(), host.ids(), parts.rules};
      return body(unit);
    });
  };
  return units;
}

void HandleTimers(host::Host& host, Parts& parts, const Units& units) {
  const auto reach = [units](Deadline deadline) {
    return [units, deadline](db::Transaction& tx, const timers::Timer& timer) {
      return units.within(tx, [&](Unit& unit) {
        return ReachDeadline(unit, TenantId(timer.payload), TicketId(timer.key), deadline);
      });
    };
  };
  host.timers().Handle(kSnoozeTimer, reach(Deadline::kSnoozeEnd));
  host.timers().Handle(kCloseTimer, reach(Deadline::kClose));
  const auto remove = [units, &parts](absl::StatusOr<std::optional<Upload>> (*forget)(
                          Unit&, const TenantId&, const UploadId&)) {
    return [units, &parts, forget](db::Transaction& tx, const timers::Timer& timer) {
      return units.within(tx, [&](Unit& unit) -> absl::Status {
        HUIYIN_ASSIGN_OR_RETURN(const std::optional<Upload> gone,
                                forget(unit, TenantId(timer.payload), UploadId(timer.key)));
        // The bytes go first: were the commit to fail, the timer comes again and finds none.
        return gone.has_value() ? parts.blobs->Remove(*gone) : absl::OkStatus();
      });
    };
  };
  host.timers().Handle(kUploadTimer, remove(ExpireUpload));
  host.timers().Handle(kUploadErasureTimer, remove(EraseUpload));
}

absl::Status Assemble(host::Host& host) {
  const auto parts = std::make_shared<Parts>();
  parts->rules = ReadRules(host.settings());
  HUIYIN_ASSIGN_OR_RETURN(parts->search,
                          OpenSearchIndex(host.database(), host.settings().String("database.dsn")));
  HUIYIN_ASSIGN_OR_RETURN(parts->blobs,
                          LocalBlobStore::Open(host.settings().String("upload.folder")));
  host.Keep(parts);
  const Units units = MakeUnits(host, *parts);

  // On PostgreSQL writers work side by side: a change shows up to a group's length after its time.
  const bool side_by_side = host.database().dialect() == db::Dialect::kPostgres;
  host.Add(std::make_unique<TicketService>(TicketServiceParts{
      .methods = host.methods(),
      .writer = host.writer(),
      .clock = host.clock(),
      .metrics = host.metrics(),
      .units = units,
      .catch_up = [parts](absl::Duration timeout) { return parts->search->CatchUp(timeout); },
      .watch_overlap = side_by_side ? absl::Seconds(2) : absl::ZeroDuration()}));
  host.Add(std::make_unique<EvidenceService>(host.methods(), host.writer(), *parts->blobs, units,
                                             parts->rules.max_upload_bytes));
  host.Add(MakeCustomerService(host.methods(), units));
  host.Add({.consumer = "ingest", .topics = {kDecisionTopic}},
           std::make_unique<DecisionHandler>(units));
  HandleTimers(host, *parts, units);
  host.AddBackground([parts] { parts->search->Start(); }, [parts] { parts->search->Stop(); });
  return absl::OkStatus();
}

}  // namespace

host::Program Program() {
  return {.name = "ingest",
          .settings = Settings(),
          .schema = Schema(),
          .event_consumers = {{kTicketTopic, {"triage", "survey", "analytics"}},
                              {kCustomerTopic, {"triage", "survey", "analytics"}}},
          .assemble = Assemble};
}

}  // namespace huiyin::ingest
