#include "services/analytics/events/log_handler.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "huiyin/event/v1/customer_events.pb.h"
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
  std::map<std::string, std::string> aliases_;
  LogHandler handler_{
      {.append =
           [this](db::Transaction&, const LoggedEvent& event) {
             log_.push_back(event);
             return absl::OkStatus();
           },
       .alias_of =
           [this](db::Transaction&, const std::string&, const std::string& customer) {
             const auto size = std::to_string(aliases_.size());
             return aliases_.try_emplace(customer, "alias-" + size).first->second;
           },
       .forget_customer =
           [this](db::Transaction&, const std::string&, const std::string& customer) {
             aliases_.erase(customer);
             return absl::OkStatus();
           }}};
};

TEST_F(LogHandlerTest, AnAliasStandsForTheCustomerUntilTheCustomerIsErased) {
  event::v1::TicketCreated body;
  body.set_ticket_id("x");
  body.set_customer_id("ann");
  ASSERT_OK(Handle("TicketCreated", body.SerializeAsString()));
  ASSERT_OK(Handle("TicketCreated", body.SerializeAsString()));
  event::v1::CustomerErased erased;
  erased.set_customer_id("ann");
  ASSERT_OK(Handle("CustomerErased", erased.SerializeAsString()));
  EXPECT_TRUE(aliases_.empty());
  ASSERT_EQ(log_.size(), 3u);
  for (const LoggedEvent& event : log_) {
    EXPECT_EQ(event.body.find("ann"), std::string::npos);
    EXPECT_NE(event.body.find("alias-0"), std::string::npos);
  }
}

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
