#include "services/survey/domain/answers.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/core/id.h"
#include "libs/core/status.h"

namespace huiyin::survey {
namespace {

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

// Takes an answer back.
bool IsEmpty(const Answer& answer) {
  return !answer.score && (!answer.text || answer.text->empty()) && answer.picks.empty();
}

void CheckText(const Answer& answer, const std::string& field, InputCheck& check) {
  if (!check.Require(answer.text.has_value(), field, "must be given: the question asks for text")) {
    return;
  }
  check.Require(CountCharacters(*answer.text) <= kMaxTextCharacters, field,
                absl::StrCat("must have at most ", kMaxTextCharacters, " characters"));
  check.Require(!HasControlCharacters(*answer.text), field,
                "must not have control characters other than line breaks and tabs");
}

bool IsPick(const Question& question, const std::string& id) {
  if (question.type == QuestionType::kUpload) return IsUuid(id);
  return std::any_of(question.choices.begin(), question.choices.end(),
                     [&](const Choice& choice) { return choice.id == id; });
}

void CheckPicks(const Question& question, const Answer& answer, const std::string& field,
                InputCheck& check) {
  if (!check.Require(!answer.score && !answer.text, field,
                     "must be given: the question asks for picks")) {
    return;
  }
  const size_t most = MaxItems(question);
  check.Require(answer.picks.size() <= most, field, absl::StrCat("must be at most ", most));
  if (question.type == QuestionType::kRanking) {
    check.Require(answer.picks.empty() || answer.picks.size() == question.choices.size(), field,
                  "must rank every choice");
  }
  for (size_t i = 0; i < std::min(answer.picks.size(), most); ++i) {
    const std::string at = absl::StrCat(field, ".ids[", i, "]");
    const auto here = answer.picks.begin() + static_cast<std::ptrdiff_t>(i);
    check.Require(IsPick(question, *here), at,
                  question.type == QuestionType::kUpload ? "must be the id of an upload"
                                                         : "is no choice of this question");
    check.Require(std::find(answer.picks.begin(), here, *here) == here, at, "is picked twice");
  }
}

void CheckAnswer(const Question& question, const Answer& answer, const std::string& field,
                 InputCheck& check) {
  if (question.type == QuestionType::kScore) {
    const Scale& scale = ScaleOf(*question.scale);
    check.Require(answer.score && *answer.score >= scale.lowest && *answer.score <= scale.highest,
                  absl::StrCat(field, ".score"),
                  absl::StrCat("must be a score from ", scale.lowest, " to ", scale.highest));
  } else if (question.type == QuestionType::kText) {
    CheckText(answer, absl::StrCat(field, ".text"), check);
  } else {
    CheckPicks(question, answer, absl::StrCat(field, ".picks"), check);
  }
}

bool Holds(const Branch& branch, const Question& question, const Answer& answer) {
  if (question.type == QuestionType::kScore) {
    return answer.score && *answer.score >= branch.min_score.value_or(*answer.score) &&
           *answer.score <= branch.max_score.value_or(*answer.score);
  }
  if (question.type == QuestionType::kRanking) {
    return !answer.picks.empty() && answer.picks.front() == branch.choice_id;
  }
  return std::find(answer.picks.begin(), answer.picks.end(), branch.choice_id) !=
         answer.picks.end();
}

// Index of the question after `at`; the number of questions: the end.
size_t NextQuestion(const Survey& survey, size_t at, const Answer* answer) {
  const Question& question = survey.questions[at];
  if (!answer) return at + 1;
  for (const Branch& branch : question.branches) {
    if (!Holds(branch, question, *answer)) continue;
    for (size_t next = at + 1; next < survey.questions.size(); ++next) {
      if (survey.questions[next].id == branch.next) return next;
    }
    return survey.questions.size();
  }
  return at + 1;
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

std::vector<const Question*> AskedQuestions(const Survey& survey, std::span<const Answer> answers) {
  std::vector<const Question*> asked;
  for (size_t at = 0; at < survey.questions.size();) {
    const Question& question = survey.questions[at];
    asked.push_back(&question);
    at = NextQuestion(survey, at, FindAnswer(answers, question.id));
  }
  return asked;
}

absl::StatusOr<std::vector<Answer>> MergeAnswers(const Survey& survey,
                                                 std::span<const Answer> before,
                                                 std::span<const Answer> given, bool complete) {
  InputCheck check;
  CheckGiven(survey, given, check);
  std::vector<Answer> merged;
  for (const Question& question : survey.questions) {
    const Answer* answer = FindAnswer(given, question.id);
    if (!answer) answer = FindAnswer(before, question.id);
    if (answer && !IsEmpty(*answer)) merged.push_back(*answer);
  }
  if (!complete)
    return check.ok() ? absl::StatusOr<std::vector<Answer>>(std::move(merged)) : check.ToStatus();
  std::vector<Answer> asked;
  for (const Question* question : AskedQuestions(survey, merged)) {
    const Answer* answer = FindAnswer(merged, question->id);
    if (answer) asked.push_back(*answer);
    check.Require(answer || !question->required, "answers",
                  absl::StrCat("question \"", question->id, "\" must be answered"));
  }
  if (!check.ok()) return check.ToStatus();
  return asked;
}

std::optional<int> MainScore(const Survey& survey, std::span<const Answer> answers) {
  const Answer* answer = FindAnswer(answers, survey.questions.front().id);
  return answer ? answer->score : std::nullopt;
}

Recovery RecoveryFor(const Survey& survey, std::span<const Answer> answers) {
  const bool low = std::any_of(answers.begin(), answers.end(), [&](const Answer& answer) {
    return answer.question_id == survey.questions.front().id && answer.score &&
           *answer.score <= ScaleOf(survey.kind).low_at_most;
  });
  return low ? Recovery::kNeeded : Recovery::kNone;
}

}  // namespace huiyin::survey
