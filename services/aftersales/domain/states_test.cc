#include "services/aftersales/domain/states.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace huiyin::aftersales {
namespace {

// HUIYIN_STATES_FILE is services/aftersales/STATES.md, given by the build.
TEST(States, TheDocumentSaysWhatTheCodeDoes) {
  std::ifstream file(HUIYIN_STATES_FILE);
  ASSERT_TRUE(file) << HUIYIN_STATES_FILE;
  std::ostringstream written;
  written << file.rdbuf();
  EXPECT_EQ(written.str(), StatesMarkdown())
      << "run huiyin-aftersales-states > services/aftersales/STATES.md";
}

}  // namespace
}  // namespace huiyin::aftersales
