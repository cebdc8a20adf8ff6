// What aftersales costs: a policy's verdict; refunds a second from approval through the gateway (a
// simulator that takes 20 ms) to the record, 256 in flight; ledger entries audited a second.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <set>

#include "deploy/gateway_sim/gateway.h"
#include "libs/events/outbox.h"
#include "libs/http/server.h"
#include "libs/obs/metrics.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/timers/timers.h"
#include "services/aftersales/app.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/events/outbox_publisher.h"
#include "services/aftersales/gateways/gateway_table.h"
#include "services/aftersales/gateways/refund_dispatcher.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/timer_schedule.h"
#include "services/aftersales/usecase/orders.h"
#include "services/aftersales/usecase/queries.h"
#include "services/aftersales/usecase/refunds.h"
#include "tests/bench/json_report.h"

namespace huiyin::aftersales {
namespace {

void MustBeOk(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << std::endl;
  std::exit(1);
}

// 200 rules, most of which a line has to pass by before one speaks.
std::string TwoHundredRules() {
  std::string yaml = "version: bench\nrules:\n";
  const auto add = [&](int i, std::string_view kind, std::string_view when, std::string_view own) {
    yaml += Concat("  - id: ", kind, ".", i, "\n    kind: ", kind, "\n    when: ", when, "\n",
                   own.empty() ? "" : "    ", own, own.empty() ? "" : "\n");
  };
  for (int i = 0; i < 60; ++i) {
    add(i, "non_returnable", Concat("{categories: [NOT_THIS_", i, "], flags: [HYGIENE]}"), "");
    add(i, "return_window", Concat("{categories: [NOR_THIS_", i, "], countries: [CN, DE]}"),
        "days: 7");
    add(i, "restocking_fee", Concat("{categories: [NEITHER_", i, "]}"), "percent_bp: 500");
  }
  add(60, "return_window", "{countries: [CN]}", "days: 7");
  add(60, "restocking_fee", "{countries: [CN]}", "percent_bp: 500");
  for (int i = 0; i < 18; ++i) {
    add(i, "auto_approval", Concat("{categories: [OR_", i, "]}"), "refund_up_to: {CNY: 1}");
  }
  return yaml;
}

double PolicyMicros() {
  const auto policy = Policy::Compile(TwoHundredRules());
  MustBeOk(policy.status());
  VerdictInputs inputs;
  inputs.country_of_sale = inputs.country_of_delivery = "CN";
  inputs.currency = "CNY";
  inputs.language = "zh";
  inputs.filed_at = absl::FromUnixSeconds(1'767'225'600);
  for (int i = 0; i < 5; ++i) {
    LineFacts line;
    line.rma_line_id = std::to_string(i + 1);
    line.reason = "NO_LONGER_WANTED";
    line.quantity = 1;
    line.category = "APPLIANCE";
    line.delivered_at = inputs.filed_at - absl::Hours(24);
    line.price_refund = 10'000;
    inputs.lines.push_back(line);
  }
  constexpr int kRounds = 20'000;
  size_t bytes = 0;
  const absl::Time start = SystemClock().Now();
  for (int i = 0; i < kRounds; ++i) bytes += (*policy)->Evaluate(inputs).sentence.size();
  const double micros = absl::ToDoubleMicroseconds(SystemClock().Now() - start) / kRounds;
  if (bytes == 0) std::exit(1);
  return micros;
}

class Service {
 public:
  Service() : temp_(db::Dialect::kSqlite), ids_(SystemClock()), policies_({DefaultPolicy()}) {
    temp_.Migrate("aftersales", Schema());
    temp_.Migrate("events", events::Schema());
    temp_.Migrate("timers", timers::Schema());
    writer_ = std::make_unique<db::GroupCommit>(temp_.database(),
                                                db::GroupCommit::Options{.max_queue = 1'000'000});
  }

  absl::Status InTransaction(db::Transaction& tx, absl::FunctionRef<absl::Status(Unit&)> body) {
    SqlStore store(tx);
    OutboxPublisher events(tx, ids_, "");
    TimerSchedule schedule(tx);
    Unit unit{store, events, schedule, SystemClock(), ids_, policies_, gateways_};
    HUIYIN_RETURN_IF_ERROR(body(unit));
    return events.Flush();
  }
  absl::Status Look(absl::FunctionRef<absl::Status(View&)> body) {
    return temp_.database().Read([&](db::Session& session) {
      SqlStore store(session);
      View view{store, SystemClock(), policies_};
      return body(view);
    });
  }
  SubmitWork Submit() {
    return [this](uint64_t key, std::string, absl::AnyInvocable<absl::Status(Unit&)> work,
                  absl::AnyInvocable<void(absl::Status)> done) {
      writer_->Submit(
          key,
          [this, work = std::move(work)](db::Transaction& tx) mutable {
            return InTransaction(tx, [&](Unit& unit) { return work(unit); });
          },
          std::move(done));
    };
  }
  db::Database& database() { return temp_.database(); }
  // For statements that take long.
  std::unique_ptr<db::Database> OpenPatient() const {
    return temp_.OpenAnother({.statement_timeout = absl::Minutes(5)});
  }

  // `count` orders, each with an approved refund.
  void Approve(int count) {
    const Caller lead{.tenant = TenantId("t"),
                      .subject = "lead",
                      .roles = 1u << static_cast<int>(Role::kLead),
                      .traceparent = ""};
    for (int from = 0; from < count; from += 500) {
      MustBeOk(database().Write([&](db::Transaction& tx) {
        return InTransaction(tx, [&](Unit& unit) -> absl::Status {
          for (int i = from; i < std::min(count, from + 500); ++i) {
            HUIYIN_RETURN_IF_ERROR(UpsertOrder(unit, lead, MakeOrder(i)).status());
            HUIYIN_RETURN_IF_ERROR(RequestRefund(unit, lead,
                                                 {.order = OrderId(Concat("o", i)),
                                                  .amount = Money(1000, "CNY"),
                                                  .reason = "bench"})
                                       .status());
          }
          return absl::OkStatus();
        });
      }));
    }
  }

 private:
  static Order MakeOrder(int i) {
    Order order;
    order.id = OrderId(Concat("o", i));
    order.customer = CustomerId("c");
    order.version = 1;
    order.country_of_sale = order.country_of_delivery = "CN";
    order.currency = "CNY";
    order.ordered_at = SystemClock().Now();
    order.lines.push_back(
        {.line_id = "l", .sku = "s", .product_id = "p", .quantity = 1, .unit_price = 1000});
    order.payments.push_back({.id = PaymentId(Concat("p", i)),
                              .method = "CARD",
                              .gateway = "stripe",
                              .captured = 1000,
                              .captured_at = order.ordered_at});
    return order;
  }

  testing::TempDatabase temp_;
  UuidV7Generator ids_;
  PolicyBook policies_;
  GatewayRules gateways_;
  std::unique_ptr<db::GroupCommit> writer_;
};

int64_t Succeeded(Service& service) {
  int64_t count = 0;
  MustBeOk(service.database().Read([&](db::Session& session) {
    return session.Query("SELECT COUNT(*) FROM refund WHERE state = 4", {},
                         [&](const db::Row& row) { count = row.Int(0); });
  }));
  return count;
}

double RefundsPerSecond(Service& service, int count) {
  testing::TempDir dir;
  auto gateway_books =
      gateway_sim::Gateway::Open(dir.path() + "/gateway.db", "secret", SystemClock());
  MustBeOk(gateway_books.status());
  (*gateway_books)->Handle({.method = "POST", .path = "/control", .body = R"({"latency_ms": 20})"});
  auto server = http::Server::Start({.threads = 16}, [&](const http::Request& request) {
    return (*gateway_books)->Handle(request);
  });
  MustBeOk(server.status());
  GatewayTable gateway({},
                       {.url = Concat("http://127.0.0.1:", (*server)->port()), .secret = "secret"},
                       {}, SystemClock());
  obs::Metrics metrics;
  const auto dispatcher = MakeRefundDispatcher(
      gateway, [&](absl::FunctionRef<absl::Status(View&)> body) { return service.Look(body); },
      service.Submit(), SystemClock(), metrics, RefundDispatch());
  const absl::Time start = SystemClock().Now();
  dispatcher->Start();
  if (!testing::WaitUntil([&] { return Succeeded(service) >= count; }, absl::Minutes(2))) {
    std::cerr << "refunds are stuck" << std::endl;
    std::exit(1);
  }
  const double seconds = absl::ToDoubleSeconds(SystemClock().Now() - start);
  dispatcher->Stop();
  return count / seconds;
}

// Copies everything that was refunded `copies` times, under other ids, for an audit of some size.
void Multiply(Service& service, int copies) {
  struct Table {
    const char* name;
    std::set<std::string> ids;  // columns that get another value
  };
  const Table tables[] = {{"customer_order", {"order_id"}},
                          {"order_line", {"order_id"}},
                          {"order_payment", {"order_id", "payment_id"}},
                          {"refund", {"refund_id", "order_id", "payment_id"}},
                          {"refund_part", {"refund_id"}},
                          {"ledger_entry", {"transfer_id", "cause_id", "order_id"}}};
  const auto patient = service.OpenPatient();
  for (const Table& table : tables) {
    std::string columns, values;
    MustBeOk(service.database().Read([&](db::Session& session) {
      return session.Query(Concat("SELECT name FROM pragma_table_info('", table.name, "')"), {},
                           [&](const db::Row& row) {
                             const std::string name = row.Str(0);
                             if (name == "sequence") return;
                             const std::string comma = columns.empty() ? "" : ", ";
                             columns += comma + name;
                             values += comma + name;
                             if (table.ids.count(name) > 0) values += " || '-' || copy";
                           });
    }));
    const std::string sql =
        Concat("INSERT INTO ", table.name, " (", columns, ") SELECT ", values, " FROM ", table.name,
               " CROSS JOIN (WITH RECURSIVE n(copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM n "
               "WHERE copy < ?) SELECT copy FROM n)");
    MustBeOk(
        patient->Write([&](db::Transaction& tx) { return tx.Execute(sql, {copies}).status(); }));
  }
}

double AuditedPerSecond(Service& service) {
  int64_t rows = 0, findings = 0;
  const absl::Time start = SystemClock().Now();
  MustBeOk(service.Look([&](View& view) {
    return Audit(view, TenantId("t"), [&](AuditProgress& progress) {
      rows = progress.entries;
      findings = progress.total_findings;
      return true;
    });
  }));
  if (findings != 0 || rows == 0) {
    std::cerr << findings << " findings in " << rows << " entries" << std::endl;
    std::exit(1);
  }
  std::cout << rows << " ledger entries audited" << std::endl;
  return static_cast<double>(rows) / absl::ToDoubleSeconds(SystemClock().Now() - start);
}

int Main(int argc, char** argv) {
  constexpr int kRefunds = 10'000;
  Service service;
  service.Approve(kRefunds);
  const double refunds = RefundsPerSecond(service, kRefunds);
  Multiply(service, 24);  // 1 000 000 ledger entries: 4 a refund
  return bench::Report(argc, argv,
                       {{"policy_eval_us", PolicyMicros()},
                        {"refund_throughput_per_s", refunds},
                        {"audit_ops_per_s", AuditedPerSecond(service)}});
}

}  // namespace
}  // namespace huiyin::aftersales

int main(int argc, char** argv) { return huiyin::aftersales::Main(argc, argv); }
