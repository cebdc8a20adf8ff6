#include "services/survey/app.h"

#include <openssl/rand.h>

#include <memory>
#include <string>

#include "libs/core/status.h"
#include "services/survey/config.h"
#include "services/survey/events/outbox_publisher.h"
#include "services/survey/events/trigger_handler.h"
#include "services/survey/metered_publisher.h"
#include "services/survey/rpc/service.h"
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
  const auto add = [&](Trigger trigger, const char* survey_key,
                       const char* delay_key) -> absl::Status {
    const std::string& survey = settings.String(survey_key);
    if (survey.empty()) return absl::OkStatus();
    if (!catalogue.Newest(survey)) {
      return absl::InvalidArgumentError(std::string(survey_key) + ": there is no survey \"" +
                                        survey + "\"");
    }
    rules.triggers.push_back({trigger, survey, settings.Duration(delay_key)});
    return absl::OkStatus();
  };
  HUIYIN_RETURN_IF_ERROR(
      add(Trigger::kTicketResolved, "survey.ticket_survey", "survey.ticket_delay"));
  HUIYIN_RETURN_IF_ERROR(add(Trigger::kRmaCompleted, "survey.rma_survey", "survey.rma_delay"));
  rules.caps = {settings.Duration("survey.cool_down"),
                static_cast<int>(settings.Int("survey.per_period")),
                settings.Duration("survey.period")};
  rules.link_lifetime = settings.Duration("survey.link_lifetime");
  rules.default_language = settings.String("survey.default_language");
  return rules;
}

// Everything that units are made of; lives as long as the process.
struct App {
  App(host::Host& h, SurveySetup s) : host(h), setup(std::move(s)), metrics(h.metrics()) {}

  absl::Status OpenUnit(db::Transaction& tx, const std::string& traceparent,
                        absl::FunctionRef<absl::Status(Unit&)> body) {
    SqlStore store(tx);
    OutboxPublisher outbox(tx, host.ids(), traceparent);
    MeteredPublisher publisher(outbox, metrics);
    TimerScheduler scheduler(tx);
    Unit unit{store, publisher, scheduler, host.clock(), host.ids(), setup};
    return body(unit);
  }
  absl::Status OpenView(absl::FunctionRef<absl::Status(const View&)> body) {
    return host.database().Read([&](db::Session& session) {
      SqlStore store(session);
      return body(View{store, host.clock(), setup});
    });
  }

  host::Host& host;
  const SurveySetup setup;
  SurveyMetrics metrics;
};

absl::Status Assemble(host::Host& host) {
  Catalogue catalogue(DefaultSurveys());
  HUIYIN_ASSIGN_OR_RETURN(Rules rules, ReadRules(host.settings(), catalogue));
  HUIYIN_ASSIGN_OR_RETURN(std::vector<TokenKey> keys, Keys(host));
  const auto app = std::make_shared<App>(
      host, SurveySetup{std::move(catalogue), std::move(rules), TokenSigner(std::move(keys))});
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
  host.Add(events::Subscription{.consumer = "survey", .topics = {"ticket", "rma"}},
           std::make_unique<TriggerHandler>(open_unit));
  host.Add(std::make_unique<SurveyServiceImpl>(
      host.methods(),
      ServiceParts{
          [a](absl::FunctionRef<absl::Status(const View&)> body) { return a->OpenView(body); },
          open_unit, host.clock(), a->setup, host.settings().String("survey.link_base")}));
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
