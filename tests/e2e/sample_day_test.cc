// The sample day through the real programs, twice.
#include "deploy/client/call.h"
#include "deploy/client/delivery.h"
#include "huiyin/analytics/v1/analytics_service.grpc.pb.h"
#include "tests/e2e/whole_test.h"
#include "tests/harness/flows.h"

namespace huiyin {
namespace {

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

  const testing::Ran second = Play();
  ASSERT_EQ(second.code, 0) << second.out << second.err;
  const auto again = client::GetDelivery(connection());
  ASSERT_OK(again);
  EXPECT_EQ(again->written, delivered->written) << "playing again has had an effect";

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
