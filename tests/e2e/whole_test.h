// Fixture of tests through the real programs: one suite for all tests of a program.
#pragma once

#include <gmock/gmock.h>

#include <memory>

#include "libs/core/clock.h"
#include "libs/testing/status.h"
#include "tests/harness/suite.h"

namespace huiyin {

class WholeTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (suite_ == nullptr) suite_ = new testing::Suite();
  }
  static void TearDownTestSuite() {
    delete suite_;
    suite_ = nullptr;
  }
  static testing::Suite& suite() { return *suite_; }
  static client::Connection& connection() { return suite_->connection(); }

  // A name no other test uses.
  static std::string Fresh(const std::string& what) {
    static int count = 0;
    return what + "-" + std::to_string(++count);
  }

 private:
  inline static testing::Suite* suite_ = nullptr;
};

}  // namespace huiyin
