#include "services/aftersales/domain/policy/sentences.h"

#include <set>

#include "libs/testing/status.h"
#include "services/aftersales/domain/policy/policy.h"

namespace huiyin::aftersales {
namespace {

std::multiset<std::string> Placeholders(std::string_view text) {
  std::multiset<std::string> found;
  for (size_t open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
    found.insert(std::string(text.substr(open, text.find('}', open) - open + 1)));
  }
  return found;
}

TEST(Sentences, EveryTextExistsInEveryLanguageWithTheSamePlaceholders) {
  const std::set<std::string> known = {"{amount}", "{days}", "{date}", "{fee}"};
  for (int i = 0; i < kTexts; ++i) {
    const auto text = static_cast<Text>(i);
    const auto expected = Placeholders(Template(text, "en"));
    for (const std::string& name : expected) EXPECT_TRUE(known.contains(name)) << name;
    std::set<std::string_view> different;
    for (const std::string_view language : Languages()) {
      const std::string_view found = Template(text, language);
      EXPECT_FALSE(found.empty()) << kTextKeys[i] << " " << language;
      EXPECT_EQ(Placeholders(found), expected) << kTextKeys[i] << " " << language;
      different.insert(found);
    }
    EXPECT_GE(different.size(), Languages().size() - 1) << kTextKeys[i];  // nobody's is English
  }
}

TEST(Sentences, LanguagesAreFoundByTheirTags) {
  for (const std::string language : {"zh", "zh-CN", "en-GB", "ja", "ko", "es-MX", "pt-BR", "fr",
                                     "de_AT", "ru", "vi", "th", "id", "ar-AE"}) {
    EXPECT_TRUE(HasSentences(language)) << language;
  }
  EXPECT_FALSE(HasSentences("sw"));
  EXPECT_EQ(Template(Text::kNo, "sw"), Template(Text::kNo, "en"));
  EXPECT_EQ(Template(Text::kNo, "zh-TW"), Template(Text::kNo, "zh-Hant"));
  EXPECT_NE(Template(Text::kNo, "zh-TW"), Template(Text::kNo, "zh-CN"));
}

TEST(Sentences, EveryOutcomeOfEveryKindHasOneWithoutGaps) {
  for (const std::string_view language : Languages()) {
    for (const int days : {1, 800}) {
      for (const RmaKind kind : kRmaKinds) {
        for (const std::string_view reason : kReasons) {
          VerdictInputs inputs;
          inputs.country_of_sale = inputs.country_of_delivery = "CN";
          inputs.zone = "Asia/Shanghai";
          inputs.customer_days = 100;
          inputs.currency = "CNY";
          inputs.language = std::string(language);
          inputs.filed_at = absl::FromUnixSeconds(1'767'225'600);
          LineFacts line;
          line.kind = kind;
          line.reason = reason;
          line.quantity = 1;
          line.price_refund = 12'345;
          line.delivered_at = inputs.filed_at - absl::Hours(24 * days);
          inputs.lines = {line};
          const std::string sentence = DefaultPolicy()->Evaluate(inputs).sentence;
          EXPECT_FALSE(sentence.empty());
          EXPECT_EQ(sentence.find_first_of("{}"), sentence.npos) << sentence;
        }
      }
    }
  }
}

TEST(Sentences, DatesAreThoseOfTheCustomer) {
  VerdictInputs inputs;
  inputs.country_of_sale = inputs.country_of_delivery = "US";
  inputs.zone = "America/Los_Angeles";
  inputs.currency = "USD";
  inputs.language = "en";
  inputs.filed_at = absl::FromUnixSeconds(1'767'398'400);  // 3 January
  LineFacts line;
  line.reason = "NO_LONGER_WANTED";
  line.quantity = 1;
  // Noon of 1 December there: the last day ends when it is January in UTC.
  line.delivered_at = absl::FromUnixSeconds(1'764'619'200);
  inputs.lines = {line};
  const std::string sentence = DefaultPolicy()->Evaluate(inputs).sentence;
  EXPECT_NE(sentence.find("2025-12-31"), std::string::npos) << sentence;
}

}  // namespace
}  // namespace huiyin::aftersales
