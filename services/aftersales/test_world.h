// Aftersales without its RPCs, on a database of the test's own: commands in transactions as the app
// runs them, a clock that the test moves, and a gateway with books.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "absl/hash/hash.h"
#include "libs/db/group_commit.h"
#include "libs/events/outbox.h"
#include "libs/obs/metrics.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "libs/timers/timers.h"
#include "services/aftersales/app.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/events/outbox_publisher.h"
#include "services/aftersales/gateways/refund_dispatcher.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/timer_schedule.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/change_rma.h"
#include "services/aftersales/usecase/create_rma.h"
#include "services/aftersales/usecase/orders.h"
#include "services/aftersales/usecase/queries.h"
#include "services/aftersales/usecase/refunds.h"

namespace huiyin::aftersales {

// A gateway with books: pays once per key while it keeps keys. Faults are taken in order, one a
// call.
class FakeGateway final : public PaymentGateway {
 public:
  enum class Fault {
    kNone,
    kLoseCall,     // nothing happens, no answer
    kLoseAnswer,   // pays, no answer
    kCrashBefore,  // nothing happens, `done` is never called: the caller died before calling
    kCrashAfter,   // pays, `done` is never called: the caller died before it could record
    kDecline,
  };

  void Refund(const GatewayRefund& refund, Done done) override {
    Fault fault = Fault::kNone;
    GatewayAnswer answer;
    {
      std::lock_guard lock(mutex_);
      ++calls_;
      if (!faults_.empty()) {
        fault = faults_.front();
        faults_.erase(faults_.begin());
      }
      const bool reaches =
          fault == Fault::kNone || fault == Fault::kLoseAnswer || fault == Fault::kCrashAfter;
      if (reaches && paid_.emplace(refund.idempotency_key, refund.amount.minor()).second) {
        ++effects_;
        total_ += refund.amount.minor();
      }
      if (fault == Fault::kDecline) declined_.insert(refund.idempotency_key);
    }
    if (fault == Fault::kCrashBefore || fault == Fault::kCrashAfter)
      return;  // leaks nothing: done dies
    if (fault == Fault::kNone) {
      answer = {.kind = GatewayAnswer::Kind::kPaid, .gateway_refund_id = "re_1", .reason = ""};
    } else if (fault == Fault::kDecline) {
      answer = {.kind = GatewayAnswer::Kind::kDeclined, .gateway_refund_id = "", .reason = "no"};
    }
    done(answer);
  }

  void Find(const GatewayRefund& refund, Done done) override {
    GatewayAnswer answer;
    {
      std::lock_guard lock(mutex_);
      ++questions_;
      if (paid_.contains(refund.idempotency_key)) {
        answer = {.kind = GatewayAnswer::Kind::kPaid, .gateway_refund_id = "re_1", .reason = ""};
      } else if (declined_.contains(refund.idempotency_key)) {
        answer = {.kind = GatewayAnswer::Kind::kDeclined, .gateway_refund_id = "", .reason = "no"};
      } else if (!silent_) {
        answer.kind = GatewayAnswer::Kind::kNotFound;
      }
    }
    done(answer);
  }

  absl::StatusOr<GatewayNotice> ReadNotice(const RawNotice&) override {
    return absl::UnimplementedError("not in these tests");
  }

  void Next(std::vector<Fault> faults) {
    std::lock_guard lock(mutex_);
    faults_ = std::move(faults);
  }
  // Finds nothing out: questions about keys it never saw are not answered.
  void StaySilent(bool silent) {
    std::lock_guard lock(mutex_);
    silent_ = silent;
  }
  int calls() const { return Locked(calls_); }
  int questions() const { return Locked(questions_); }
  int effects() const { return Locked(effects_); }
  int64_t total() const { return Locked(total_); }

 private:
  template <class T>
  T Locked(const T& value) const {
    std::lock_guard lock(mutex_);
    return value;
  }
  mutable std::mutex mutex_;
  std::vector<Fault> faults_;
  std::map<std::string, int64_t> paid_;
  std::set<std::string> declined_;
  bool silent_ = false;
  int calls_ = 0, questions_ = 0, effects_ = 0;
  int64_t total_ = 0;
};

inline Caller CallerWith(Role role, const std::string& subject,
                         const std::string& tenant = "acme") {
  return {.tenant = TenantId(tenant),
          .subject = subject,
          .roles = 1u << static_cast<int>(role),
          .traceparent = ""};
}

class WorldOn {
 protected:
  explicit WorldOn(db::Dialect dialect)
      : ids_(clock_), policies_({DefaultPolicy()}), temp_(dialect) {
    temp_.Migrate("aftersales", Schema());
    temp_.Migrate("events", events::Schema());
    temp_.Migrate("timers", timers::Schema());
    writer_ = std::make_unique<db::GroupCommit>(database(), db::GroupCommit::Options());
  }
  db::Database& database() { return temp_.database(); }
  testing::TempDatabase& temp() { return temp_; }

