#include "libs/entities/entities.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace huiyin::entities {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::vector<std::pair<EntityKind, std::string>> Find(const std::string& source) {
  CodePoints cps;
  DecodeForEntities(source, &cps);
  std::vector<Entity> found;
  FindEntities(cps, 64, &found);
  std::vector<std::pair<EntityKind, std::string>> out;
  for (const Entity& e : found) out.emplace_back(e.kind, source.substr(e.begin, e.end - e.begin));
  return out;
}

TEST(Entities, FindsMobileNumbersHoweverTheyAreWritten) {
  for (const char* number : {"13812345678", "138 1234 5678", "138-1234-5678", "+86 13812345678",
                             "１３８１２３４５６７８", "1 3 8 1 2 3 4 5 6 7 8"}) {
    EXPECT_THAT(Find("电话" + std::string(number) + "谢谢"),
                ElementsAre(Pair(EntityKind::kPhone, number)));
  }
}

TEST(Entities, SeesThroughInvisibleCharactersInsideANumber) {
  const auto found = Find("138\u200B1234\u200D5678");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].first, EntityKind::kPhone);
}

TEST(Entities, IdCardNeedsItsCheckDigit) {
  EXPECT_THAT(Find("身份证11010519491231002X"),
              ElementsAre(Pair(EntityKind::kIdCard, "11010519491231002X")));
  EXPECT_THAT(Find("身份证11010519491231002x吗"),
              ElementsAre(Pair(EntityKind::kIdCard, "11010519491231002x")));
  EXPECT_TRUE(IsIdCard("440524188001010014"));
  EXPECT_FALSE(IsIdCard("440524188001010015"));
  EXPECT_FALSE(IsIdCard("440524188013010014"));  // no thirteenth month
}

TEST(Entities, BankCardNeedsLuhn) {
  EXPECT_TRUE(IsBankCard("4111111111111111"));
  EXPECT_FALSE(IsBankCard("4111111111111112"));
  EXPECT_TRUE(IsBankCard("6222020200000000000") || IsBankCard("6222021001116245702"));
  EXPECT_THAT(Find("卡号 4111 1111 1111 1111 扣款"),
              ElementsAre(Pair(EntityKind::kBankCard, "4111 1111 1111 1111")));
}

TEST(Entities, FindsMailAddresses) {
  EXPECT_THAT(Find("write to jo.hn+a@mail.example.com."),
              ElementsAre(Pair(EntityKind::kEmail, "jo.hn+a@mail.example.com")));
  EXPECT_THAT(Find("13812345678@qq.com"),
              ElementsAre(Pair(EntityKind::kEmail, "13812345678@qq.com")));
  EXPECT_THAT(Find("ａｂｃ＠ｑｑ．ｃｏｍ"),
              ElementsAre(Pair(EntityKind::kEmail, "ａｂｃ＠ｑｑ．ｃｏｍ")));
  EXPECT_THAT(Find("@某人 你好"), IsEmpty());
}

TEST(Entities, FindsOrderNumbersAmountsDatesAndProducts) {
  EXPECT_THAT(
      Find("订单号：88213400917，下单 2024-11-11，金额￥299.00，【小米手环】"),
      ElementsAre(Pair(EntityKind::kOrderNumber, "88213400917"),
                  Pair(EntityKind::kDate, "2024-11-11"), Pair(EntityKind::kAmount, "￥299.00"),
                  Pair(EntityKind::kProduct, "小米手环")));
  EXPECT_THAT(
      Find("order #AB-10293 cost $1,299.50 on 31/01/2024"),
      ElementsAre(Pair(EntityKind::kOrderNumber, "AB-10293"),
                  Pair(EntityKind::kAmount, "$1,299.50"), Pair(EntityKind::kDate, "31/01/2024")));
  EXPECT_THAT(Find("退我35块，3月5号买的"),
              ElementsAre(Pair(EntityKind::kAmount, "35块"), Pair(EntityKind::kDate, "3月5号")));
}

TEST(Entities, OrdinaryNumbersAreNotEntities) {
  EXPECT_THAT(Find("买了3件，尺码42，用了5天，打12315"), IsEmpty());
}

TEST(Masking, KeepsTheKindReadable) {
  EXPECT_EQ(MaskContactData("打13812345678找我"), "打138****5678找我");
  EXPECT_EQ(MaskContactData("打１３８ １２３４ ５６７８找我"), "打138****5678找我");
  EXPECT_EQ(MaskContactData("证11010519491231002X。"), "证[ID]。");
  EXPECT_EQ(MaskContactData("卡4111-1111-1111-1111"), "卡[CARD *1111]");
  EXPECT_EQ(MaskContactData("mail john@example.com now"), "mail j***@example.com now");
  EXPECT_EQ(MaskContactData("ａｂ＠qq.com"), "[EMAIL]");
}

TEST(Masking, LettersTouchingANumberDoNotHideIt) {
  EXPECT_EQ(MaskContactData("加我vx13812345678abc"), "加我vx138****5678abc");
  EXPECT_EQ(MaskContactData("id11010519491231002Xok"), "id[ID]ok");
  EXPECT_EQ(MaskContactData("card4111111111111111visa"), "card[CARD *1111]visa");
}

TEST(Masking, SeesFullWidthSpacedDottedAndForeignDigits) {
  for (const char* number :
       {"１３８－１２３４－５６７８", "138.1234.5678", "138 1234 5678", "138 1234  5678",
        "(138)1234-5678", "１ ３ ８ １ ２ ３ ４ ５ ６ ７ ８", "٠١٣٨١٢٣٤٥٦٧٨", "+86-138-1234-5678",
        "0086 13812345678", "138\u200b1234\u202e5678"}) {
    EXPECT_EQ(MaskContactData(number).find("1234"), std::string::npos) << number;
    EXPECT_EQ(MaskContactData(number).find("１２３４"), std::string::npos) << number;
  }
  EXPECT_EQ(MaskContactData("４１１１　１１１１　１１１１　１１１１"), "[CARD *1111]");
  EXPECT_EQ(MaskContactData("110105 19491231 002X"), "[ID]");
  EXPECT_EQ(MaskContactData("zhang @ qq . com"), "z***@ qq . com");
}

TEST(Masking, NumbersThatFailTheirChecksumAreNoIdsOrCards) {
  EXPECT_EQ(MaskContactData("单号440524188001010015"), "单号440524188001010015");
  EXPECT_EQ(MaskContactData("单号4111111111111112"), "单号4111111111111112");
}

TEST(Masking, LeavesOtherTextAlone) {
  const std::string plain = "订单88213400917 2024-01-31 ¥20 快点";
  EXPECT_EQ(MaskContactData(plain), plain);
  EXPECT_EQ(MaskContactData(""), "");
  const std::string broken = "\xff\xfe\x80 ok";
  EXPECT_EQ(MaskContactData(broken), broken);
}

TEST(Masking, MasksEveryNumberOfALongText) {
  std::string many;
  for (int i = 0; i < 500; ++i) many += "电话13812345678，";
  EXPECT_EQ(MaskContactData(many).find("12345678"), std::string::npos);
}

}  // namespace
}  // namespace huiyin::entities
