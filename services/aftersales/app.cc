#include "services/aftersales/app.h"

#include <prometheus/counter.h>

#include <fstream>
#include <sstream>

#include "libs/core/status.h"
#include "services/aftersales/config.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/events/outbox_publisher.h"
#include "services/aftersales/gateways/gateway_table.h"
#include "services/aftersales/gateways/http_carrier.h"
#include "services/aftersales/gateways/parcel_dispatcher.h"
#include "services/aftersales/gateways/refund_dispatcher.h"
#include "services/aftersales/rpc/service.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/timer_schedule.h"
#include "services/aftersales/usecase/change_rma.h"
#include "services/aftersales/usecase/exchanges.h"
#include "services/aftersales/usecase/rma_clock.h"
#include "services/aftersales/usecase/stock.h"

namespace huiyin::aftersales {
namespace {

absl::StatusOr<std::shared_ptr<const PolicyBook>> LoadPolicies(const std::string& file) {
  std::vector<PolicyPtr> policies = ShippedPolicies();
  if (!file.empty()) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    if (!in) {
      return absl::NotFoundError(Concat("policy.file: cannot read ", file));
    }
    absl::StatusOr<PolicyPtr> policy = Policy::Compile(text.str());
    if (!policy.ok()) {
      std::string message = Concat("policy.file: ", file, " is not a usable policy");
      for (const Violation& violation : Violations(policy.status())) {
        message += Concat("; ", violation.field, ": ", violation.description);
      }
      return absl::InvalidArgumentError(message);
    }
    policies.push_back(*std::move(policy));
  }
  return std::make_shared<const PolicyBook>(std::move(policies));
}

GatewayTiming TimingFrom(const config::Settings& settings, const GatewayEntries& gateways) {
  std::map<std::string, absl::Duration, std::less<>> retention;
  for (const auto& [name, entry] : gateways) retention.emplace(name, entry.key_retention);
  return {.lease = settings.Duration("gateway.timeout") + absl::Seconds(20),
          .first_ask = settings.Duration("gateway.first_ask"),
          .last_ask = settings.Duration("gateway.last_ask"),
          .key_retention = settings.Duration("gateway.key_retention"),
          .key_retention_of = std::move(retention)};
}

// nullptr when none is configured.
std::shared_ptr<Carrier> CarrierFrom(const config::Settings& settings, const Clock& clock) {
  if (settings.String("carrier.url").empty()) return nullptr;
  return std::make_shared<HttpCarrier>(
      HttpCarrier::Options{.url = settings.String("carrier.url"),
                           .secret = settings.String("carrier.secret"),
                           .calls = {.timeout = settings.Duration("carrier.timeout")}},
      clock);
}

// A step whose commit is tried again counts again; the events are exact.
prometheus::Counter& OverdueSteps(obs::Metrics& metrics, Step step) {
  return metrics.Counter("huiyin_aftersales_rma_steps_overdue_total",
                         "Steps of RMAs that took longer than their policy wants.",
                         {{"step", std::string(Name(step))}});
}

// How the services reach the store; gateway and carrier are still missing.
ServiceParts PartsOn(host::Host& host, const std::shared_ptr<const PolicyBook>& policies,
                     const std::shared_ptr<const GatewayRules>& rules) {
  ServiceParts parts;
  parts.in_transaction = [&host, policies, rules](db::Transaction& tx,
                                                  const std::string& traceparent,
                                                  absl::FunctionRef<absl::Status(Unit&)> body) {
    SqlStore store(tx);
    OutboxPublisher events(tx, host.ids(), traceparent);
    TimerSchedule schedule(tx);
    Unit unit{store, events, schedule, host.clock(), host.ids(), *policies, *rules};
    HUIYIN_RETURN_IF_ERROR(body(unit));
    return events.Flush();
  };
  parts.query = [&host, policies](absl::FunctionRef<absl::Status(View&)> body) {
    return host.database().Read([&](db::Session& session) {
      SqlStore store(session);
      View view{store, host.clock(), *policies};
      return body(view);
    });
  };
  parts.submit = [&host, in_transaction = parts.in_transaction](
                     uint64_t key, std::string traceparent,
                     absl::AnyInvocable<absl::Status(Unit&)> work,
                     absl::AnyInvocable<void(absl::Status)> done) {
    host.writer().Submit(
        key,
        [in_transaction, traceparent = std::move(traceparent),
         work = std::move(work)](db::Transaction& tx) mutable {
          return in_transaction(tx, traceparent, [&](Unit& unit) { return work(unit); });
        },
        std::move(done));
  };
  return parts;
}

void HandleTimers(host::Host& host, const ServiceParts& parts) {
  const auto in_transaction = parts.in_transaction;
  for (const std::string_view kind : kRmaTimers) {
    host.timers().Handle(
        std::string(kind),
        [&host, in_transaction](db::Transaction& tx, const timers::Timer& timer) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const RmaTimer about, ReadTimer(timer));
          std::vector<Step> overdue;
          HUIYIN_RETURN_IF_ERROR(in_transaction(tx, "", [&](Unit& unit) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(overdue, CheckSteps(unit, about.tenant, about.rma));
            return ExpireRma(unit, about.tenant, about.rma);
          }));
          for (const Step step : overdue) OverdueSteps(host.metrics(), step).Increment();
          return absl::OkStatus();
        });
  }
  // All of them from the start, at 0.
  for (int step = 1; step <= kSteps; ++step) OverdueSteps(host.metrics(), static_cast<Step>(step));

  using LineWork = absl::Status (*)(Unit&, const TenantId&, const RmaId&, const std::string&);
  for (const auto& [alarm, work] :
       {std::pair<Alarm, LineWork>(Alarm::kExchangeOffer, ExpireExchange),
        std::pair<Alarm, LineWork>(Alarm::kStockHold, ReleaseStock)}) {
    host.timers().Handle(
        std::string(TimerOf(alarm)),
        [in_transaction, run = work](db::Transaction& tx, const timers::Timer& timer) {
          HUIYIN_ASSIGN_OR_RETURN(const LineAlarm due, ReadLineAlarm(timer));
          return in_transaction(
              tx, "", [&](Unit& unit) { return run(unit, due.tenant, due.rma, due.line); });
        });
  }
}

