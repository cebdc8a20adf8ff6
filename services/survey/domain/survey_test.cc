#include "services/survey/domain/survey.h"

#include <gmock/gmock.h>

#include <set>

#include "libs/testing/status.h"
#include "services/survey/domain/answers.h"
#include "services/survey/domain/results.h"
#include "services/survey/domain/rules.h"
#include "services/survey/domain/themes.h"

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
  const std::vector<Answer> of_two = {{.question_id = "csat", .score = 5, .product = "p1"},
                                      {.question_id = "csat", .score = 1, .product = "p2"}};
  EXPECT_EQ(RecoveryFor(TicketSurvey(), of_two), Recovery::kNeeded);
}

TEST(CheckCapsTest, CoolDownAndPeriodCap) {
  const absl::Time now = absl::FromUnixSeconds(1767225600);
  const ContactCaps caps = {absl::Hours(24), 2, absl::Hours(240)};
  const auto check = [&](std::vector<absl::Duration> ago) {
    std::vector<Contact> asked;
    for (const absl::Duration d : ago) asked.push_back({now - d});
    return CheckCaps(caps, asked, now);
  };
  EXPECT_EQ(check({}), Suppression::kNone);
  EXPECT_EQ(check({absl::Hours(23)}), Suppression::kCoolDown);
  EXPECT_EQ(check({absl::Hours(24)}), Suppression::kNone);
  EXPECT_EQ(check({absl::Hours(30), absl::Hours(60)}), Suppression::kPeriodCap);
  EXPECT_EQ(check({absl::Hours(30), absl::Hours(240)}), Suppression::kNone);
  // A reminder may follow its own invitation sooner, but counts within the period.
  EXPECT_EQ(CheckCaps(caps, std::vector<Contact>{{now - absl::Hours(1), true}}, now),
            Suppression::kNone);
  EXPECT_EQ(
      CheckCaps(caps, std::vector<Contact>{{now - absl::Hours(1), true}, {now - absl::Hours(30)}},
                now),
      Suppression::kPeriodCap);
}

TEST(AfterQuietTest, EndsInTheCustomersMorningAcrossMidnightAndClockChanges) {
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
  const QuietHours night = {22 * 60, 8 * 60};
  const auto at = [&](int month, int day, int hour, int minute) {
    return absl::FromCivil(absl::CivilMinute(2026, month, day, hour, minute), zone);
  };
  EXPECT_EQ(AfterQuiet(night, zone, at(1, 5, 21, 59)), at(1, 5, 21, 59));
  EXPECT_EQ(AfterQuiet(night, zone, at(1, 5, 22, 0)), at(1, 6, 8, 0));
  EXPECT_EQ(AfterQuiet(night, zone, at(1, 6, 3, 0)), at(1, 6, 8, 0));
  EXPECT_EQ(AfterQuiet(night, zone, at(1, 6, 8, 0)), at(1, 6, 8, 0));
  // The night of 29 March 2026 is an hour short.
  EXPECT_EQ(AfterQuiet(night, zone, at(3, 28, 22, 0)) - at(3, 28, 22, 0), absl::Hours(9));
  EXPECT_EQ(AfterQuiet({0, 0}, zone, at(1, 6, 3, 0)), at(1, 6, 3, 0));
  EXPECT_EQ(AfterQuiet({12 * 60, 14 * 60}, zone, at(1, 6, 13, 0)), at(1, 6, 14, 0));
}

TEST(ZoneOfTest, OwnZoneThenCountryThenPolicy) {
  Rules rules;
  rules.default_zone = "Asia/Tokyo";
  Customer customer;
  EXPECT_EQ(ZoneOf(rules, customer).name(), "Asia/Tokyo");
  customer.country = "BR";
  EXPECT_EQ(ZoneOf(rules, customer).name(), "America/Sao_Paulo");
  customer.zone = "Europe/Paris";
  EXPECT_EQ(ZoneOf(rules, customer).name(), "Europe/Paris");
}

