// The whole service in one process, on both databases: events in, answers out.
#include "services/analytics/app.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"
#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/customer_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/status.h"
#include "libs/testing/host/test_host.h"
#include "libs/testing/status.h"

namespace huiyin::analytics {
namespace {

namespace ev = huiyin::event::v1;
namespace pb = huiyin::analytics::v1;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::StatusIs;

class AnalyticsAppTest : public ::testing::TestWithParam<db::Dialect> {
 protected:
  AnalyticsAppTest()
      : host_(Program(), GetParam(), {{"analytics.roll_every", "5ms"}}),
        stub_(pb::AnalyticsService::NewStub(host_.channel())) {
    host_.StartBackground();
  }

  template <class Request, class Answer>
  absl::StatusOr<Answer> Call(grpc::Status (pb::AnalyticsService::Stub::*method)(
                                  grpc::ClientContext*, const Request&, Answer*),
                              const Request& request, std::vector<std::string> roles = {"agent"}) {
    grpc::ClientContext context;
    host_.Prepare(context, std::move(roles));
    Answer answer;
    const grpc::Status status = ((*stub_).*method)(&context, request, &answer);
    if (!status.ok()) return rpc::FromGrpc(status);
    return answer;
  }
  void CreateTicket(const std::string& id) {
    ev::TicketCreated created;
    created.set_ticket_id(id);
    created.set_channel(huiyin::common::v1::CHANNEL_EMAIL);
    created.set_customer_id("c-" + id);
    ASSERT_OK(host_.Deliver("analytics", "ticket", id, created, host_.clock().Now()));
    ev::TicketTriaged triaged;
    triaged.set_ticket_id(id);
    triaged.set_language("en");
    triaged.set_category(huiyin::common::v1::CATEGORY_INVOICE);
    ASSERT_OK(host_.Deliver("analytics", "decision", id, triaged,
                            host_.clock().Now() + absl::Seconds(1)));
  }
  pb::Progress Progress() {
    pb::GetProgressRequest request;
    request.set_parent("tenants/t1");
    const auto progress = Call(&pb::AnalyticsService::Stub::GetProgress, request);
    EXPECT_OK(progress);
    return progress.value_or(pb::Progress());
  }
  void WaitUntilCounted(uint64_t events) {
    ASSERT_TRUE(testing::WaitUntil([&] { return Progress().counted() >= events; }));
  }

