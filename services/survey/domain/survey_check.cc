// What a survey must be before it is kept.
#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "services/survey/domain/survey.h"

namespace huiyin::survey {
namespace {

constexpr size_t kMaxQuestions = 50, kMaxTexts = 50, kMaxChoices = 50, kMaxBranches = 20;
constexpr size_t kMaxTextLength = 1000;
constexpr int kMaxFiles = 10;

class Checker {
 public:
  Checker(Survey& survey, const std::string& prefix) : survey_(survey), prefix_(prefix) {}

  absl::Status Run() {
    const size_t count = survey_.questions.size();
    if (!check_.Require(count >= 1 && count <= kMaxQuestions, prefix_ + "questions",
                        absl::StrCat("must be 1 to ", kMaxQuestions, " questions"))) {
      return check_.ToStatus();
    }
    CheckMainQuestion();
    std::set<std::string> ids;
    for (size_t i = 0; i < count; ++i) {
      const std::string field = absl::StrCat(prefix_, "questions[", i, "]");
      CheckQuestion(i, field, ids);
    }
    CheckReachable();
    return check_.ToStatus();
  }

 private:
  void CheckMainQuestion() {
    const Question& main = survey_.questions.front();
    const bool scored = main.type == QuestionType::kScore && main.scale && main.required;
    check_.Require(scored, prefix_ + "questions[0]",
                   "is the main question: it must be a required score, for low scores and results "
                   "are judged by it");
    if (main.scale) survey_.kind = *main.scale;
    if (survey_.purpose == Purpose::kProductReview) {
      check_.Require(main.scale == SurveyKind::kCsat, prefix_ + "questions[0].kind",
                     "must be CSAT in a survey that asks for a product review: its score is the "
                     "stars");
    }
  }

  void CheckQuestion(size_t index, const std::string& field, std::set<std::string>& ids) {
    const Question& question = survey_.questions[index];
    if (check_.Require(IsSlug(question.id), field + ".question_id",
                       "must be 1 to 64 of a-z, 0-9, _ and -")) {
      check_.Require(ids.insert(question.id).second, field + ".question_id",
                     "is the id of an earlier question");
    }
    if (!check_.Require(
            question.type >= QuestionType::kScore && question.type <= QuestionType::kUpload,
            field + ".type", "must be one of the types of questions")) {
      return;
    }
    const bool scored = question.type == QuestionType::kScore;
    check_.Require(question.scale.has_value() == scored, field + ".kind",
                   scored ? "must be CSAT, NPS or CES: the question asks for a score"
                          : "must not be given: only scores have a scale");
    CheckTexts(question.texts, field + ".texts");
    CheckChoices(question, field);
    CheckMaxItems(question, field);
    CheckBranches(index, field);
  }

  void CheckTexts(const std::vector<Text>& texts, const std::string& field) {
    check_.Require(!texts.empty() && texts.size() <= kMaxTexts, field,
                   absl::StrCat("must be 1 to ", kMaxTexts, " texts"));
    std::set<std::string> languages;
    for (size_t i = 0; i < texts.size(); ++i) {
      const std::string at = absl::StrCat(field, "[", i, "]");
      if (check_.Require(IsLanguageTag(texts[i].language), at + ".language",
                         "must be a BCP 47 tag, for example zh or pt-BR")) {
        check_.Require(languages.insert(texts[i].language).second, at + ".language",
                       "has a text already");
      }
      const size_t length = CountCharacters(texts[i].text);
      check_.Require(length >= 1 && length <= kMaxTextLength, at + ".text",
                     absl::StrCat("must have 1 to ", kMaxTextLength, " characters"));
    }
  }

  void CheckChoices(const Question& question, const std::string& field) {
    const size_t count = question.choices.size();
    if (!HasChoices(question.type)) {
      check_.Require(count == 0, field + ".choices", "must be empty: the type has none");
      return;
    }
    check_.Require(count >= 2 && count <= kMaxChoices, field + ".choices",
                   absl::StrCat("must be 2 to ", kMaxChoices, " choices"));
    std::set<std::string> ids;
    for (size_t i = 0; i < count; ++i) {
      const std::string at = absl::StrCat(field, ".choices[", i, "]");
      if (check_.Require(IsSlug(question.choices[i].id), at + ".choice_id",
                         "must be 1 to 64 of a-z, 0-9, _ and -")) {
        check_.Require(ids.insert(question.choices[i].id).second, at + ".choice_id",
                       "is the id of an earlier choice");
      }
      CheckTexts(question.choices[i].texts, at + ".texts");
    }
  }

  void CheckMaxItems(const Question& question, const std::string& field) {
    int most = 0;
    if (question.type == QuestionType::kMultipleChoice) {
      most = static_cast<int>(question.choices.size());
    }
    if (question.type == QuestionType::kUpload) most = kMaxFiles;
    check_.Require(question.max_items >= 0 && question.max_items <= most, field + ".max_items",
                   absl::StrCat("must be 0 to ", most));
  }