TEST(CheckRulesTest, NamesEveryViolation) {
  Rules rules;
  EXPECT_OK(CheckRules(rules));
  TriggerRule rule;
  rule.id = "Bad Id";
  rule.delay = -absl::Hours(1);
  rule.sample_percent = 101;
  rule.trigger = Trigger::kDelivered;
  rule.channels = {2};
  rule.countries = {"cn"};
  rules.triggers = {rule};
  rules.quiet.from_minute = 1440;
  rules.default_zone = "Mars/Base";
  std::vector<std::string> fields;
  for (const Violation& v : Violations(CheckRules(rules))) fields.push_back(v.field);
  EXPECT_THAT(fields, ElementsAre("policy.rules[0].rule_id", "policy.rules[0].delay",
                                  "policy.rules[0].sample_percent", "policy.rules[0].channels",
                                  "policy.rules[0].countries[0]", "policy.quiet_hours.from_minute",
                                  "policy.default_time_zone"));
}

Question Choices(const char* id, std::vector<std::string> choices) {
  Question question{id, QuestionType::kSingleChoice, std::nullopt, true, {{"en", id}}, {}, 0, {}};
  for (const std::string& choice : choices) question.choices.push_back({choice, {{"en", choice}}});
  return question;
}

// csat; up to 2 → why, else → nps; why "other" → comment, else the end.
Survey Branching() {
  Survey survey = TicketSurvey();
  survey.questions.insert(survey.questions.begin() + 1, Choices("why", {"late", "other"}));
  survey.questions[0].branches = {{3, std::nullopt, "", "nps"}};
  survey.questions[1].branches = {{std::nullopt, std::nullopt, "other", "comment"},
                                  {std::nullopt, std::nullopt, "late", ""}};
  return survey;
}

TEST(BranchingTest, AsksAlongTheAnswers) {
  const Survey survey = Branching();
  const auto asked = [&](const std::vector<Answer>& answers) {
    std::vector<std::string> ids;
    for (const Question* question : AskedQuestions(survey, answers)) ids.push_back(question->id);
    return ids;
  };
  EXPECT_THAT(asked({{"csat", 5, {}}}), ElementsAre("csat", "nps", "comment"));
  EXPECT_THAT(asked({{"csat", 1, {}}, {"why", {}, {}, {"other"}}}),
              ElementsAre("csat", "why", "comment"));
  EXPECT_THAT(asked({{"csat", 1, {}}, {"why", {}, {}, {"late"}}}), ElementsAre("csat", "why"));
}

