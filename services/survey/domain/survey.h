// Surveys: questions, their scales, texts and branches. Data, not code: tenants write their own,
// and default_surveys.cc holds those that every tenant starts with.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace huiyin::survey {

// Numbers are stored and sent; they never change.
enum class SurveyKind { kCsat = 1, kNps = 2, kCes = 3 };

struct Scale {
  int lowest;
  int highest;
  int low_at_most;    // somebody should make good at this score and below
  int good_at_least;  // counts as satisfied, promoter or easy
  std::string_view name;
};
const Scale& ScaleOf(SurveyKind kind);

struct Text {
  std::string language;  // BCP 47
  std::string text;      // plain
};

enum class QuestionType {
  kScore = 1,
  kText = 2,
  kSingleChoice = 3,
  kMultipleChoice = 4,
  kRanking = 5,
  kUpload = 6,
};
inline bool HasChoices(QuestionType type) {
  return type == QuestionType::kSingleChoice || type == QuestionType::kMultipleChoice ||
         type == QuestionType::kRanking;
}

struct Choice {
  std::string id;
  std::vector<Text> texts;
};

// Where to go after an answer; holds when every condition given does.
struct Branch {
  std::optional<int> min_score, max_score;
  std::string choice_id;
  std::string next;  // a later question; empty: the end
};

struct Question {
  std::string id;
  QuestionType type = QuestionType::kScore;
  std::optional<SurveyKind> scale;  // of kScore, and only of that
  bool required = false;
  std::vector<Text> texts;  // never empty; the first serves languages that are missing
  std::vector<Choice> choices;
  int max_items = 0;  // see MaxItems
  std::vector<Branch> branches;
};
// Most picks that an answer may have; 0 for scores and texts.
size_t MaxItems(const Question& question);

// Numbers are stored and sent.
enum class Purpose { kEpisode = 1, kProductReview = 2 };  // the latter's scores are no results
enum class SurveyState { kDraft = 1, kPublished = 2 };

struct Survey {
  std::string id;
  uint32_t version = 1;
  SurveyKind kind = SurveyKind::kCsat;  // scale of the main question, which is questions[0]
  std::vector<Question> questions;
  Purpose purpose = Purpose::kEpisode;
  SurveyState state = SurveyState::kPublished;
  std::optional<absl::Time> updated_at;  // absent: built in
};
using SurveyPtr = std::shared_ptr<const Survey>;

// What `survey` must be before it is kept: every violation, by its path in the request under
// `prefix` ("survey."). Sets `kind`.
absl::Status CheckSurvey(Survey& survey, const std::string& prefix);
// 1 to 64 of a–z, 0–9, _ and -: ids of surveys, questions, choices, rules.
bool IsSlug(std::string_view text);
// Of BCP 47's shape, "zh-Hant-TW".
bool IsLanguageTag(std::string_view text);
// Characters of UTF-8 text.
size_t CountCharacters(std::string_view utf8);

// Arabic, Hebrew and others that are written from right to left.
bool IsRightToLeft(std::string_view language);

// The entry for `language`, else for its primary subtag ("zh" for "zh-TW"), else the first.
const Text& TextIn(const std::vector<Text>& texts, std::string_view language);

// The built-in surveys. Immutable, so thread-safe.
class Catalogue {
 public:
  explicit Catalogue(std::vector<Survey> surveys);
  const std::vector<SurveyPtr>& surveys() const { return surveys_; }
  // The newest version; null when there is no such survey.
  SurveyPtr Newest(std::string_view id) const;
  SurveyPtr Find(std::string_view id, uint32_t version) const;

 private:
  std::vector<SurveyPtr> surveys_;
};

// CSAT and NPS about a ticket and about a return ("ticket", "rma"), effort ("effort"),
// recommendation alone ("recommendation"), and stars for a product ("review").
std::vector<Survey> DefaultSurveys();

}  // namespace huiyin::survey
