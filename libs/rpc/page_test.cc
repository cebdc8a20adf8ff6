#include "libs/rpc/page.h"

#include <gmock/gmock.h>

#include "huiyin/ops/v1/dead_letter_service.pb.h"
#include "libs/testing/status.h"

namespace huiyin::rpc {
namespace {

using Request = ::huiyin::ops::v1::ListDeadLettersRequest;

constexpr PageLimits kLimits = {.standard = 50, .maximum = 500};

Request Make(const std::string& consumer, int size = 0, const std::string& token = "") {
  Request request;
  request.set_consumer(consumer);
  request.set_page_size(size);
  request.set_page_token(token);
  return request;
}

std::string ViolatedField(const Request& request) {
  const auto violations = Violations(ReadPage(request, kLimits).status());
  return violations.size() == 1 ? violations[0].field : "";
}

TEST(Page, SizesAreClampedAndNegativeOnesRefused) {
  EXPECT_EQ(ReadPage(Make("a", 0), kLimits)->size, 50);
  EXPECT_EQ(ReadPage(Make("a", 7), kLimits)->size, 7);
  EXPECT_EQ(ReadPage(Make("a", 100000), kLimits)->size, 500);
  EXPECT_EQ(ViolatedField(Make("a", -1)), "page_size");
}

TEST(Page, ATokenCarriesThePositionWhateverItsBytes) {
  const std::string position("2026\0\xff|x", 8);
  const std::string token = ReadPage(Make("a"), kLimits)->Next(position);
  EXPECT_EQ(ReadPage(Make("a", 3, token), kLimits)->position, position);
}

TEST(Page, ATokenOfAnotherQueryOrADamagedOneIsRefused) {
  const std::string token = ReadPage(Make("a"), kLimits)->Next("k");
  EXPECT_EQ(ViolatedField(Make("b", 0, token)), "page_token");
  EXPECT_EQ(ViolatedField(Make("a", 0, token.substr(0, 4))), "page_token");
  EXPECT_EQ(ViolatedField(Make("a", 0, "not base64!")), "page_token");
}

TEST(Page, AnEmptyTokenIsTheStart) { EXPECT_EQ(ReadPage(Make("a"), kLimits)->position, ""); }

}  // namespace
}  // namespace huiyin::rpc
