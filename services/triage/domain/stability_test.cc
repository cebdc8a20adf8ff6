#include "services/triage/domain/stability.h"

#include <gtest/gtest.h>

#include <vector>

namespace huiyin::triage {
namespace {

TEST(PopulationStabilityTest, IsZeroForTheSameShares) {
  const std::vector<int64_t> then = {100, 200, 700}, now = {1000, 2000, 7000};
  EXPECT_NEAR(PopulationStability(then, now), 0, 1e-4);
  EXPECT_EQ(PopulationStability(then, std::vector<int64_t>{0, 0, 0}), 0);
}

// 0.1 ln(0.6/0.5) twice with the other sign: (0.6-0.5) ln 1.2 + (0.4-0.5) ln 0.8 = 0.0405.
TEST(PopulationStabilityTest, AgreesWithTheFormula) {
  EXPECT_NEAR(PopulationStability(std::vector<int64_t>{500'000, 500'000},
                                  std::vector<int64_t>{600'000, 400'000}),
              0.040547, 1e-4);
}

TEST(PopulationStabilityTest, IsLargeForAnotherPopulation) {
  EXPECT_GT(
      PopulationStability(std::vector<int64_t>{900, 50, 50}, std::vector<int64_t>{50, 50, 900}), 1);
}

}  // namespace
}  // namespace huiyin::triage