  void CheckBranches(size_t index, const std::string& field) {
    const Question& question = survey_.questions[index];
    check_.Require(question.branches.size() <= kMaxBranches, field + ".branches",
                   absl::StrCat("must be at most ", kMaxBranches, " branches"));
    for (size_t i = 0; i < question.branches.size(); ++i) {
      CheckBranch(index, question.branches[i], absl::StrCat(field, ".branches[", i, "]"));
    }
  }

  void CheckBranch(size_t index, const Branch& branch, const std::string& field) {
    const Question& question = survey_.questions[index];
    const bool by_score = branch.min_score || branch.max_score;
    if (question.type == QuestionType::kScore && question.scale) {
      const Scale& scale = ScaleOf(*question.scale);
      const int from = branch.min_score.value_or(scale.lowest);
      const int to = branch.max_score.value_or(scale.highest);
      check_.Require(by_score && from <= to && from >= scale.lowest && to <= scale.highest,
                     field + ".min_score",
                     absl::StrCat("min_score and max_score must span scores from ", scale.lowest,
                                  " to ", scale.highest));
    } else {
      check_.Require(!by_score, field + ".min_score", "must not be given: no score is asked for");
    }
    const bool known = std::any_of(question.choices.begin(), question.choices.end(),
                                   [&](const Choice& c) { return c.id == branch.choice_id; });
    check_.Require(HasChoices(question.type) ? known : branch.choice_id.empty(),
                   field + ".choice_id",
                   HasChoices(question.type) ? "must be a choice of this question"
                                             : "must not be given: the question has no choices");
    if (branch.next.empty()) return;
    const auto target = std::find_if(survey_.questions.begin(), survey_.questions.end(),
                                     [&](const Question& q) { return q.id == branch.next; });
    const std::string next = field + ".next_question_id";
    if (!check_.Require(target != survey_.questions.end(), next,
                        "names no question of this survey")) {
      return;
    }
    check_.Require(static_cast<size_t>(target - survey_.questions.begin()) > index, next,
                   "must be a later question: going back would make a circle");
  }

  // Every question but the first needs a way to it: the end of the one before, unless that one's
  // branches cover every answer and it must be answered, or a branch.
  void CheckReachable() {
    if (!check_.ok()) return;
    std::vector<bool> reached(survey_.questions.size());
    reached[0] = true;
    for (size_t i = 0; i < survey_.questions.size(); ++i) {
      if (!reached[i]) {
        check_.Add(absl::StrCat(prefix_, "questions[", i, "]"),
                   "is never asked: every answer before it leads past it");
        continue;
      }
      const Question& question = survey_.questions[i];
      for (const Branch& branch : question.branches) {
        for (size_t to = i + 1; to < survey_.questions.size(); ++to) {
          if (survey_.questions[to].id == branch.next) reached[to] = true;
        }
      }
      if (i + 1 < survey_.questions.size() && FallsThrough(question)) reached[i + 1] = true;
    }
  }

  // Whether some answer, or none, takes no branch.
  static bool FallsThrough(const Question& question) {
    if (!question.required) return true;
    const auto takes = [&](auto&& holds) {
      return std::any_of(question.branches.begin(), question.branches.end(), holds);
    };
    if (question.type == QuestionType::kScore) {
      const Scale& scale = ScaleOf(*question.scale);
      for (int score = scale.lowest; score <= scale.highest; ++score) {
        if (!takes([&](const Branch& b) {
              return score >= b.min_score.value_or(scale.lowest) &&
                     score <= b.max_score.value_or(scale.highest);
            })) {
          return true;
        }
      }
      return false;
    }
    if (!HasChoices(question.type)) return true;
    return std::any_of(question.choices.begin(), question.choices.end(), [&](const Choice& choice) {
      return !takes([&](const Branch& branch) { return branch.choice_id == choice.id; });
    });
  }

  Survey& survey_;
  const std::string& prefix_;
  InputCheck check_;
};

}  // namespace

absl::Status CheckSurvey(Survey& survey, const std::string& prefix) {
  return Checker(survey, prefix).Run();
}

bool IsSlug(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

bool IsLanguageTag(std::string_view text) {
  constexpr size_t kLongest = 35, kLongestSubtag = 8;
  if (text.size() < 2 || text.size() > kLongest) return false;
  size_t subtag = 0;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (c == '-' ? subtag == 0 : !(letter || (c >= '0' && c <= '9'))) return false;
    subtag = c == '-' ? 0 : subtag + 1;
    if (subtag > kLongestSubtag) return false;
  }
  return subtag > 0;
}

size_t CountCharacters(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace huiyin::survey