  testing::TestHost host_;
  std::unique_ptr<pb::AnalyticsService::Stub> stub_;
};
HUIYIN_ON_ALL_DATABASES(AnalyticsAppTest);

TEST_P(AnalyticsAppTest, EventsBecomeFigures) {
  for (int i = 0; i < 3; ++i) CreateTicket("ticket-" + std::to_string(i));
  WaitUntilCounted(6);
  pb::GetOverviewRequest request;
  request.set_parent("tenants/t1");
  const auto overview = Call(&pb::AnalyticsService::Stub::GetOverview, request);
  ASSERT_OK(overview);
  EXPECT_EQ(overview->tickets().created(), 3);
  EXPECT_EQ(overview->tickets().decided(), 3);
  EXPECT_EQ(overview->tickets().distinct_customers(), 3);
  ASSERT_EQ(overview->tickets().by_category_size(), 1);
  EXPECT_EQ(overview->tickets().by_category(0).value(), "INVOICE");
  EXPECT_EQ(overview->tickets().by_channel(0).value(), "EMAIL");
  EXPECT_EQ(overview->position(), 6u);
  const pb::Progress progress = Progress();
  EXPECT_EQ(progress.received(), 6u);
  ASSERT_EQ(progress.events_size(), 2);
  EXPECT_EQ(progress.events(0).type(), "TicketCreated");
  EXPECT_EQ(progress.events(0).count(), 3);
}

TEST_P(AnalyticsAppTest, QueriesAreAnsweredPageByPageAndRefusedClearly) {
  for (int i = 0; i < 3; ++i) {
    CreateTicket("ticket-" + std::to_string(i));
    host_.fake_clock().Advance(absl::Hours(1));
  }
  WaitUntilCounted(6);
  pb::QueryMetricsRequest request;
  request.set_parent("tenants/t1");
  request.add_measures("tickets_created");
  request.add_dimensions("channel");
  request.set_granularity(pb::GRANULARITY_HOUR);
  request.set_page_size(2);
  *request.mutable_period()->mutable_start_time() =
      rpc::ToProto(host_.clock().Now() - absl::Hours(24));
  int rows = 0;
  do {
    const auto page = Call(&pb::AnalyticsService::Stub::QueryMetrics, request);
    ASSERT_OK(page);
    rows += page->rows_size();
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(rows, 3);
  request.add_measures("nonsense");
  const auto refused = Call(&pb::AnalyticsService::Stub::QueryMetrics, request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_FALSE(Violations(refused.status()).empty());
  EXPECT_THAT(Violations(refused.status())[0].description, HasSubstr("tickets_resolved"));
}

TEST_P(AnalyticsAppTest, RebuildStreamsProgressAndIsForOperators) {
  for (int i = 0; i < 4; ++i) CreateTicket("ticket-" + std::to_string(i));
  WaitUntilCounted(8);
  const auto rebuild = [&](const std::string& role, pb::RebuildResponse& last) {
    grpc::ClientContext context;
    host_.Prepare(context, {role});
    const auto reader = stub_->Rebuild(&context, {});
    for (pb::RebuildResponse answer; reader->Read(&answer);) last = answer;
    return rpc::FromGrpc(reader->Finish());
  };
  pb::RebuildResponse last;
  EXPECT_THAT(rebuild("agent", last), StatusIs(absl::StatusCode::kPermissionDenied));
  ASSERT_OK(rebuild("operator", last));
  EXPECT_TRUE(last.done());
  EXPECT_TRUE(last.identical());
  EXPECT_EQ(last.counted(), 8u);
  CreateTicket("one-more");
  WaitUntilCounted(10);
}

TEST_P(AnalyticsAppTest, UnknownAlertsAndProductsAndForeignNames) {
  pb::UpdateAlertRequest update;
  update.set_name("tenants/t1/alerts/018f3c5e-7b1a-7000-8000-0123456789ab");
  update.set_state(pb::Alert::STATE_ACKNOWLEDGED);
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::UpdateAlert, update), HasReason("ALERT_NOT_FOUND"));
  update.set_name("tenants/t2/alerts/018f3c5e-7b1a-7000-8000-0123456789ab");
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::UpdateAlert, update), HasReason("ALERT_NOT_FOUND"));
  update.set_name("alerts/1");
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::UpdateAlert, update),
              StatusIs(absl::StatusCode::kInvalidArgument));
  pb::GetProductHealthRequest health;
  health.set_parent("tenants/t1");
  health.set_product_id("P-UNKNOWN");
  const auto answer = Call(&pb::AnalyticsService::Stub::GetProductHealth, health);
  ASSERT_OK(answer);
  EXPECT_EQ(answer->lots_size(), 0);
  health.set_product_id("");
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::GetProductHealth, health),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(AnalyticsAppTest, ReportsAreExportedInEveryForm) {
  CreateTicket("ticket-1");
  WaitUntilCounted(2);
  pb::ExportReportRequest request;
  request.set_parent("tenants/t1");
  auto report = Call(&pb::AnalyticsService::Stub::ExportReport, request);
  ASSERT_OK(report);
  EXPECT_THAT(report->content_type(), HasSubstr("text/html"));
  EXPECT_THAT(report->content(), HasSubstr("<td>INVOICE</td>"));
  EXPECT_THAT(report->content(), HasSubstr("<svg"));
  request.set_format(pb::REPORT_FORMAT_CSV);
  report = Call(&pb::AnalyticsService::Stub::ExportReport, request);
  ASSERT_OK(report);
  EXPECT_THAT(report->content(), HasSubstr("tickets created,1\r\n"));
  request.set_format(static_cast<pb::ReportFormat>(9));
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::ExportReport, request),
              StatusIs(absl::StatusCode::kInvalidArgument));
  request.set_parent("tenants/t2");
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::ExportReport, request),
              HasReason("TENANT_NOT_FOUND"));
}

