#include "services/triage/app.h"

#include "libs/core/status.h"
#include "libs/rpc/channel.h"
#include "services/triage/clients/ingest_messages.h"
#include "services/triage/config.h"
#include "services/triage/events/outbox_publisher.h"
#include "services/triage/events/ticket_handler.h"
#include "services/triage/rpc/service.h"
#include "services/triage/storage/sql_store.h"

namespace huiyin::triage {
namespace {

absl::Status Assemble(host::Host& host) {
  HUIYIN_ASSIGN_OR_RETURN(std::shared_ptr<const Classifier> model,
                          Classifier::Load(host.settings().String("model.file")));
  const auto classifier = [model] { return model; };

  HUIYIN_ASSIGN_OR_RETURN(const auto ingest, host.Peer("ingest"));
  const std::shared_ptr<MessageSource> messages = MakeIngestMessages(
      ingest, host.tokens(), host.clock(), host.settings().Duration("ingest.timeout"));
  host.Keep(messages);

  const auto in_transaction = [&host](db::Transaction& tx,
                                      absl::FunctionRef<absl::Status(Unit&)> body) {
    SqlStore store(tx);
    OutboxPublisher events(tx, host.ids());
    Unit unit{store, events, host.clock(), host.ids()};
    return body(unit);
  };
  const auto on_snapshot = [&host](absl::FunctionRef<absl::Status(Store&)> body) {
    return host.database().Read([&](db::Session& session) {
      SqlStore store(session);
      return body(store);
    });
  };

  host.Add(MakeTriageService(host.methods(), {in_transaction, on_snapshot, classifier}));
  host.Add({.consumer = "triage", .topics = {"ticket"}},
           std::make_unique<TicketHandler>(classifier, *messages, on_snapshot, in_transaction));
  return absl::OkStatus();
}

}  // namespace

host::Program Program() {
  return {.name = "triage",
          .settings = Settings(),
          .schema = Schema(),
          .event_consumers = {{"decision", {"ingest", "survey", "analytics"}}},
          .assemble = Assemble};
}

}  // namespace huiyin::triage
