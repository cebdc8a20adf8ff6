#include "services/survey/domain/survey.h"

#include <algorithm>
#include <array>
#include <utility>

namespace huiyin::survey {

const Scale& ScaleOf(SurveyKind kind) {
  static constexpr std::array<Scale, 3> kScales = {{
      {1, 5, 2, 4, "CSAT"},
      {0, 10, 6, 9, "NPS"},
      {1, 7, 3, 5, "CES"},
  }};
  return kScales.at(static_cast<size_t>(kind) - 1);
}

const Text& TextIn(const std::vector<Text>& texts, std::string_view language) {
  for (const Text& text : texts) {
    if (text.language == language) return text;
  }
  const std::string_view primary = language.substr(0, language.find('-'));
  for (const Text& text : texts) {
    if (text.language == primary) return text;
  }
  return texts.front();
}

size_t MaxItems(const Question& question) {
  constexpr size_t kFiles = 5;
  if (question.type == QuestionType::kSingleChoice) return 1;
  if (question.type == QuestionType::kRanking) return question.choices.size();
  if (question.max_items > 0) return static_cast<size_t>(question.max_items);
  if (question.type == QuestionType::kMultipleChoice) return question.choices.size();
  return question.type == QuestionType::kUpload ? kFiles : 0;
}

bool IsRightToLeft(std::string_view language) {
  static constexpr std::array<std::string_view, 10> kLanguages = {"ar", "he", "fa",  "ur", "ps",
                                                                  "yi", "dv", "ckb", "ug", "sd"};
  const std::string_view primary = language.substr(0, language.find('-'));
  return std::find(kLanguages.begin(), kLanguages.end(), primary) != kLanguages.end();
}

Catalogue::Catalogue(std::vector<Survey> surveys) {
  for (Survey& survey : surveys) {
    surveys_.push_back(std::make_shared<const Survey>(std::move(survey)));
  }
}

SurveyPtr Catalogue::Newest(std::string_view id) const {
  SurveyPtr newest;
  for (const SurveyPtr& survey : surveys_) {
    if (survey->id == id && (!newest || survey->version > newest->version)) newest = survey;
  }
  return newest;
}

SurveyPtr Catalogue::Find(std::string_view id, uint32_t version) const {
  for (const SurveyPtr& survey : surveys_) {
    if (survey->id == id && survey->version == version) return survey;
  }
  return nullptr;
}

}  // namespace huiyin::survey