TEST_P(AnalyticsAppTest, SchedulesMakeReportsWhenTheyAreDue) {
  CreateTicket("ticket-1");
  WaitUntilCounted(2);
  pb::CreateReportScheduleRequest order;
  order.set_parent("tenants/t1");
  order.set_request_id("018f3c5e-7b1a-7000-8000-0123456789ab");
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::CreateReportSchedule, order, {"lead"}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  order.mutable_report_schedule()->set_interval(pb::REPORT_INTERVAL_DAILY);
  order.mutable_report_schedule()->set_format(pb::REPORT_FORMAT_JSON);
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::CreateReportSchedule, order),
              StatusIs(absl::StatusCode::kPermissionDenied));
  const auto made = Call(&pb::AnalyticsService::Stub::CreateReportSchedule, order, {"lead"});
  ASSERT_OK(made);
  const auto again = Call(&pb::AnalyticsService::Stub::CreateReportSchedule, order, {"lead"});
  ASSERT_OK(again);
  EXPECT_EQ(again->name(), made->name());
  host_.fake_clock().Advance(absl::Hours(30));
  host_.FireTimers();
  pb::ListReportsRequest list;
  list.set_parent("tenants/t1");
  const auto reports = Call(&pb::AnalyticsService::Stub::ListReports, list);
  ASSERT_OK(reports);
  // One for each of the mornings that have passed.
  ASSERT_EQ(reports->reports_size(), 2);
  EXPECT_EQ(reports->reports(0).content(), "");
  pb::GetReportRequest get;
  get.set_name(reports->reports(0).name());
  const auto report = Call(&pb::AnalyticsService::Stub::GetReport, get);
  ASSERT_OK(report);
  EXPECT_THAT(report->content(), HasSubstr("{\"figure\":\"tickets created\",\"value\":1}"));
  get.set_name("tenants/t1/reports/018f3c5e-7b1a-7000-8000-0123456789ab");
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::GetReport, get), HasReason("REPORT_NOT_FOUND"));
  // The next one is ordered; an ended schedule makes none.
  pb::DeleteReportScheduleRequest end;
  end.set_name(made->name());
  ASSERT_OK(Call(&pb::AnalyticsService::Stub::DeleteReportSchedule, end, {"lead"}));
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::DeleteReportSchedule, end, {"lead"}),
              HasReason("SCHEDULE_NOT_FOUND"));
  host_.fake_clock().Advance(absl::Hours(30));
  host_.FireTimers();
  EXPECT_EQ(Call(&pb::AnalyticsService::Stub::ListReports, list)->reports_size(), 2);
}

TEST_P(AnalyticsAppTest, EventsAreExportedAsLinesOfJson) {
  CreateTicket("ticket-1");
  CreateTicket("ticket-2");
  const auto read = [&](int64_t after, const std::string& role, std::string& lines) {
    grpc::ClientContext context;
    host_.Prepare(context, {role});
    pb::ExportEventsRequest request;
    request.set_parent("tenants/t1");
    request.set_after_position(after);
    const auto reader = stub_->ExportEvents(&context, request);
    for (pb::ExportEventsResponse some; reader->Read(&some);) lines += some.lines();
    return rpc::FromGrpc(reader->Finish());
  };
  std::string lines;
  EXPECT_THAT(read(0, "agent", lines), StatusIs(absl::StatusCode::kPermissionDenied));
  ASSERT_OK(read(0, "operator", lines));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 4);
  EXPECT_THAT(lines, HasSubstr("{\"position\":1,\"tenant\":\"t1\",\"type\":\"TicketCreated\","
                               "\"occurred_at\":\"2026-01-01T00:00:00.000000Z\",\"body\":{\"ticket_"
                               "id\":\"ticket-1\""));
  lines.clear();
  ASSERT_OK(read(3, "operator", lines));
  EXPECT_THAT(lines, HasSubstr("CATEGORY_INVOICE"));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1);
}

TEST_P(AnalyticsAppTest, AlertsAreStreamedAsTheyOpenAndChange) {
  // Four lots of a hundred units; of one of them eight customers complain.
  for (const std::string product : {"P1", "P2", "P3", "P4"}) {
    ev::OrderUpserted order;
    order.set_order_id("order-" + product);
    order.set_version(1);
    *order.mutable_delivered_at() = rpc::ToProto(host_.clock().Now() - absl::Hours(48));
    auto* units = order.add_units();
    units->set_product_id(product);
    units->set_sku("SKU-" + product);
    units->set_lot("LOT-" + product);
    units->set_quantity(100);
    ASSERT_OK(host_.Deliver("analytics", "order", order.order_id(), order, host_.clock().Now()));
  }
  for (int i = 0; i < 9; ++i) {
    const std::string id = "ticket-" + std::to_string(i), product = i == 0 ? "P1" : "P3";
    ev::TicketCreated created;
    created.set_ticket_id(id);
    created.set_customer_id("c-" + id);
    created.set_order_id("order-" + product);
    created.set_product_id(product);
    ASSERT_OK(host_.Deliver("analytics", "ticket", id, created, host_.clock().Now()));
    ev::TicketTriaged triaged;
    triaged.set_ticket_id(id);
    triaged.set_category(huiyin::common::v1::CATEGORY_QUALITY);
    ASSERT_OK(host_.Deliver("analytics", "decision", id, triaged, host_.clock().Now()));
  }
  grpc::ClientContext context, foreign;
  host_.Prepare(context, {"agent"});
  pb::StreamAlertsRequest request;
  request.set_parent("tenants/t1");
  const auto reader = stub_->StreamAlerts(&context, request);
  WaitUntilCounted(22);
  host_.fake_clock().Advance(absl::Seconds(10));  // the next look at the figures is due
  pb::Alert alert;
  ASSERT_TRUE(reader->Read(&alert));
  EXPECT_EQ(alert.state(), pb::Alert::STATE_OPEN);
  EXPECT_EQ(alert.subject(), "LOT-P3");
  EXPECT_EQ(alert.evidence().observed(), 8);

  host_.fake_clock().Advance(absl::Seconds(1));
  pb::UpdateAlertRequest update;
  update.set_name(alert.name());
  update.set_state(pb::Alert::STATE_ACKNOWLEDGED);
  update.set_etag(alert.etag());
  ASSERT_OK(Call(&pb::AnalyticsService::Stub::UpdateAlert, update));
  ASSERT_TRUE(reader->Read(&alert));
  EXPECT_EQ(alert.name(), update.name());
  EXPECT_EQ(alert.state(), pb::Alert::STATE_ACKNOWLEDGED);
  context.TryCancel();
  EXPECT_FALSE(reader->Read(&alert));
  EXPECT_THAT(rpc::FromGrpc(reader->Finish()), StatusIs(absl::StatusCode::kCancelled));

  host_.Prepare(foreign, {"agent"});
  request.set_parent("tenants/t2");
  const auto refused = stub_->StreamAlerts(&foreign, request);
  EXPECT_FALSE(refused->Read(&alert));
  EXPECT_THAT(rpc::FromGrpc(refused->Finish()), HasReason("TENANT_NOT_FOUND"));
}

