#include "services/survey/domain/answers.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::survey {
namespace {

size_t CountCharacters(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

bool HasControlCharacters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7F;
  });
}

const Answer* FindAnswer(std::span<const Answer> answers, const std::string& question_id) {
  for (const Answer& answer : answers) {
    if (answer.question_id == question_id) return &answer;
  }
  return nullptr;
}

void CheckAnswer(const Question& question, const Answer& answer, const std::string& field,
                 InputCheck& check) {
  if (question.scale) {
    const Scale& scale = ScaleOf(*question.scale);
    check.Require(answer.score && *answer.score >= scale.lowest && *answer.score <= scale.highest,
                  absl::StrCat(field, ".score"),
                  absl::StrCat("must be a score from ", scale.lowest, " to ", scale.highest));
    return;
  }
  const std::string text_field = absl::StrCat(field, ".text");
  if (!check.Require(answer.text.has_value(), text_field,
                     "must be given: the question asks for text"))
    return;
  check.Require(CountCharacters(*answer.text) <= kMaxTextCharacters, text_field,
                absl::StrCat("must have at most ", kMaxTextCharacters, " characters"));
  check.Require(!HasControlCharacters(*answer.text), text_field,
                "must not have control characters other than line breaks and tabs");
}

void CheckGiven(const Survey& survey, std::span<const Answer> given, InputCheck& check) {
  for (size_t i = 0; i < given.size(); ++i) {
    const std::string field = absl::StrCat("answers[", i, "]");
    const auto question =
        std::find_if(survey.questions.begin(), survey.questions.end(),
                     [&](const Question& q) { return q.id == given[i].question_id; });
    if (!check.Require(question != survey.questions.end(), absl::StrCat(field, ".question_id"),
                       "names no question of this survey")) {
      continue;
    }
    check.Require(FindAnswer(given.first(i), given[i].question_id) == nullptr,
                  absl::StrCat(field, ".question_id"), "is answered twice");
    CheckAnswer(*question, given[i], field, check);
  }
}

}  // namespace

absl::StatusOr<std::vector<Answer>> MergeAnswers(const Survey& survey,
                                                 std::span<const Answer> before,
                                                 std::span<const Answer> given, bool complete) {
  InputCheck check;
  CheckGiven(survey, given, check);
  std::vector<Answer> merged;
  for (const Question& question : survey.questions) {
    const Answer* answer = FindAnswer(given, question.id);
    if (!answer) answer = FindAnswer(before, question.id);
    const bool answered = answer && (answer->score || (answer->text && !answer->text->empty()));
    if (answered) merged.push_back(*answer);
    if (complete && question.required && !answered) {
      check.Add("answers", absl::StrCat("question \"", question.id, "\" must be answered"));
    }
  }
  if (!check.ok()) return check.ToStatus();
  return merged;
}

std::optional<int> MainScore(const Survey& survey, std::span<const Answer> answers) {
  const Answer* answer = FindAnswer(answers, survey.questions.front().id);
  return answer ? answer->score : std::nullopt;
}

Recovery RecoveryFor(const Survey& survey, std::span<const Answer> answers) {
  const std::optional<int> score = MainScore(survey, answers);
  const bool low = score && *score <= ScaleOf(survey.kind).low_at_most;
  return low ? Recovery::kNeeded : Recovery::kNone;
}

}  // namespace huiyin::survey