// Runs the loop beside the RPCs.
void KeepRunning(host::Host& host, const std::shared_ptr<CallLoop>& loop) {
  host.Keep(loop);
  host.AddBackground([loop] { loop->Start(); }, [loop] { loop->Stop(); });
}

absl::Status Assemble(host::Host& host) {
  const config::Settings& settings = host.settings();
  HUIYIN_ASSIGN_OR_RETURN(const std::shared_ptr<const PolicyBook> policies,
                          LoadPolicies(settings.String("policy.file")));
  const int64_t max_in_flight = settings.Int("gateway.max_in_flight");
  GatewayEntries gateways;
  if (!settings.String("gateway.file").empty()) {
    HUIYIN_ASSIGN_OR_RETURN(gateways,
                            LoadGateways(settings.String("gateway.file"),
                                         settings.Duration("gateway.key_retention"), host.ids()));
  }
  const auto gateway = std::make_shared<GatewayTable>(
      gateways,
      SignedHttpOptions{.url = settings.String("gateway.url"),
                        .secret = settings.String("gateway.secret")},
      HttpCaller::Options{.timeout = settings.Duration("gateway.timeout"),
                          .max_connections = static_cast<int>(max_in_flight)},
      host.clock());
  host.Keep(gateway);
  ServiceParts parts =
      PartsOn(host, policies, std::make_shared<const GatewayRules>(RulesOf(gateways)));
  parts.gateway = gateway.get();
  parts.timing = TimingFrom(settings, gateways);
  HandleTimers(host, parts);

  const RefundDispatch refunds{
      .loop = {.max_in_flight = static_cast<size_t>(max_in_flight),
               .stop_grace = settings.Duration("gateway.timeout") + absl::Seconds(5)},
      .timing = parts.timing};
  KeepRunning(host, MakeRefundDispatcher(*gateway, parts.query, parts.submit, host.clock(),
                                         host.metrics(), refunds));
  if (const std::shared_ptr<Carrier> carrier = CarrierFrom(settings, host.clock())) {
    host.Keep(carrier);
    parts.carrier = carrier.get();
    const ParcelDispatch parcels{
        .loop = {.max_in_flight = 64,
                 .stop_grace = settings.Duration("carrier.timeout") + absl::Seconds(5)},
        .timing = {.lease = settings.Duration("carrier.timeout") + absl::Seconds(20)}};
    KeepRunning(host, MakeParcelDispatcher(*carrier, parts.query, parts.submit, host.clock(),
                                           host.metrics(), parcels));
  }
  for (const auto make :
       {MakeOrderService, MakeRmaService, MakeStockService, MakeRefundService, MakePolicyService,
        MakeCreditService, MakeReconciliationService, MakeRmaProgressService, MakeParcelService}) {
    host.Add(make(host.methods(), parts));
  }
  return absl::OkStatus();
}

}  // namespace

host::Program Program() {
  return {.name = "aftersales",
          .settings = Settings(),
          .schema = Schema(),
          .event_consumers = {{"order", {"survey", "analytics", "triage"}},
                              {"rma", {"survey", "analytics"}}},
          .assemble = Assemble};
}

}  // namespace huiyin::aftersales
