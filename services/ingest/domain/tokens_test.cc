#include "services/ingest/domain/tokens.h"

#include <gmock/gmock.h>

#include <set>
#include <string>

#include "absl/strings/str_split.h"

namespace huiyin::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::set<std::string> Tokens(std::string_view text) {
  const std::string tokens = IndexTokens(text);
  return absl::StrSplit(tokens, ' ', absl::SkipEmpty());
}

// As the databases do: all tokens of the query are in the document, prefixes as beginnings.
bool Matches(std::string_view text, std::string_view query) {
  const std::set<std::string> document = Tokens(text);
  const std::vector<QueryToken> wanted = QueryTokens(query);
  for (const QueryToken& token : wanted) {
    const auto found = document.lower_bound(token.text);
    if (found == document.end()) return false;
    if (token.prefix ? found->rfind(token.text, 0) != 0 : *found != token.text) return false;
  }
  return !wanted.empty();
}

TEST(IndexTokensTest, PairsNeighboursOfChineseAndKeepsTheLastAlone) {
  EXPECT_EQ(Tokens("我要退款"), (std::set<std::string>{"我要", "要退", "退款", "款"}));
}

TEST(IndexTokensTest, KeepsWordsWholeFoldedToOneCaseAndWidth) {
  EXPECT_EQ(Tokens("Refund ＨＹ１００３８６, please!"),
            (std::set<std::string>{"refund", "hy100386", "please"}));
  EXPECT_EQ(Tokens("Straße ﬁne"), (std::set<std::string>{"strasse", "fine"}));
}

TEST(IndexTokensTest, HoldsEachTokenOnce) {
  EXPECT_EQ(IndexTokens("refund refund REFUND"), "refund");
}

TEST(IndexTokensTest, HoldsNothingThatAQueryLanguageWouldRead) {
  const std::string tokens = IndexTokens("'a' \"b\" & | ! :* (c) <-> \\ \t d_e NEAR/2 ^f");
  for (const char c : std::string_view("'\"&|!:*()<>-\\/^\t_")) {
    EXPECT_EQ(tokens.find(c), std::string::npos) << c;
  }
}

TEST(IndexTokensTest, SurvivesBytesThatAreNoText) {
  EXPECT_EQ(Tokens("ok\xff\xfe退款\xe9\x80"), (std::set<std::string>{"ok", "退款", "款"}));
}

TEST(IndexTokensTest, CutsEndlessWordsAtACharacter) {
  std::string cyrillic;
  for (int i = 0; i < 100; ++i) cyrillic += "ж";
  EXPECT_EQ(IndexTokens(cyrillic).size(), 64u);
  EXPECT_EQ(IndexTokens("a" + cyrillic).size(), 63u);
}

TEST(QueryTokensTest, TwoCharacterWordsMatchInsideLongerText) {
  EXPECT_TRUE(Matches("你好，我要退款，快点", "退款"));
  EXPECT_FALSE(Matches("你好，我要退货，款式不错", "退款"));
}

TEST(QueryTokensTest, SingleCharactersMatchAnywhere) {
  EXPECT_TRUE(Matches("我要退款", "退"));
  EXPECT_TRUE(Matches("我要退款", "款"));
  EXPECT_TRUE(Matches("退", "退"));
  EXPECT_FALSE(Matches("我要换货", "退"));
}

TEST(QueryTokensTest, AllWordsMustBeThereInWhateverOrder) {
  EXPECT_TRUE(Matches("please refund order HY100386", "hy100386 REFUND"));
  EXPECT_FALSE(Matches("please refund", "refund order"));
}

TEST(QueryTokensTest, WordsMatchWholeOnly) { EXPECT_FALSE(Matches("refunded", "refund")); }

TEST(QueryTokensTest, MixedScriptsMatch) {
  EXPECT_TRUE(Matches("iPhone15手机壳", "iphone15 手机"));
  EXPECT_TRUE(Matches("返品したいです。サーバー", "返品 サーバー"));
  EXPECT_TRUE(Matches("환불해 주세요", "환불"));
  EXPECT_TRUE(Matches("ฉันต้องการคืนเงิน", "คืนเงิน"));
}

TEST(QueryTokensTest, LongQueriesDoNotAskForTheirLastCharacterAlone) {
  EXPECT_THAT(QueryTokens("退款了"),
              ElementsAre(QueryToken{"退款", false}, QueryToken{"款了", false}));
}

TEST(QueryTokensTest, PunctuationIsNoQuery) { EXPECT_THAT(QueryTokens("!?… “”"), IsEmpty()); }

}  // namespace
}  // namespace huiyin::ingest
