// Matchers for absl::Status and StatusOr: IsOk(), IsOkAndHolds(m), StatusIs(code), HasReason("X").
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "libs/core/status.h"

namespace huiyin::testing {

inline const absl::Status& GetStatus(const absl::Status& status) { return status; }
template <class T>
const absl::Status& GetStatus(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << GetStatus(arg).ToString();
  return GetStatus(arg).ok();
}
MATCHER_P(StatusIs, code, "has status code " + absl::StatusCodeToString(code)) {
  *result_listener << GetStatus(arg).ToString();
  return GetStatus(arg).code() == code;
}
MATCHER_P(HasReason, reason, std::string("has reason ") + reason) {
  *result_listener << GetStatus(arg).ToString();
  return Reason(GetStatus(arg)) == reason;
}
MATCHER_P(IsOkAndHolds, matcher, "is OK and holds a matching value") {
  if (!arg.ok()) {
    *result_listener << arg.status().ToString();
    return false;
  }
  return ::testing::ExplainMatchResult(matcher, *arg, result_listener);
}

}  // namespace huiyin::testing

#define ASSERT_OK(expr) ASSERT_THAT((expr), ::huiyin::testing::IsOk())
#define EXPECT_OK(expr) EXPECT_THAT((expr), ::huiyin::testing::IsOk())