  absl::Status InTransaction(db::Transaction& tx, absl::FunctionRef<absl::Status(Unit&)> body) {
    SqlStore store(tx);
    OutboxPublisher events(tx, ids_, "");
    TimerSchedule schedule(tx);
    Unit unit{store, events, schedule, clock_, ids_, policies_, gateway_rules_};
    HUIYIN_RETURN_IF_ERROR(body(unit));
    return events.Flush();
  }
  // Runs a command as an RPC would, in a shared commit.
  template <class T>
  absl::StatusOr<T> Do(std::function<absl::StatusOr<T>(Unit&)> command, uint64_t key = 0) {
    absl::StatusOr<T> result = absl::UnknownError("not run");
    const absl::Status status = writer_->Run(key, [&](db::Transaction& tx) {
      return InTransaction(tx, [&](Unit& unit) {
        result = command(unit);
        return result.status();
      });
    });
    if (!status.ok()) return status;
    return result;
  }
  absl::Status Look(absl::FunctionRef<absl::Status(View&)> body) {
    return database().Read([&](db::Session& session) {
      SqlStore store(session);
      View view{store, clock_, policies_};
      return body(view);
    });
  }

  RunQuery Query() {
    return [this](absl::FunctionRef<absl::Status(View&)> body) { return Look(body); };
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
  std::unique_ptr<CallLoop> NewDispatcher(obs::Metrics& metrics) {
    RefundDispatch options;
    options.loop.stop_grace = absl::Milliseconds(1);  // a crash does not wait for answers
    return MakeRefundDispatcher(gateway_, Query(), Submit(), clock_, metrics, options);
  }

  // One delivered line, one payment of its value.
  Order MakeOrder(const std::string& id, int64_t quantity, int64_t price) {
    Order order;
    order.id = OrderId(id);
    order.customer = CustomerId("c1");
    order.version = 1;
    order.tier = CustomerTier::kStandard;
    order.country_of_sale = order.country_of_delivery = "CN";
    order.currency = "CNY";
    order.ordered_at = clock_.Now() - absl::Hours(72);
    order.lines.push_back({.line_id = "l1",
                           .sku = "sku",
                           .product_id = "p",
                           .category = "HOME",
                           .lot = "lot",
                           .quantity = quantity,
                           .unit_price = price});
    order.payments.push_back({.id = PaymentId(id + "-pay"),
                              .method = "CARD",
                              .gateway = "stripe",
                              .captured = quantity * price,
                              .captured_at = order.ordered_at});
    order.shipments.push_back({.shipment_id = "s1",
                               .shipped_at = clock_.Now() - absl::Hours(48),
                               .delivered_at = clock_.Now() - absl::Hours(24),
                               .items = {{"l1", quantity}}});
    return order;
  }
  absl::StatusOr<UpsertResult> Put(const Order& order) {
    return Do<UpsertResult>([&](Unit& unit) { return UpsertOrder(unit, platform_, order); });
  }
  absl::StatusOr<std::vector<Refund>> Goodwill(const Caller& caller, const std::string& order,
                                               int64_t minor) {
    return Do<std::vector<Refund>>([&](Unit& unit) {
      return RequestRefund(
          unit, caller,
          {.order = OrderId(order), .amount = Money(minor, "CNY"), .reason = "sorry"});
    });
  }
  absl::StatusOr<Rma> File(const Caller& caller, const std::string& order, int64_t quantity,
                           RmaKind kind = RmaKind::kReturnRefund,
                           const std::string& reason = "NO_LONGER_WANTED") {
    return File(
        caller,
        {.order = OrderId(order),
         .lines = {{.order_line_id = "l1", .kind = kind, .reason = reason, .quantity = quantity}}});
  }
  absl::StatusOr<Rma> File(const Caller& caller, const CreateRmaCommand& command) {
    return Do<Rma>([&](Unit& unit) -> absl::StatusOr<Rma> {
      HUIYIN_ASSIGN_OR_RETURN(RmaView filed, CreateRma(unit, caller, command));
      return std::move(filed.rma);
    });
  }
  Refund Read(const RefundId& id) {
    Refund found;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(found, GetRefund(view.store, platform_, id));
      return absl::OkStatus();
    }));
    return found;
  }
  Rma Read(const RmaId& id) {
    Rma found;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(found, GetRma(view.store, platform_, id));
      return absl::OkStatus();
    }));
    return found;
  }
  Order Read(const OrderId& id) {
    Order found;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(found, GetOrder(view.store, platform_, id));
      return absl::OkStatus();
    }));
    return found;
  }
  // The audit finds nothing.
  void ExpectSound(const std::string& tenant = "acme") {
    EXPECT_OK(Look([&](View& view) {
      return Audit(view, TenantId(tenant), [&](AuditProgress& progress) {
        for (const AuditFinding& finding : progress.new_findings) {
          ADD_FAILURE() << finding.invariant << " " << finding.subject << ": " << finding.detail;
        }
        return true;
      });
    }));
  }

  testing::FakeClock clock_;
  UuidV7Generator ids_;
  PolicyBook policies_;
  GatewayRules gateway_rules_;
  FakeGateway gateway_;
  testing::TempDatabase temp_;
  std::unique_ptr<db::GroupCommit> writer_;
  const Caller platform_ = CallerWith(Role::kPlatform, "shop");
  const Caller customer_ = CallerWith(Role::kCustomer, "c1");
  const Caller agent_ = CallerWith(Role::kAgent, "agent-1");
  const Caller lead_ = CallerWith(Role::kLead, "lead-1");
};

// The same as a test that runs on each database.
class World : public ::testing::TestWithParam<db::Dialect>, protected WorldOn {
 protected:
  World() : WorldOn(GetParam()) {}
};

}  // namespace huiyin::aftersales
