#include "services/survey/app.h"

#include <openssl/rand.h>

#include <memory>
#include <string>

#include "libs/core/status.h"
#include "services/survey/clients/recovery_worker.h"
#include "services/survey/clients/ticket_desk.h"
#include "services/survey/clients/triage_reader.h"
#include "services/survey/config.h"
#include "services/survey/events/outbox_publisher.h"
#include "services/survey/events/trigger_handler.h"
#include "services/survey/metered_publisher.h"
#include "services/survey/rpc/policy_service.h"
#include "services/survey/rpc/recovery_service.h"
#include "services/survey/rpc/review_service.h"
#include "services/survey/rpc/service.h"
#include "services/survey/storage/sql_definition_store.h"
#include "services/survey/storage/sql_recovery_store.h"
#include "services/survey/storage/sql_review_store.h"
#include "services/survey/storage/sql_store.h"
#include "services/survey/timer_scheduler.h"
#include "services/survey/usecase/invite.h"

namespace huiyin::survey {
namespace {

absl::StatusOr<std::vector<TokenKey>> Keys(host::Host& host) {
  const std::string& configured = host.settings().String("survey.token_keys");
  if (!configured.empty()) return ParseTokenKeys(configured);
  std::string fresh(32, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(fresh.data()), static_cast<int>(fresh.size())) !=
      1) {
    return absl::InternalError("the operating system gives no random bytes");
  }
  std::string secret;
  HUIYIN_RETURN_IF_ERROR(host.database().Write([&](db::Transaction& tx) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(secret, InstallationSecret(tx, fresh));
    return absl::OkStatus();
  }));
  return std::vector<TokenKey>{{1, secret}};
}

absl::StatusOr<Rules> ReadRules(const config::Settings& settings, const Catalogue& catalogue) {
  Rules rules;
  const auto add = [&](const char* id, Trigger trigger, const char* survey_key,
                       const char* delay_key) -> absl::Status {
    const std::string& survey = settings.String(survey_key);
    if (survey.empty()) return absl::OkStatus();
    if (!catalogue.Newest(survey)) {
      return absl::InvalidArgumentError(std::string(survey_key) + ": there is no survey \"" +
                                        survey + "\"");
    }
    TriggerRule rule;
    rule.id = id;
    rule.trigger = trigger;
    rule.survey_id = survey;
    rule.delay = settings.Duration(delay_key);
    rules.triggers.push_back(std::move(rule));
    return absl::OkStatus();
  };
  HUIYIN_RETURN_IF_ERROR(
      add("ticket", Trigger::kTicketResolved, "survey.ticket_survey", "survey.ticket_delay"));
  HUIYIN_RETURN_IF_ERROR(
      add("rma", Trigger::kRmaCompleted, "survey.rma_survey", "survey.rma_delay"));
  HUIYIN_RETURN_IF_ERROR(
      add("delivery", Trigger::kDelivered, "survey.delivery_survey", "survey.delivery_delay"));
  rules.caps = {settings.Duration("survey.cool_down"),
                static_cast<int>(settings.Int("survey.per_period")),
                settings.Duration("survey.period")};
  rules.reminder_delay = settings.Duration("survey.reminder_delay");
  rules.link_lifetime = settings.Duration("survey.link_lifetime");
  rules.default_language = settings.String("survey.default_language");
  rules.default_zone = settings.String("survey.default_time_zone");
  for (const Violation& violation : Violations(CheckRules(rules))) {
    return absl::InvalidArgumentError("the survey settings make no usable policy: " +
                                      violation.field + " " + violation.description);
  }
  return rules;
}

// Everything that units are made of; lives as long as the process.
struct App {
  App(host::Host& h, SurveySetup s) : host(h), setup(std::move(s)), metrics(h.metrics()) {}

  absl::Status OpenUnit(db::Transaction& tx, const std::string& traceparent,
                        absl::FunctionRef<absl::Status(Unit&)> body) {
    SqlStore store(tx);
    SqlDefinitionStore definitions(tx);
    SqlRecoveryStore recoveries(tx);
    SqlReviewStore reviews(tx);
    OutboxPublisher outbox(tx, host.ids(), traceparent);
    MeteredPublisher publisher(outbox, metrics);
    TimerScheduler scheduler(tx);
    Unit unit{store,     definitions,  recoveries, reviews, publisher,
              scheduler, host.clock(), host.ids(), setup};
    return body(unit);
  }
  absl::Status OpenView(absl::FunctionRef<absl::Status(const View&)> body) {
    return host.database().Read([&](db::Session& session) {
      SqlStore store(session);
      SqlDefinitionStore definitions(session);
      SqlRecoveryStore recoveries(session);
      SqlReviewStore reviews(session);
      return body(View{store, definitions, recoveries, reviews, host.clock(), setup});
    });
  }