TEST_P(AnalyticsAppTest, AnErasedCustomerLeavesFiguresAndNothingElse) {
  const auto hits = [&](const std::string& text) {
    int64_t found = 0;
    for (const char* sql :
         {"SELECT body FROM event_log", "SELECT id FROM entity", "SELECT state FROM entity",
          "SELECT customer_id FROM customer_alias", "SELECT value FROM dictionary",
          "SELECT digest FROM request_log", "SELECT answer FROM request_log"}) {
      EXPECT_OK(host_.database().Read([&](db::Session& session) {
        return session.Query(sql, {}, [&](const db::Row& row) {
          found += row.Text(0).find(text) != std::string_view::npos;
        });
      }));
    }
    return found;
  };
  CreateTicket("ticket-1");
  CreateTicket("ticket-2");
  WaitUntilCounted(4);
  EXPECT_EQ(hits("c-ticket-1"), 1);  // what stands for it
  const auto figures = [&] {
    pb::GetOverviewRequest request;
    request.set_parent("tenants/t1");
    const auto overview = Call(&pb::AnalyticsService::Stub::GetOverview, request);
    EXPECT_OK(overview);
    return overview.value_or(pb::Overview());
  };
  const pb::Overview before = figures();
  EXPECT_EQ(before.tickets().distinct_customers(), 2);

  pb::EraseCustomerRequest erase;
  erase.set_parent("tenants/t1");
  erase.set_request_id("018f3c5e-7b1a-7000-8000-0123456789ab");
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::EraseCustomer, erase, {"operator"}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  erase.set_customer_id("c-ticket-1");
  EXPECT_THAT(Call(&pb::AnalyticsService::Stub::EraseCustomer, erase),
              StatusIs(absl::StatusCode::kPermissionDenied));
  auto erased = Call(&pb::AnalyticsService::Stub::EraseCustomer, erase, {"operator"});
  ASSERT_OK(erased);
  EXPECT_TRUE(erased->known());
  erase.set_request_id("018f3c5e-7b1a-7000-8000-0123456789ac");
  erased = Call(&pb::AnalyticsService::Stub::EraseCustomer, erase, {"operator"});
  ASSERT_OK(erased);
  EXPECT_FALSE(erased->known());
  ev::CustomerErased event;
  event.set_customer_id("c-ticket-2");
  ASSERT_OK(host_.Deliver("analytics", "customer", "c-ticket-2", event, host_.clock().Now()));
  WaitUntilCounted(5);
  EXPECT_EQ(hits("c-ticket-1"), 0);
  EXPECT_EQ(hits("c-ticket-2"), 0);

  EXPECT_EQ(figures().tickets().SerializeAsString(), before.tickets().SerializeAsString());
  grpc::ClientContext context;
  host_.Prepare(context, {"operator"});
  const auto reader = stub_->Rebuild(&context, {});
  pb::RebuildResponse last;
  for (pb::RebuildResponse answer; reader->Read(&answer);) last = answer;
  ASSERT_OK(rpc::FromGrpc(reader->Finish()));
  EXPECT_TRUE(last.identical());
}

}  // namespace
}  // namespace huiyin::analytics
