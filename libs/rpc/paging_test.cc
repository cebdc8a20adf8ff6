#include "libs/rpc/paging.h"

#include <gtest/gtest.h>

#include "huiyin/survey/v1/survey_service.pb.h"
#include "libs/testing/status.h"

namespace huiyin::rpc {
namespace {

using testing::IsOkAndHolds;
using testing::StatusIs;

survey::v1::ListInvitationsRequest Question() {
  survey::v1::ListInvitationsRequest request;
  request.set_parent("tenants/t1");
  request.set_ticket_id("ticket-1");
  return request;
}

TEST(PageSizeTest, HasDefaultMaximumAndRefusesNegative) {
  EXPECT_THAT(PageSize(0, 50, 500), IsOkAndHolds(50));
  EXPECT_THAT(PageSize(7, 50, 500), IsOkAndHolds(7));
  EXPECT_THAT(PageSize(501, 50, 500), IsOkAndHolds(500));
  EXPECT_THAT(PageSize(-1, 50, 500), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(PageTokenTest, CarriesItsPositionWhateverThePageSize) {
  auto request = Question();
  EXPECT_THAT(PagePosition(request), IsOkAndHolds(std::string()));
  request.set_page_token(MakePageToken(request, std::string("a\0b", 3)));
  request.set_page_size(10);
  EXPECT_THAT(PagePosition(request), IsOkAndHolds(std::string("a\0b", 3)));
}

TEST(PageTokenTest, BelongsToItsQuestion) {
  auto request = Question();
  request.set_page_token(MakePageToken(request, "x"));
  request.set_ticket_id("ticket-2");
  EXPECT_THAT(PagePosition(request), StatusIs(absl::StatusCode::kInvalidArgument));
  request.set_page_token("not a token");
  EXPECT_THAT(PagePosition(request), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace huiyin::rpc
