#include "services/survey/domain/survey.h"

#include <gmock/gmock.h>

#include <set>

#include "libs/testing/status.h"
#include "services/survey/domain/answers.h"
#include "services/survey/domain/results.h"
#include "services/survey/domain/rules.h"

namespace huiyin::survey {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using testing::StatusIs;

const Survey& TicketSurvey() {
  static const Catalogue* const kCatalogue = new Catalogue(DefaultSurveys());
  return *kCatalogue->Newest("ticket");
}

TEST(DefaultSurveysTest, AskTheMainQuestionFirstInEveryLanguage) {
  std::set<std::string> ids;
  for (const Survey& survey : DefaultSurveys()) {
    EXPECT_TRUE(ids.insert(survey.id).second);
    ASSERT_FALSE(survey.questions.empty());
    EXPECT_EQ(survey.questions[0].scale, survey.kind);
    EXPECT_TRUE(survey.questions[0].required);
    for (const Question& question : survey.questions) {
      ASSERT_EQ(question.texts.size(), survey.questions[0].texts.size());
      for (size_t i = 0; i < question.texts.size(); ++i) {
        EXPECT_EQ(question.texts[i].language, survey.questions[0].texts[i].language);
        EXPECT_FALSE(question.texts[i].text.empty());
      }
    }
  }
}

TEST(TextInTest, FallsBackFromRegionToLanguageToFirst) {
  const std::vector<Text> texts = {{"en", "e"}, {"zh", "z"}, {"pt-BR", "b"}};
  EXPECT_EQ(TextIn(texts, "zh").text, "z");
  EXPECT_EQ(TextIn(texts, "zh-TW").text, "z");
  EXPECT_EQ(TextIn(texts, "pt-BR").text, "b");
  EXPECT_EQ(TextIn(texts, "sw").text, "e");
  EXPECT_EQ(TextIn(texts, "").text, "e");
}

TEST(CatalogueTest, FindsVersions) {
  Survey second = DefaultSurveys()[0];
  second.version = 2;
  auto surveys = DefaultSurveys();
  surveys.push_back(second);
  const Catalogue catalogue(surveys);
  EXPECT_EQ(catalogue.Newest("ticket")->version, 2u);
  EXPECT_EQ(catalogue.Find("ticket", 1)->version, 1u);
  EXPECT_EQ(catalogue.Find("ticket", 3), nullptr);
  EXPECT_EQ(catalogue.Newest("nothing"), nullptr);
}

TEST(MergeAnswersTest, LaterAnswersReplaceEarlierOnesInTheSurveysOrder) {
  const std::vector<Answer> before = {{"csat", 2, {}}, {"comment", {}, "slow"}};
  const std::vector<Answer> given = {{"nps", 7, {}}, {"csat", 4, {}}};
  const auto merged = MergeAnswers(TicketSurvey(), before, given, true);
  ASSERT_OK(merged);
  EXPECT_THAT(*merged, ElementsAre(Answer{"csat", 4, {}}, Answer{"nps", 7, {}},
                                   Answer{"comment", {}, "slow"}));
}

TEST(MergeAnswersTest, EmptyTextTakesTheAnswerBack) {
  const std::vector<Answer> before = {{"comment", {}, "slow"}};
  const std::vector<Answer> given = {{"comment", {}, ""}};
  EXPECT_THAT(*MergeAnswers(TicketSurvey(), before, given, false), ElementsAre());
}

TEST(MergeAnswersTest, ReportsEveryViolationAtOnce) {
  const std::vector<Answer> given = {{"csat", 6, {}},
                                     {"nope", 1, {}},
                                     {"nps", {}, "ten"},
                                     {"nps", 10, {}},
                                     {"comment", {}, std::string("a\x01", 2)}};
  const auto merged = MergeAnswers(TicketSurvey(), {}, given, false);
  EXPECT_THAT(merged, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Violations(merged.status()),
              ElementsAre(Field(&Violation::field, "answers[0].score"),
                          Field(&Violation::field, "answers[1].question_id"),
                          Field(&Violation::field, "answers[2].score"),
                          Field(&Violation::field, "answers[3].question_id"),
                          Field(&Violation::field, "answers[4].text")));
}

TEST(MergeAnswersTest, CompleteNeedsTheRequiredQuestions) {
  const std::vector<Answer> given = {{"nps", 10, {}}};
  EXPECT_OK(MergeAnswers(TicketSurvey(), {}, given, false));
  EXPECT_THAT(MergeAnswers(TicketSurvey(), {}, given, true),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(MergeAnswersTest, LimitsTextByCharactersNotBytes) {
  std::string text;
  for (size_t i = 0; i < kMaxTextCharacters; ++i) text += "退";
  std::vector<Answer> given = {{"comment", {}, text}};
  EXPECT_OK(MergeAnswers(TicketSurvey(), {}, given, false));
  given[0].text = text + "x";
  EXPECT_THAT(MergeAnswers(TicketSurvey(), {}, given, false),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(MergeAnswersTest, MarkupIsData) {
  const std::vector<Answer> given = {{"comment", {}, "<script>alert(1)</script>"}};
  EXPECT_THAT(*MergeAnswers(TicketSurvey(), {}, given, false), ElementsAre(given[0]));
}

TEST(RecoveryTest, FollowsTheMainScore) {
  const auto recovery = [](int csat) {
    const std::vector<Answer> answers = {{"csat", csat, {}}, {"nps", 0, {}}};
    return RecoveryFor(TicketSurvey(), answers);
  };
  EXPECT_EQ(recovery(1), Recovery::kNeeded);
  EXPECT_EQ(recovery(2), Recovery::kNeeded);
  EXPECT_EQ(recovery(3), Recovery::kNone);
  EXPECT_EQ(RecoveryFor(TicketSurvey(), {}), Recovery::kNone);
}

TEST(CheckCapsTest, CoolDownAndPeriodCap) {
  const absl::Time now = absl::FromUnixSeconds(1767225600);
  const ContactCaps caps = {absl::Hours(24), 2, absl::Hours(240)};
  const auto check = [&](std::vector<absl::Duration> ago) {
    std::vector<absl::Time> asked;
    for (const absl::Duration d : ago) asked.push_back(now - d);
    return CheckCaps(caps, asked, now);
  };
  EXPECT_EQ(check({}), Suppression::kNone);
  EXPECT_EQ(check({absl::Hours(23)}), Suppression::kCoolDown);
  EXPECT_EQ(check({absl::Hours(24)}), Suppression::kNone);
  EXPECT_EQ(check({absl::Hours(30), absl::Hours(60)}), Suppression::kPeriodCap);
  EXPECT_EQ(check({absl::Hours(30), absl::Hours(240)}), Suppression::kNone);
}

TEST(SummariseTest, GivesScoresOfKindsThatWereAnswered) {
  ResultCounts counts;
  counts.invited = 10;
  counts.answered = 4;
  counts.histograms[0] = {1, 0, 0, 1, 2};
  counts.histograms[1] = {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2};
  const Results results = Summarise(counts);
  ASSERT_EQ(results.scores.size(), 2u);
  EXPECT_EQ(results.scores[0].count, 4);
  EXPECT_NEAR(results.scores[0].mean.value, 3.75, 1e-12);
  EXPECT_NEAR(results.scores[0].headline.value, 0.75, 1e-12);
  EXPECT_NEAR(results.scores[1].headline.value, 0.25, 1e-12);
  EXPECT_NEAR(results.response_rate.value, 0.4, 1e-12);
}

}  // namespace
}  // namespace huiyin::survey
