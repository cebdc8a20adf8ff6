// Survey definitions and policies as the JSON documents they are stored as.
#pragma once

#include <string>
#include <string_view>

#include "services/survey/domain/rules.h"
#include "services/survey/domain/survey.h"

namespace huiyin::survey {

// Kind, purpose and questions; id, version and state have columns of their own.
std::string SurveyToJson(const Survey& survey);
// False when the text is not such a document.
bool SurveyFromJson(std::string_view text, Survey& survey);

std::string RulesToJson(const Rules& rules);
bool RulesFromJson(std::string_view text, Rules& rules);

}  // namespace huiyin::survey