  host::Host& host;
  const SurveySetup setup;
  SurveyMetrics metrics;
};

// Beside the RPCs: reads comments and opens recovery tickets.
absl::Status AddRecoveryWorker(host::Host& host, App* app) {
  const absl::Duration timeout = host.settings().Duration("survey.peer_timeout");
  HUIYIN_ASSIGN_OR_RETURN(const auto triage, host.Peer("triage"));
  HUIYIN_ASSIGN_OR_RETURN(const auto ingest, host.Peer("ingest"));
  const std::shared_ptr<CommentReader> reader =
      MakeTriageReader(triage, host.tokens(), host.clock(), timeout);
  const std::shared_ptr<TicketDesk> desk =
      MakeTicketDesk(ingest, host.tokens(), host.clock(), timeout);
  RecoveryWorker::Options options;
  options.lease = options.at_once * 4 * timeout;  // a case takes four calls at most
  const auto worker = std::make_shared<RecoveryWorker>(
      *reader, *desk,
      [app](absl::FunctionRef<absl::Status(Unit&)> body) {
        return app->host.writer().Run(
            0, [&](db::Transaction& tx) { return app->OpenUnit(tx, "", body); });
      },
      host.clock(), options);
  host.Keep(reader);
  host.Keep(desk);
  host.Keep(worker);
  host.AddBackground([worker] { worker->Start(); }, [worker] { worker->Stop(); });
  return absl::OkStatus();
}

absl::Status Assemble(host::Host& host) {
  Catalogue catalogue(DefaultSurveys());
  HUIYIN_ASSIGN_OR_RETURN(Rules rules, ReadRules(host.settings(), catalogue));
  HUIYIN_ASSIGN_OR_RETURN(std::vector<TokenKey> keys, Keys(host));
  const auto app = std::make_shared<App>(
      host, SurveySetup{std::move(catalogue), std::move(rules), TokenSigner(std::move(keys)),
                        host.settings().Duration("survey.call_back_within"),
                        host.settings().Bool("survey.review_hold_media")});
  host.Keep(app);
  App* const a = app.get();
  const auto open_unit = [a](db::Transaction& tx, const std::string& traceparent,
                             absl::FunctionRef<absl::Status(Unit&)> body) {
    return a->OpenUnit(tx, traceparent, body);
  };

  host.timers().Handle(kInviteTimer, [a](db::Transaction& tx, const timers::Timer& timer) {
    return a->OpenUnit(tx, "",
                       [&](Unit& unit) { return MakeInvitation(unit, InvitationId(timer.key)); });
  });
  host.timers().Handle(kRemindTimer, [a](db::Transaction& tx, const timers::Timer& timer) {
    return a->OpenUnit(tx, "",
                       [&](Unit& unit) { return RemindCustomer(unit, InvitationId(timer.key)); });
  });
  host.Add(events::Subscription{.consumer = "survey",
                                .topics = {"ticket", "decision", "order", "rma", "customer"}},
           std::make_unique<TriggerHandler>(open_unit));
  const ServiceParts parts{
      [a](absl::FunctionRef<absl::Status(const View&)> body) { return a->OpenView(body); },
      open_unit, host.clock(), a->setup, host.settings().String("survey.link_base")};
  host.Add(std::make_unique<SurveyServiceImpl>(host.methods(), parts));
  host.Add(MakePolicyService(host.methods(), parts));
  host.Add(MakeRecoveryService(host.methods(), parts));
  host.Add(MakeReviewService(host.methods(), parts));
  HUIYIN_RETURN_IF_ERROR(AddRecoveryWorker(host, a));
  return absl::OkStatus();
}

}  // namespace

host::Program Program() {
  return {.name = "survey",
          .settings = Settings(),
          .schema = Schema(),
          .event_consumers = {{"survey", {"analytics"}}},
          .assemble = Assemble};
}

}  // namespace huiyin::survey
