#include "services/survey/domain/survey.h"

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

Catalogue::Catalogue(std::vector<Survey> surveys) : surveys_(std::move(surveys)) {}

const Survey* Catalogue::Newest(std::string_view id) const {
  const Survey* newest = nullptr;
  for (const Survey& survey : surveys_) {
    if (survey.id == id && (!newest || survey.version > newest->version)) newest = &survey;
  }
  return newest;
}

const Survey* Catalogue::Find(std::string_view id, uint32_t version) const {
  for (const Survey& survey : surveys_) {
    if (survey.id == id && survey.version == version) return &survey;
  }
  return nullptr;
}

}  // namespace huiyin::survey