TEST(BranchingTest, OnlyAskedQuestionsAreRequiredAndKept) {
  const Survey survey = Branching();
  // "why" is required, but not asked of the content.
  const std::vector<Answer> content = {{"csat", 5, {}}, {"why", {}, {}, {"late"}}};
  EXPECT_THAT(*MergeAnswers(survey, {}, content, true), ElementsAre(content[0]));
  EXPECT_THAT(MergeAnswers(survey, {}, std::vector<Answer>{{"csat", 1, {}}}, true),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(CheckSurveyTest, DefaultsAndBranchingOnesAreFine) {
  for (Survey survey : DefaultSurveys()) EXPECT_OK(CheckSurvey(survey, "survey."));
  Survey survey = Branching();
  EXPECT_OK(CheckSurvey(survey, "survey."));
}

TEST(CheckSurveyTest, CirclesAndQuestionsNobodyReachesAreRefused) {
  Survey circle = Branching();
  circle.questions[2].branches = {{0, 6, "", "csat"}};
  EXPECT_THAT(
      Violations(CheckSurvey(circle, "survey.")),
      ElementsAre(Field(&Violation::field, "survey.questions[2].branches[0].next_question_id")));
  Survey island = Branching();
  island.questions[0].branches = {{std::nullopt, 5, "", "nps"}};
  EXPECT_THAT(Violations(CheckSurvey(island, "survey.")),
              ElementsAre(Field(&Violation::field, "survey.questions[1]")));
}

TEST(CheckSurveyTest, NamesEveryViolation) {
  Survey survey = TicketSurvey();
  survey.questions[0].required = false;
  survey.questions[1].id = "csat";
  survey.questions[2].texts = {{"en", "a"}, {"en", ""}};
  Question picks{"p", QuestionType::kMultipleChoice, SurveyKind::kCsat, false, {{"x", "?"}}, {}, 3,
                 {}};
  survey.questions.push_back(picks);
  std::vector<std::string> fields;
  for (const Violation& v : Violations(CheckSurvey(survey, ""))) fields.push_back(v.field);
  EXPECT_THAT(fields, ElementsAre("questions[0]", "questions[1].question_id",
                                  "questions[2].texts[1].language", "questions[2].texts[1].text",
                                  "questions[3].kind", "questions[3].texts[0].language",
                                  "questions[3].choices", "questions[3].max_items"));
}

TEST(MergeAnswersTest, PicksMustBeOffered) {
  Survey survey = TicketSurvey();
  Question rank = Choices("rank", {"a", "b", "c"});
  rank.type = QuestionType::kRanking;
  Question files{"files", QuestionType::kUpload, std::nullopt, false, {{"en", "f"}}, {}, 1, {}};
  survey.questions.push_back(rank);
  survey.questions.push_back(files);
  const char* upload = "018f3c5e-7b1a-7000-8000-0123456789ab";
  EXPECT_OK(MergeAnswers(
      survey, {},
      std::vector<Answer>{{"rank", {}, {}, {"c", "a", "b"}}, {"files", {}, {}, {upload}}}, false));
  const auto bad = MergeAnswers(
      survey, {},
      std::vector<Answer>{{"rank", {}, {}, {"c", "c", "z"}}, {"files", {}, {}, {"../x"}}}, false);
  EXPECT_THAT(Violations(bad.status()),
              ElementsAre(Field(&Violation::field, "answers[0].picks.ids[1]"),
                          Field(&Violation::field, "answers[0].picks.ids[2]"),
                          Field(&Violation::field, "answers[1].picks.ids[0]")));
}

TEST(ThemesTest, CountsWordsAndCharacterPairsWithTheirScores) {
  const std::vector<Remark> remarks = {{"快递太慢", true},
                                       {"快递很快，满意", false},
                                       {"The courier was rude", true},
                                       {"Rude COURIER again", true},
                                       {"great", false}};
  const Themes themes = FindThemes(remarks, 10);
  EXPECT_EQ(themes.texts, 5);
  ASSERT_EQ(themes.themes.size(), 3u);
  EXPECT_EQ(themes.themes[0].term, "courier");
  EXPECT_EQ(themes.themes[0].low_scores, 2);
  EXPECT_GT(themes.themes[0].low_score_log_odds, 0);
  EXPECT_EQ(themes.themes[1].term, "rude");
  EXPECT_EQ(themes.themes[2].term, "快递");
  EXPECT_EQ(themes.themes[2].low_scores, 1);
}

TEST(SummariseTest, GroupsTellWhoIsNotHeard) {
  ResultGroup chat{"2", {}}, mail{"5", {}};
  chat.counts.invited = 50;
  chat.counts.answered = 30;
  mail.counts.invited = 50;
  mail.counts.answered = 10;
  chat.counts.histograms[0] = {0, 0, 0, 0, 30};
  mail.counts.histograms[0] = {10, 0, 0, 0, 0};
  const Results results = Summarise({chat, mail}, ResultDimension::kChannel);
  EXPECT_EQ(results.counts.invited, 100);
  EXPECT_EQ(results.scores.at(0).count, 40);
  ASSERT_EQ(results.groups.size(), 2u);
  EXPECT_NEAR(results.groups[1].share_of_answered, 0.25, 1e-12);
  EXPECT_NEAR(*results.non_response_bias, 0.25, 1e-12);
}

TEST(SummariseTest, MonthsArePutTogetherFromDays) {
  ResultGroup a{"20454", {}}, b{"20455", {}};  // 1 and 2 January 2026
  a.counts.invited = b.counts.invited = 1;
  const Results months = Summarise({a, b}, ResultDimension::kMonth);
  ASSERT_EQ(months.groups.size(), 1u);
  EXPECT_EQ(months.groups[0].value, "2026-01");
  EXPECT_EQ(Summarise({a, b}, ResultDimension::kDay).groups[1].value, "2026-01-02");
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
