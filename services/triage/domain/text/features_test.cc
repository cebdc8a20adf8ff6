#include "services/triage/domain/text/features.h"

#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "libs/testing/seed.h"
#include "services/triage/domain/text/each_feature.h"

namespace huiyin::triage::text {
namespace {

// The scorer makes room for so many, and no more.
TEST(Features, NoPositionGivesMoreThanThereIsRoomFor) {
  constexpr char32_t kLetters[] = {U'好', U'貨', U'か', U'한', U'ก', U'a',  U'é',
                                   U'ж',  U'ع',  U'1',  U',',  U' ', U'\'', U'😀'};
  std::mt19937_64 random(testing::Seed());
  std::vector<Feature> features;
  for (int i = 0; i < 200'000; ++i) {
    NormalText text;
    // Few kinds of letters at a time, so that stretches of one script come in all lengths.
    const std::size_t kinds = 1 + random() % 3;
    std::size_t kind[3];
    for (std::size_t& k : kind) k = random() % std::size(kLetters);
    text.cp.resize(random() % 48);
    for (char32_t& c : text.cp) c = kLetters[kind[random() % kinds]];
    features.clear();
    ExtractFeatures(text, &features);
    ASSERT_LE(features.size(), kMostFeaturesPerPosition * text.size());
    for (const Feature& f : features) {
      ASSERT_LT(f.begin, f.end);
      ASSERT_LE(f.end, text.size());
    }
  }
}

}  // namespace
}  // namespace huiyin::triage::text
