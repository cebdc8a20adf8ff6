#include "services/survey/domain/moderation/moderate.h"

#include <gtest/gtest.h>

#include "services/survey/domain/moderation/folded_text.h"
#include "services/survey/domain/moderation/links.h"
#include "services/survey/domain/moderation/terms.h"

namespace huiyin::survey {
namespace {

bool IsAbuse(std::string_view text) { return Moderate(text).findings.Has(Finding::kAbuse); }
bool LeadsAway(std::string_view text) { return Moderate(text).findings.Has(Finding::kLink); }

TEST(ModerationTest, FindsAbuseInEveryLanguageOfTheList) {
  for (const char* text :
       {"客服就是个傻逼", "This is fucking awful", "店員は死ね", "판매자 개새끼",
        "el vendedor es un hijo de puta", "vai se foder", "quel connard", "So ein Arschloch",
        "продавец мудак", "penjual bangsat", "đồ chó", "ไอ้สัตว์", "يا ابن الكلب"}) {
    EXPECT_TRUE(IsAbuse(text)) << text;
  }
}

TEST(ModerationTest, SeesThroughDisguises) {
  for (const char* text : {"ｆｕｃｋ this",
                           "f u c k this",
                           "f.u.c.k",
                           "f-u-c-k you",
                           "fu\u200Bck",
                           "FUUUUUCK",
                           "f*ck",
                           "f**k",
                           "sh!t",
                           "5h1t",
                           "\U0001D41F\U0001D42E\U0001D41C\U0001D424",
                           "f̶u̶c̶k̶",
                           "fuсk",
                           "傻 逼",
                           "傻*逼",
                           "傻.逼客服",
                           "傻\u200B逼",
                           "傻Ｂ东西",
                           "a$$hole",
                           "你就是ＳＢ"}) {
    EXPECT_TRUE(IsAbuse(text)) << text;
  }
}

TEST(ModerationTest, InnocentWordsAreNotAbuse) {
  for (const char* text :
       {"Scunthorpe class shiitake grass", "我很傻。逼真的效果", "妈的手机坏了",
        "The assassin's asset", "it was s hit", "F. U. said", "rated 5***** hotel", "138****5678",
        "垃圾产品，骗子商家", "makanan anjing saya suka", "시발점", "ราคาหีบ", "加vip会员",
        "a grape, a rapeseed oil", "Great product. It works well.", "质量很好，下次还买", "***"}) {
    EXPECT_FALSE(IsAbuse(text)) << text;
  }
}

TEST(ModerationTest, FindsWhatLeadsAway) {
  for (const char* text :
       {"see https://spam.example", "WWW.cheap-shoes.net", "cheap.com", "ｃｈｅａｐ．ｃｏｍ",
        "cheap。com", "cheap[.]com", "cheap dot com", "cheap点com", "t.me/abc", "加微信领红包",
        "加 微 信", "加V：abc", "好评返现", "Add me on anything", "add  me on x",
        "진짜 카톡 추가 해줘"}) {
    EXPECT_TRUE(LeadsAway(text)) << text;
  }
  for (const char* text :
       {"Great product.It works", "12.5 cm", "用微信支付付款很方便", "加vip会员",
        "WhatsApp runs fast", "v2.0 is better. Community is kind", "good...no problem",
        "mail me@shop.example.com", "容量1.5L", "net weight 2.5kg"}) {
    EXPECT_FALSE(LeadsAway(text)) << text;
  }
}

TEST(ModerationTest, MasksContactDataWithoutHoldingItBack) {
  const ModeratedText text = Moderate("打我电话１３８００００００１７");
  EXPECT_EQ(text.text.find("００００００"), std::string::npos);
  EXPECT_TRUE(text.findings.Has(Finding::kContactData));
  EXPECT_FALSE(text.findings.HoldBack());
  EXPECT_TRUE(Moderate("nice").findings.empty());
}

TEST(ModerationTest, TheSameLettersAreTheSameText) {
  const ModeratedText text = Moderate("Very good kettle, boils fast!");
  EXPECT_EQ(text.key, Moderate("very GOOD kettle --- boils  fast").key);
  EXPECT_EQ(text.key, Moderate("Ｖｅｒｙ good ket\u200Btle boils fast").key);
  EXPECT_NE(text.key, Moderate("Very good kettle, boils slow!").key);
  EXPECT_EQ(text.weight, 23);
  EXPECT_EQ(Moderate("很好 很好").weight, 12);
  EXPECT_EQ(Moderate("!?。").key, "");
}

TEST(ModerationTest, AnyBytesAreTaken) {
  for (const std::string& text :
       {std::string(), std::string("\xFF\xFE\xE5"), std::string(4000, '*'), std::string(4000, 'f'),
        std::string("f\0u", 3), std::string(2000, '.')}) {
    EXPECT_FALSE(Moderate(text).findings.HoldBack());
  }
}

}  // namespace
}  // namespace huiyin::survey
