#include "services/triage/domain/text/normalise.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/text/model_for_tests.h"

namespace huiyin::triage::text {
namespace {

const FoldTables& Tables() {
  static const std::unique_ptr<ModelFile> file = *ModelFile::Map(ModelPath());
  static const FoldTables tables = {file->Get<std::uint16_t>(Section::kFoldBlocks),
                                    file->Get<std::uint32_t>(Section::kFoldEntries),
                                    file->Get<std::uint32_t>(Section::kFoldSequences),
                                    file->Get<FoldTables::Composition>(Section::kFoldCompositions),
                                    file->Get<std::uint32_t>(Section::kFoldSimplified)};
  return tables;
}

std::u32string Of(std::string_view source) {
  NormalText out;
  Normalise(Tables(), source, &out);
  EXPECT_EQ(out.begin.size(), out.cp.size() + 1);
  EXPECT_EQ(out.unsimplified.size(), out.cp.size());
  return {out.cp.begin(), out.cp.end()};
}

TEST(Normalise, FoldsWidthAndCase) {
  EXPECT_EQ(Of("ＡＢＣ　iPhone"), U"abc iphone");
  EXPECT_EQ(Of("①②㎏ﬁ"), U"12kgfi");
  EXPECT_EQ(Of("ｶﾞ"), U"ガ");
}

TEST(Normalise, SimplifiesTraditionalCharactersButRemembersThem) {
  NormalText out;
  Normalise(Tables(), "請問什麼時候到貨", &out);
  EXPECT_EQ(std::u32string(out.cp.begin(), out.cp.end()), U"请问什么时候到货");
  EXPECT_EQ(out.unsimplified[0], U'請');
  EXPECT_GE(out.traditional, 4u);
}

TEST(Normalise, ComposesLettersAndMarks) {
  EXPECT_EQ(Of("e\u0302\u0301"), U"ế");  // Vietnamese, typed as base and marks
}

TEST(Normalise, CollapsesRepeatsAndSpaces) {
  EXPECT_EQ(Of("太慢了！！！！！！"), U"太慢了!!");
  EXPECT_EQ(Of("哈哈哈哈哈"), U"哈哈");
  EXPECT_EQ(Of("  a \t\n  b  "), U"a b");
}

TEST(Normalise, KeepsEmojiButNotTheirSkinOrInvisibleCharacters) {
  EXPECT_EQ(Of("👍🏽好\u200B评"), U"👍好评");
}

TEST(Normalise, LongNumbersAndMasksReadAlike) {
  EXPECT_EQ(Of("我的88213400917到哪"), U"我的0000到哪");
  EXPECT_EQ(Of("我的[订单x]到哪"), U"我的0000到哪");
  EXPECT_EQ(Of("我要打12315"), U"我要打12315");
  EXPECT_EQ(Of("双11买的2手货"), U"双11买的2手货");
}

TEST(Normalise, TakesOrderCardsOut) {
  EXPECT_EQ(Of("[订单编号:[订单x]，订单金额:[金额x]，下单时间:[日期x] [时间x]] 怎么取消"),
            U" 怎么取消");
  EXPECT_EQ(Of("咨询订单号:123456789 订单金额:[金额x] 下单时间:[日期x] 发货了吗"), U" 发货了吗");
  EXPECT_EQ(Of("订单什么时候到"), U"订单什么时候到");
}

TEST(Normalise, PositionsPointIntoTheOriginal) {
  const std::string source = "亲，ＡＢ 88213400917 貨";
  NormalText out;
  Normalise(Tables(), source, &out);
  EXPECT_EQ(source.substr(out.begin[2], 3), "Ａ");
  EXPECT_EQ(source.substr(out.begin[out.size() - 1], 3), "貨");
  EXPECT_EQ(out.begin.back(), source.size());
}

TEST(Normalise, InvalidBytesBecomeSpaces) { EXPECT_EQ(Of("好\xff\xc0\x80评"), U"好 评"); }

TEST(Normalise, ReadsBothEndsOfALongText) {
  const std::string source = "开头" + std::string(1 << 20, '.') + "结尾";
  const std::u32string out = Of(source);
  EXPECT_EQ(out.substr(0, 2), U"开头");
  EXPECT_EQ(out.substr(out.size() - 2), U"结尾");
  EXPECT_LT(out.size(), kMostPositions);
}

}  // namespace
}  // namespace huiyin::triage::text
