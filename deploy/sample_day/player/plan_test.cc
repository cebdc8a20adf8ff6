#include "deploy/sample_day/player/plan.h"

#include <gtest/gtest.h>

namespace huiyin::sample_day {
namespace {

Message Said(const std::string& id, int at, const std::string& user, const std::string& customer) {
  return {.message_id = id,
          .at = absl::Seconds(at),
          .channel = "CHAT",
          .external_user_id = user,
          .customer_id = customer};
}
Action Did(const std::string& id, int at, const std::string& type, const std::string& message,
           const std::string& rma = "", const std::string& order = "") {
  Action action{.action_id = id, .type = type, .at = absl::Seconds(at)};
  action.message_id = message;
  action.rma_key = rma;
  action.order_id = order;
  return action;
}

TEST(StoriesOfTest, KeepsApartWhatSharesNothing) {
  const Day day{.messages = {Said("1", 1, "a", ""), Said("2", 2, "b", "")}};
  EXPECT_EQ(StoriesOf(day).size(), 2u);
}

TEST(StoriesOfTest, JoinsIdentitiesOfOneCustomerAndWhatHangsOnTheirMessages) {
  const Day day{
      .messages = {Said("1", 1, "a", "C"), Said("2", 5, "b", "C")},
      .actions = {Did("x", 3, "RMA_CREATE", "1", "R", "O"), Did("y", 4, "RMA_RECEIVE", "", "R")}};
  const auto stories = StoriesOf(day);
  ASSERT_EQ(stories.size(), 1u);
  EXPECT_EQ(stories[0].steps.size(), 4u);
}

TEST(StoriesOfTest, PlaysAMessageBeforeAnActionOfTheSameTime) {
  const Day day{.messages = {Said("1", 7, "a", "")}, .actions = {Did("x", 7, "REPLY", "1")}};
  const auto stories = StoriesOf(day);
  ASSERT_EQ(stories.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<const Message*>(stories[0].steps[0]));
}

TEST(StoriesOfTest, LeavesSurveysOut) {
  const Day day{.messages = {Said("1", 1, "a", "")}, .actions = {Did("x", 9, "SURVEY", "1")}};
  EXPECT_EQ(StoriesOf(day)[0].steps.size(), 1u);
}

}  // namespace
}  // namespace huiyin::sample_day
