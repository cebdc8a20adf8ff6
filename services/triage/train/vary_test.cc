#include "services/triage/train/vary.h"

#include <gmock/gmock.h>

#include <set>

namespace huiyin::triage::train {
namespace {

std::set<std::string> Variants(std::string_view text) {
  Rng rng(1);
  std::set<std::string> variants;
  for (int i = 0; i < 200; ++i) variants.insert(Vary(text, &rng));
  return variants;
}

TEST(Vary, ExchangesWordsOfTheSameUseAndKeepsTheRest) {
  const auto variants = Variants("昨天买的冰箱不制冷");
  EXPECT_GT(variants.size(), 20u);
  EXPECT_TRUE(variants.contains("昨天买的冰箱不制冷"));
  for (const std::string& text : variants) {
    EXPECT_TRUE(text.ends_with("不制冷")) << text;
    EXPECT_NE(text.find("买的"), std::string::npos) << text;
  }
}

TEST(Vary, LeavesWordsThatOnlyHoldSuchAWord) {
  EXPECT_THAT(Variants("说明书里写的手机号"), testing::ElementsAre("说明书里写的手机号"));
}

TEST(Vary, TextWithoutSuchWordsStaysAsItIs) {
  for (const char* text : {"", "where is my parcel", "发票抬头错了", "\xff\xfe"}) {
    EXPECT_THAT(Variants(text), testing::ElementsAre(text));
  }
}

TEST(Vary, IsTheSameForTheSameSeed) {
  Rng once(7), again(7);
  EXPECT_EQ(Vary("你好 明天上午送冰箱可以吗", &once), Vary("你好 明天上午送冰箱可以吗", &again));
}

}  // namespace
}  // namespace huiyin::triage::train
