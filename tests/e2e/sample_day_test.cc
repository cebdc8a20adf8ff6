// The sample day through the real programs, twice.
#include <nlohmann/json.hpp>
#include <sstream>

#include "deploy/client/call.h"
#include "deploy/client/delivery.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"
#include "tests/e2e/whole_test.h"
#include "tests/harness/flows.h"

namespace huiyin {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
namespace analytics = huiyin::analytics::v1;

class SampleDayTest : public WholeTest {
 protected:
  static testing::Ran Play() {
    return testing::RunProgram(suite(), "huiyin-sample-day",
                               {"--config", suite().config_file(), "--data",
                                std::string(HUIYIN_SOURCE) + "/deploy/sample_day"},
                               absl::Minutes(5));
  }

  struct Event {
    int64_t position;
    std::string type;
    std::string line;
  };
  // What analytics received after this position.
  static absl::StatusOr<std::vector<Event>> EventsAfter(int64_t position) {
    analytics::ExportEventsRequest request;
    request.set_parent(connection().parent());
    request.set_after_position(position);
    std::stringstream lines;
    HUIYIN_RETURN_IF_ERROR(
        client::Stream(connection(), &analytics::AnalyticsService::Stub::ExportEvents, request,
                       absl::Minutes(1), [&](const analytics::ExportEventsResponse& some) {
                         lines << some.lines();
                         return true;
                       }));
    std::vector<Event> events;
    for (std::string line; std::getline(lines, line);) {
      const nlohmann::json json = nlohmann::json::parse(line);
      events.push_back({json.at("position"), json.at("type"), line});
    }
    return events;
  }
};

TEST_F(SampleDayTest, PlaysToItsEndAndDuplicatesNothingWhenPlayedAgain) {
  const testing::Ran first = Play();
  ASSERT_EQ(first.code, 0) << first.out << first.err;
  EXPECT_THAT(first.out, HasSubstr("What is going wrong"));
  const auto delivered = client::GetDelivery(connection());
  ASSERT_OK(delivered);
  EXPECT_EQ(delivered->Missing(), 0);
  EXPECT_EQ(delivered->Parked(), 0);
  EXPECT_THAT(testing::AuditFindings(connection()), testing::IsOkAndHolds(0));
  const auto day = EventsAfter(0);
  ASSERT_OK(day);
  ASSERT_FALSE(day->empty());

  const testing::Ran second = Play();
  ASSERT_EQ(second.code, 0) << second.out << second.err;
  const auto after = EventsAfter(day->back().position);
  ASSERT_OK(after);
  for (const Event& event : *after) {
    // The clock alone makes these: deadlines pass, and the desk moves what is late or waits.
    EXPECT_THAT(event.type, AnyOf("SlaAlarm", "RmaStepOverdue", "TicketAssigned"))
        << "playing again has had an effect: " << event.line;
  }

  analytics::GetOverviewRequest request;
  request.set_parent(connection().parent());
  const auto overview =
      client::Call(connection(), &analytics::AnalyticsService::Stub::GetOverview, request);
  ASSERT_OK(overview);
  const auto tickets = testing::CountTickets(connection());
  ASSERT_OK(tickets);
  EXPECT_EQ(overview->tickets().created(), *tickets);
  EXPECT_EQ(overview->tickets().decided(), *tickets);
  EXPECT_GT(overview->returns().refunds_size(), 5);
  EXPECT_EQ(overview->returns().refunds_pending(), 0);
}

}  // namespace
}  // namespace huiyin
