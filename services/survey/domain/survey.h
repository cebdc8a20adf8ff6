// Surveys: questions, their scales and texts. Data, not code: default_surveys.cc holds those that
// every tenant starts with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

struct Question {
  std::string id;
  std::optional<SurveyKind> scale;  // absent: free text
  bool required = false;
  std::vector<Text> texts;  // never empty; the first serves languages that are missing
};

struct Survey {
  std::string id;
  uint32_t version = 1;
  SurveyKind kind;  // scale of the main question, which is questions[0]
  std::vector<Question> questions;
};

// The entry for `language`, else for its primary subtag ("zh" for "zh-TW"), else the first.
const Text& TextIn(const std::vector<Text>& texts, std::string_view language);

// Immutable, so thread-safe.
class Catalogue {
 public:
  explicit Catalogue(std::vector<Survey> surveys);
  const std::vector<Survey>& surveys() const { return surveys_; }
  // The newest version; null when there is no such survey.
  const Survey* Newest(std::string_view id) const;
  const Survey* Find(std::string_view id, uint32_t version) const;

 private:
  std::vector<Survey> surveys_;
};

// CSAT and NPS about a ticket and about a return ("ticket", "rma"), effort ("effort") and
// recommendation alone ("recommendation").
std::vector<Survey> DefaultSurveys();

}  // namespace huiyin::survey
