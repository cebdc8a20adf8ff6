#include "services/triage/domain/classifier.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "services/triage/domain/text/model_for_tests.h"

namespace huiyin::triage {
namespace {

struct Expectation {
  const char* text;
  Category category;
};

TEST(Classifier, ReadsPlainMessagesOfEveryCategory) {
  const Expectation expectations[] = {
      {"快递显示三天没动了，到底什么时候能送到？", Category::kLogistics},
      {"收到的时候杯子都碎了，包装太差", Category::kDamagedOnArrival},
      {"我要的是黑色，给我发成白色了", Category::kWrongOrMissingItem},
      {"用了两天就充不进电了，质量太差", Category::kQuality},
      {"感觉是假货，和专柜的不一样", Category::kNotAsDescribed},
      {"退款什么时候到账", Category::kRefund},
      {"尺码不合适，我想换大一号", Category::kReturnExchange},
      {"怎么预约师傅上门安装", Category::kRepairWarranty},
      {"支付失败，一直付不了款", Category::kPayment},
      {"这款什么时候补货啊", Category::kStock},
      {"刚买就降价了，能退差价吗", Category::kPricePromotion},
      {"请帮我开增值税专用发票", Category::kInvoice},
      {"密码忘了登录不上账号", Category::kAccount},
      {"帮我取消订单，拍错了", Category::kOrderChange},
      {"请问这个防水吗，怎么用", Category::kProductQuestion},
      {"客服态度太差了，半天不理人", Category::kServiceComplaint},
      {"非常满意，质量很好，还会再来", Category::kPraise},
      {"你好在吗", Category::kOther},
      {"where is my refund", Category::kRefund},
      {"payment failed but money was deducted", Category::kPayment},
  };
  for (const Expectation& e : expectations) {
    EXPECT_EQ(ShippedModel().Classify(e.text).category, e.category)
        << e.text << ": " << ToString(ShippedModel().Classify(e.text).category);
  }
}

TEST(Classifier, NamesTheLanguage) {
  const std::pair<const char*, const char*> texts[] = {{"什么时候发货呢，我等了很久", "zh-Hans"},
                                                       {"請問什麼時候會出貨呢", "zh-Hant"},
                                                       {"where is my parcel", "en"},
                                                       {"いつ届きますか", "ja"},
                                                       {"배송이 언제 되나요", "ko"},
                                                       {"¿dónde está mi pedido?", "es"},
                                                       {"où est ma commande", "fr"},
                                                       {"wo bleibt mein Paket", "de"},
                                                       {"где мой заказ", "ru"},
                                                       {"bao giờ giao hàng vậy shop", "vi"},
                                                       {"ของถึงไหนแล้ว", "th"},
                                                       {"أين طلبي", "ar"},
                                                       {"", "und"},
                                                       {"12345", "und"},
                                                       {"👍👍", "und"}};
  for (const auto& [text, language] : texts) {
    EXPECT_EQ(ShippedModel().Classify(text).language, language) << text;
  }
}

TEST(Classifier, ReportsASecondLanguage) {
  const Classification c =
      ShippedModel().Classify("这个 shipping address 可以帮我改一下吗 please help 谢谢");
  EXPECT_EQ(c.language.substr(0, 2), "zh");
  EXPECT_EQ(c.mixed_language, "en");
}

TEST(Classifier, LanguageWithoutAModelGoesToAPerson) {
  const Classification c = ShippedModel().Classify("Πού είναι η παραγγελία μου;");
  EXPECT_EQ(c.language, "el");
  EXPECT_TRUE(c.needs_review);
}

TEST(Classifier, DangerIsUrgent) {
  EXPECT_GE(ShippedModel().Classify("充电的时候爆炸了，差点着火，我要打12315投诉").urgency,
            Urgency::kHigh);
  EXPECT_EQ(ShippedModel().Classify("请问这个有几种颜色").urgency, Urgency::kLow);
}

TEST(Classifier, TermsPointAtWhatDecided) {
  const std::string text = "你好，我想问下发票什么时候开";
  const Classification c = ShippedModel().Classify(text);
  ASSERT_FALSE(c.terms.empty());
  EXPECT_LE(c.terms.size(), 5u);
  bool invoice = false;
  for (const Term& t : c.terms) {
    ASSERT_LE(t.end, text.size());
    ASSERT_LT(t.begin, t.end);
    invoice |= text.substr(t.begin, t.end - t.begin).find("票") != std::string::npos;
  }
  EXPECT_TRUE(invoice);
}

TEST(Classifier, ProbabilitiesAreProbabilities) {
  for (const char* text : {"", "退款", "a", "很好很好很好"}) {
    const Classification c = ShippedModel().Classify(text);
    EXPECT_GT(c.category_p, 0);
    EXPECT_LE(c.category_p, 1);
    EXPECT_LE(c.second_p, c.category_p);
    EXPECT_GE(c.urgent_or_high_p, 0);
    EXPECT_LE(c.urgent_or_high_p, 1.0001f);
  }
}

bool Same(const Classification& a, const Classification& b) {
  return a.language == b.language && a.category == b.category && a.category_p == b.category_p &&
         a.sentiment_p == b.sentiment_p && a.urgency_p == b.urgency_p &&
         a.terms.size() == b.terms.size() && a.entities.size() == b.entities.size();
}

TEST(Classifier, SameTextSameAnswerWhateverTheScratchHasSeen) {
  Scratch used;
  Classification first;
  const std::string text = "订单88213400917 退款还没到 电话13812345678";
  for (int i = 0; i < 3000; ++i) {  // passes the point where the set of seen features is cleared
    ShippedModel().Classify("消息" + std::to_string(i) + "到了吗", used, &first);
  }
  ShippedModel().Classify(text, used, &first);
  EXPECT_TRUE(Same(first, ShippedModel().Classify(text)));
}

TEST(Classifier, ManyThreadsShareOneModel) {
  const Classification expected = ShippedModel().Classify("发票什么时候寄");
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      Scratch scratch;
      Classification c;
      for (int i = 0; i < 500; ++i) {
        ShippedModel().Classify("发票什么时候寄", scratch, &c);
        wrong[t] += Same(c, expected) ? 0 : 1;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST(Classifier, StrangeInputsAreAnsweredInBoundedTime) {
  std::string random_bytes(1 << 20, '\0');
  for (std::size_t i = 0; i < random_bytes.size(); ++i) {
    random_bytes[i] = static_cast<char>((i * 2654435761u) >> 13);
  }
  std::string mixed;
  for (int i = 0; i < 20000; ++i) mixed += "退a한👍9 ";
  const std::string inputs[] = {"",
                                " ",
                                "👍",
                                "0",
                                std::string(1, '\0'),
                                "\xF0\x9F\x91",
                                "\u202E款退\u202C",
                                "\u200B\u200B\u200B",
                                std::string(10000, 'a'),
                                std::string(1 << 20, '7'),
                                std::string(1 << 20, '\x80'),
                                std::string(1 << 20, '['),
                                random_bytes,
                                mixed};
  for (const std::string& input : inputs) {
    const absl::Time start = absl::Now();
    const Classification c = ShippedModel().Classify(input);
    EXPECT_LT(absl::Now() - start, absl::Seconds(2)) << input.size() << " bytes";
    EXPECT_FALSE(c.language.empty());
  }
}

}  // namespace
}  // namespace huiyin::triage
