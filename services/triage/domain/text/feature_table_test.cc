#include "services/triage/domain/text/feature_table.h"

#include <memory>
#include <random>

#include "gtest/gtest.h"
#include "services/triage/domain/text/model_for_tests.h"

namespace huiyin::triage::text {
namespace {

TEST(FeatureTable, SaysOfEveryFeatureWhatTheFileSays) {
  const std::unique_ptr<ModelFile> file = *ModelFile::Map(ModelPath());
  const FeatureTable table(*file);
  const auto known = file->Get<std::uint8_t>(Section::kKnownFeatures);
  const auto polar = file->Get<std::uint8_t>(Section::kKnownPolarity);
  const auto polarity = file->Get<std::int8_t>(Section::kPolarity);
  std::mt19937 random(1);
  for (int i = 0; i < 1'000'000; ++i) {
    const std::uint32_t hash = i == 0 ? 0 : i == 1 ? ~0u : static_cast<std::uint32_t>(random());
    const Facts facts = table.Of(hash);
    ASSERT_EQ((facts & kKnownBit) != 0, IsKnown(known, hash)) << hash;
    ASSERT_EQ((facts & kPolarBit) != 0, IsKnown(polar, hash)) << hash;
    ASSERT_EQ(static_cast<std::int8_t>(facts),
              polarity[hash >> (32 - file->parameters().polarity_bits)])
        << hash;
  }
}

}  // namespace
}  // namespace huiyin::triage::text
