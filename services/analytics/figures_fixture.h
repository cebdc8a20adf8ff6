// What tests of figures share: events in, rolled up, questions asked.
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <random>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/survey_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"
#include "libs/rpc/proto_time.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/analytics/events/codec.h"
#include "services/analytics/storage/sql_store.h"
#include "services/analytics/usecase/change_alert.h"
#include "services/analytics/usecase/explain_change.h"
#include "services/analytics/usecase/overview.h"
#include "services/analytics/usecase/products.h"
#include "services/analytics/usecase/progress.h"
#include "services/analytics/usecase/query_metrics.h"
#include "services/analytics/usecase/rebuild.h"
#include "services/analytics/usecase/roll.h"
#include "services/analytics/usecase/update_alerts.h"

namespace huiyin::analytics {

namespace ev = huiyin::event::v1;
namespace common = huiyin::common::v1;

inline const absl::Time kStart = absl::FromUnixSeconds(1767225600);  // a midnight

class FiguresTest : public testing::DatabaseTest {
 protected:
  FiguresTest() : clock_(kStart + absl::Hours(20)) { ApplySchema("analytics", Schema()); }

  void Send(const google::protobuf::Message& body, absl::Time at,
            const std::string& tenant = "t1") {
    pending_.push_back({0, tenant, body.GetDescriptor()->name(), at, body.SerializeAsString()});
  }
  // Logs what was sent and rolls it up, `batch` events at a time.
  void Settle(int batch = 1000) {
    ASSERT_OK(database().Write([&](db::Transaction& tx) -> absl::Status {
      for (const LoggedEvent& event : pending_) {
        HUIYIN_RETURN_IF_ERROR(SqlStore(tx).AppendEvent(event));
      }
      return absl::OkStatus();
    }));
    pending_.clear();
    for (bool more = true; more;) {
      ASSERT_OK(database().Write([&](db::Transaction& tx) -> absl::Status {
        SqlStore store(tx);
        HUIYIN_ASSIGN_OR_RETURN(const Generation before, store.Live());
        HUIYIN_ASSIGN_OR_RETURN(const Generation after,
                                RollBatch(store, projector_, Decode, before, batch));
        more = after.position > before.position;
        return absl::OkStatus();
      }));
    }
  }
  template <class Answer>
  Answer Ask(absl::FunctionRef<absl::StatusOr<Answer>(const View&)> question) {
    absl::StatusOr<Answer> answer = absl::UnknownError("not asked");
    EXPECT_OK(database().Read([&](db::Session& session) {
      SqlStore store(session);
      answer = question(View{store, clock_});
      return answer.status();
    }));
    return answer.ok() ? *answer : Answer();
  }
  Overview GetDay() {
    return Ask<Overview>([&](const View& view) {
      return GetOverview(view, caller_, kStart, kStart + absl::Hours(24));
    });
  }
  absl::StatusOr<MetricsAnswer> Query(const MetricsQuestion& question) {
    absl::StatusOr<MetricsAnswer> answer = absl::UnknownError("not asked");
    (void)database().Read([&](db::Session& session) {
      SqlStore store(session);
      answer = QueryMetrics(View{store, clock_}, caller_, question);
      return absl::OkStatus();
    });
    return answer;
  }
  RebuildResult RebuildAll(int batch) {
    RebuildParts parts;
    parts.write = [&](absl::FunctionRef<absl::Status(Store&)> body) {
      return database().Write([&](db::Transaction& tx) {
        SqlStore store(tx);
        return body(store);
      });
    };
    parts.read = [&](absl::FunctionRef<absl::Status(Store&)> body) {
      return database().Read([&](db::Session& session) {
        SqlStore store(session);
        return body(store);
      });
    };
    parts.decode = Decode;
    parts.zones = zones_;
    parts.batch = batch;
    const auto result = Rebuild(parts, [](int64_t, int64_t) { return true; });
    EXPECT_OK(result);
    return result.value_or(RebuildResult{});
  }
  int Detect(const char* tenant = "t1") {
    int open = -1;
    EXPECT_OK(database().Write([&](db::Transaction& tx) -> absl::Status {
      SqlStore store(tx);
      Unit unit{store, clock_, ids_};
      HUIYIN_ASSIGN_OR_RETURN(open, UpdateAlerts(unit, TenantId(tenant), absl::Hours(24 * 28), {}));
      return absl::OkStatus();
    }));
    return open;
  }

  void CreateTicket(const std::string& id, absl::Time at, const std::string& order = "",
                    const std::string& product = "", const std::string& customer = "c1") {
    ev::TicketCreated m;
    m.set_ticket_id(id);
    m.set_customer_id(customer);
    m.set_channel(common::CHANNEL_CHAT);
    m.set_order_id(order);
    m.set_product_id(product);
    Send(m, at);
  }
  void Decide(const std::string& id, absl::Time at, common::Category category,
              const std::string& language = "zh", const std::vector<std::string>& terms = {}) {
    ev::TicketTriaged m;
    for (const std::string& term : terms) m.add_terms(term);
    m.set_ticket_id(id);
    m.set_language(language);
    m.set_category(category);
    m.set_sentiment(common::SENTIMENT_NEGATIVE);
    m.set_urgency(common::URGENCY_NORMAL);
    m.set_priority(common::PRIORITY_P3);
    m.set_channel(common::CHANNEL_CHAT);
    Send(m, at);
  }
  void Ship(const std::string& order, const std::string& product, const std::string& lot,
            uint32_t units = 1, absl::Time delivered = kStart - absl::Hours(48),
            const std::string& warehouse = "") {
    Send(Order(order, product, lot, units, delivered, warehouse), kStart);
  }
  static ev::OrderUpserted Order(const std::string& order, const std::string& product,
                                 const std::string& lot, uint32_t units, absl::Time delivered,
                                 const std::string& warehouse = "",
                                 const std::string& customer = "") {
    ev::OrderUpserted m;
    m.set_order_id(order);
    m.set_customer_id(customer);
    m.set_version(1);
    m.set_country("CN");
    *m.mutable_ordered_at() = rpc::ToProto(delivered - absl::Hours(72));
    *m.mutable_delivered_at() = rpc::ToProto(delivered);
    auto* line = m.add_units();
    line->set_product_id(product);
    line->set_sku("SKU-" + product);
    line->set_lot(lot);
    line->set_quantity(units);
    line->set_warehouse(warehouse);
    return m;
  }
  void FileRma(const std::string& id, const std::string& order, const std::string& product,
               const std::string& lot, absl::Time at, const std::string& customer = "") {
    ev::RmaSubmitted m;
    m.set_rma_id(id);
    m.set_order_id(order);
    m.set_customer_id(customer);
    m.set_country("CN");
    auto* line = m.add_lines();
    line->set_product_id(product);
    line->set_sku("SKU-" + product);
    line->set_lot(lot);
    line->set_reason("DEFECTIVE");
    line->set_quantity(1);
    Send(m, at);
  }
  void ChangeState(const std::string& id, ev::TicketLifecycle from, ev::TicketLifecycle to,
                   absl::Time at) {
    ev::TicketStateChanged m;
    m.set_ticket_id(id);
    m.set_from(from);
    m.set_to(to);
    Send(m, at);
  }

  testing::FakeClock clock_;
  testing::SequentialIds ids_;
  const Caller caller_{TenantId("t1"), "agent"};
  std::vector<LoggedEvent> pending_;
  Projector projector_{/*max_entities=*/50};  // few, so that tests see them forgotten
  std::string zones_;
};

}  // namespace huiyin::analytics
