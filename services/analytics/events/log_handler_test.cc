#include "services/analytics/events/log_handler.h"

#include <gtest/gtest.h>

#include <vector>

#include "huiyin/event/v1/ticket_events.pb.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

namespace huiyin::analytics {
namespace {

using testing::StatusIs;

class LogHandlerTest : public ::testing::Test {
 protected:
  absl::Status Handle(const std::string& type, const std::string& body) {
    events::Event event;
    event.type = "huiyin.event.v1." + type;
    event.tenant = "t1";
    event.occurred_at = absl::FromUnixSeconds(5);
    event.body = body;
    return temp_.database().Write([&](db::Transaction& tx) { return handler_.Handle(tx, event); });
  }

  testing::TempDatabase temp_{db::Dialect::kSqlite};
  std::vector<LoggedEvent> log_;
  LogHandler handler_{[this](db::Transaction&, const LoggedEvent& event) {
    log_.push_back(event);
    return absl::OkStatus();
  }};
};

TEST_F(LogHandlerTest, LogsEventsUnderTheirShortName) {
  event::v1::TicketCreated body;
  body.set_ticket_id("x");
  ASSERT_OK(Handle("TicketCreated", body.SerializeAsString()));
  ASSERT_EQ(log_.size(), 1u);
  EXPECT_EQ(log_[0].type, "TicketCreated");
  EXPECT_EQ(log_[0].tenant, "t1");
  EXPECT_EQ(log_[0].at, absl::FromUnixSeconds(5));
  EXPECT_EQ(log_[0].body, body.SerializeAsString());
}

TEST_F(LogHandlerTest, KeepsEventsThatNoFigureNeedsYet) {
  ASSERT_OK(Handle("SomethingNew", "anything"));
  EXPECT_EQ(log_.size(), 1u);
}

TEST_F(LogHandlerTest, RefusesBodiesThatCannotBeRead) {
  EXPECT_THAT(Handle("TicketCreated", "\xff\xff"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(log_.empty());
}

}  // namespace
}  // namespace huiyin::analytics
