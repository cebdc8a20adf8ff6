#include "libs/core/status.h"

#include <gmock/gmock.h>

#include "libs/testing/status.h"

namespace huiyin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(Status, CarriesReasonAndMetadata) {
  const absl::Status status = Error(absl::StatusCode::kNotFound, "TICKET_NOT_FOUND",
                                    "no such ticket", {{"ticket", "t\t1\n"}, {"limit", ""}});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Reason(status), "TICKET_NOT_FOUND");
  EXPECT_THAT(Metadata(status), ElementsAre(Pair("limit", ""), Pair("ticket", "t\t1\n")));
  EXPECT_THAT(Violations(status), IsEmpty());
}

TEST(Status, PlainStatusesHaveNone) {
  EXPECT_EQ(Reason(absl::InternalError("x")), "");
  EXPECT_THAT(Metadata(absl::OkStatus()), IsEmpty());
}

TEST(InputCheck, ReportsEveryViolationAtOnce) {
  InputCheck check;
  EXPECT_TRUE(check.Require(true, "a", "fine"));
  EXPECT_FALSE(check.Require(false, "body", "must not be empty"));
  check.Add("rating", "must be 1 to 5");
  const absl::Status status = check.ToStatus();
  EXPECT_THAT(status, testing::StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Violations(status), ElementsAre(Violation{"body", "must not be empty"},
                                              Violation{"rating", "must be 1 to 5"}));
  EXPECT_THAT(std::string(status.message()), HasSubstr("body: must not be empty; rating: must be"));
}

TEST(InputCheck, IsOkWithoutViolations) { EXPECT_OK(InputCheck().ToStatus()); }

}  // namespace
}  // namespace huiyin
