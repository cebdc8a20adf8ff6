#include "services/triage/app.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "libs/core/status.h"
#include "libs/rpc/channel.h"
#include "services/triage/clients/ingest_messages.h"
#include "services/triage/config.h"
#include "services/triage/dispatcher.h"
#include "services/triage/drift.h"
#include "services/triage/events/outbox_publisher.h"
#include "services/triage/events/ticket_handler.h"
#include "services/triage/metered_publisher.h"
#include "services/triage/rounds.h"
#include "services/triage/rpc/model_service.h"
#include "services/triage/rpc/policy_service.h"
#include "services/triage/rpc/routing_service.h"
#include "services/triage/rpc/service.h"
#include "services/triage/rpc/sla_service.h"
#include "services/triage/storage/sql_desk_store.h"
#include "services/triage/storage/sql_drift_store.h"
#include "services/triage/storage/sql_model_store.h"
#include "services/triage/storage/sql_store.h"
#include "services/triage/usecase/sla.h"

namespace huiyin::triage {
namespace {

absl::Status KeepShadow(db::Transaction& tx, const Decision& decision, const Reading& current,
                        const Reading& shadow) {
  SqlModelStore store(tx);
  return store.InsertShadow(decision.tenant, decision.id, current, shadow);
}

// Labelled messages that a candidate must not do worse on: they lie beside the model. Without them
// no candidate can be made, and all else works.
absl::StatusOr<std::vector<Lesson>> ReadHeld(const std::string& model_file) {
  const auto path = std::filesystem::path(model_file).replace_filename("held.tsv");
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::vector<Lesson>();
  const std::string tsv{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return ParseLessons(tsv);
}

void AddRounds(host::Host& host, absl::Duration pause, std::string failed,
               absl::AnyInvocable<absl::Status()> round) {
  const auto rounds = std::make_shared<Rounds>(pause, std::move(failed), std::move(round));
  host.Keep(rounds);
  host.AddBackground([rounds] { rounds->Start(); }, [rounds] { rounds->Stop(); });
}

void AddDriftWatch(host::Host& host, DriftWatch::CurrentModel model, std::vector<Lesson> held) {
  const auto in_store = [](db::Session& session,
                           absl::FunctionRef<absl::Status(DriftStore&)> body) {
    SqlDriftStore store(session);
    return body(store);
  };
  const auto watch = std::make_shared<DriftWatch>(
      [&host, in_store](absl::FunctionRef<absl::Status(DriftStore&)> body) {
        return host.database().Read([&](db::Session& session) { return in_store(session, body); });
      },
      [&host, in_store](absl::FunctionRef<absl::Status(DriftStore&)> body) {
        return host.database().Write([&](db::Transaction& tx) { return in_store(tx, body); });
      },
      std::move(model), std::move(held), host.clock(), host.metrics());
  AddRounds(host, DriftWatch::kPause, "drift_not_measured", [watch] { return watch->Measure(); });
}

absl::Status AddModelService(host::Host& host, const std::shared_ptr<ModelsInForce>& models,
                             const ModelsInForce::OnSnapshot& on_snapshot, MessageSource& messages,
                             std::vector<Lesson> held) {
  const auto in_transaction = [&host, models](db::Transaction& tx,
                                              absl::FunctionRef<absl::Status(ModelUnit&)> body) {
    SqlModelStore store(tx);
    ModelUnit unit{store, host.clock(), host.ids(), models->shipped()->model_version()};
    return body(unit);
  };
  const auto write = [&host, in_transaction](absl::FunctionRef<absl::Status(ModelUnit&)> body) {
    return host.database().Write([&](db::Transaction& tx) { return in_transaction(tx, body); });
  };
  host.Add(MakeModelService(
      host.methods(), {in_transaction, write, on_snapshot, models, messages, std::move(held)}));
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<MessageSource>> TextsFromIngest(host::Host& host) {
  HUIYIN_ASSIGN_OR_RETURN(const auto ingest, host.Peer("ingest"));
  return MakeIngestMessages(ingest, host.tokens(), host.clock(),
                            host.settings().Duration("ingest.timeout"));
}

absl::Status Assemble(host::Host& host, const TextSource& texts) {
  HUIYIN_ASSIGN_OR_RETURN(std::shared_ptr<const Classifier> shipped,
                          Classifier::Load(host.settings().String("model.file")));
  const auto on_model_snapshot = [&host](absl::FunctionRef<absl::Status(ModelStore&)> body) {
    return host.database().Read([&](db::Session& session) {
      SqlModelStore store(session);
      return body(store);
    });
  };
  const auto models = std::make_shared<ModelsInForce>(shipped, host.clock(), on_model_snapshot);
  const auto classifier = [models] { return models->Get()->current; };

  HUIYIN_ASSIGN_OR_RETURN(const std::shared_ptr<MessageSource> messages, texts(host));
  host.Keep(messages);

  const auto policies = std::make_shared<PolicyBook>();
  const auto metrics = std::make_shared<DeskMetrics>(host.metrics());
  const auto in_transaction =
      [&host, policies, metrics](db::Transaction& tx, absl::FunctionRef<absl::Status(Unit&)> body) {
        SqlStore store(tx);
        SqlDeskStore desk(tx);
        OutboxPublisher outbox(tx, host.ids());
        MeteredPublisher events(outbox, *metrics);
        Unit unit{store, desk, events, host.clock(), host.ids(), *policies};
        return body(unit);
      };
  const auto on_snapshot = [&host](absl::FunctionRef<absl::Status(Store&)> body) {
    return host.database().Read([&](db::Session& session) {
      SqlStore store(session);
      return body(store);
    });
  };

  const auto on_view = [&host, policies](absl::FunctionRef<absl::Status(View&)> body) {
    return host.database().Read([&](db::Session& session) {
      SqlStore store(session);
      SqlDeskStore desk(session);
      View view{store, desk, host.clock(), *policies};
      return body(view);
    });
  };

  host.timers().Handle(std::string(kSlaTimer), [in_transaction](db::Transaction& tx,
                                                                const timers::Timer& timer) {
    const SlaTimerKey key = ReadSlaTimer(timer);
    return in_transaction(tx, [&](Unit& unit) { return ClockRings(unit, key.tenant, key.ticket); });
  });
  host.timers().Handle(
      std::string(kRefoldTimer), [in_transaction](db::Transaction& tx, const timers::Timer& timer) {
        const SlaTimerKey key = ReadSlaTimer(timer);
        return in_transaction(
            tx, [&](Unit& unit) { return RefoldClocks(unit, key.tenant, key.ticket); });
      });

  const auto dispatcher = std::make_shared<Dispatcher>(in_transaction, on_view, host.writer(),
                                                       host.clock(), host.metrics());
  AddRounds(host, Dispatcher::kPause, "dispatch_failed",
            [dispatcher] { return dispatcher->Round(); });

  host.Add(MakeRoutingService(host.methods(), {in_transaction, on_view}));
  host.Add(MakeSlaService(host.methods(), {in_transaction, on_view}));
  host.Add(MakePolicyService(host.methods(), {in_transaction, on_view}));
  host.Add(MakeTriageService(host.methods(), {in_transaction, on_snapshot, classifier}));
  host.Add({.consumer = "triage", .topics = {"ticket", "order", "customer"}},
           std::make_unique<TicketHandler>([models] { return models->Get(); }, *messages,
                                           on_snapshot, in_transaction, KeepShadow));
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Lesson> held, ReadHeld(host.settings().String("model.file")));
  AddDriftWatch(host, classifier, held);
  return AddModelService(host, models, on_model_snapshot, *messages, std::move(held));
}

}  // namespace

host::Program Program() { return ProgramWith(TextsFromIngest); }

host::Program ProgramWith(TextSource texts) {
  return {
      .name = "triage",
      .settings = Settings(),
      .schema = Schema(),
      .event_consumers = {{"decision", {"ingest", "survey", "analytics"}}},
      .assemble = [texts = std::move(texts)](host::Host& host) { return Assemble(host, texts); }};
}

}  // namespace huiyin::triage
