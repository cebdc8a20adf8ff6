#include <algorithm>

#include "services/aftersales/domain/policy/rules/table.h"
#include "services/aftersales/domain/policy/sentences.h"

namespace huiyin::aftersales {
namespace {

constexpr size_t kMostQuestions = 10, kMostChoices = 20;

// Asks; an open mandatory question makes a person look.
class Questions final : public RuleBody {
 public:
  explicit Questions(std::vector<Question> asked) : asked_(std::move(asked)) {}
  bool Speak(const VerdictInputs& inputs, const LineFacts& line, const SoFar&,
             LineVerdict& verdict) const override {
    if (inputs.format < 2) return false;
    const bool open = std::any_of(asked_.begin(), asked_.end(), [&](const Question& question) {
      return question.mandatory && std::find(line.answered.begin(), line.answered.end(),
                                             question.id) == line.answered.end();
    });
    return open && verdict.Restrict(Decision::kReview, "NEEDS_ANSWERS");
  }
  void Ask(std::vector<Question>& questions) const override {
    questions.insert(questions.end(), asked_.begin(), asked_.end());
  }

 private:
  std::vector<Question> asked_;
};

void ReadTexts(const Node& node, Question& question, DocumentCheck& check) {
  if (node.kind != Node::Kind::kMap) {
    check.Add(node, "must map languages to texts");
    return;
  }
  for (const auto& [language, text] : node.fields) {
    if (text.kind != Node::Kind::kScalar || text.text.empty() || text.text.size() > 500) {
      check.Add(text, "must be a text of 1 to 500 bytes");
    }
    question.texts[language] = text.text;
  }
  if (!question.texts.contains("en")) check.Add(node, "needs a text for \"en\"");
}

Question ReadQuestion(const Node& node, DocumentCheck& check) {
  Question question;
  check.Fields(node, {"id", "mandatory", "choices", "text"});
  if (const Node* id = Need(node, "id", check)) question.id = check.Text(*id);
  if (const Node* mandatory = node.Field("mandatory")) {
    question.mandatory = check.Bool(*mandatory);
  }
  if (const Node* choices = node.Field("choices")) {
    question.choices = check.Texts(*choices);
    if (question.choices.empty() || question.choices.size() > kMostChoices) {
      check.Add(*choices, "must hold 1 to 20 codes");
    }
  }
  if (const Node* texts = Need(node, "text", check)) ReadTexts(*texts, question, check);
  return question;
}

}  // namespace

const std::string& Question::Text(std::string_view language) const {
  auto found = texts.find(IsTraditional(language) ? "zh-Hant" : language);
  if (found == texts.end()) found = texts.find(language.substr(0, language.find_first_of("-_")));
  if (found == texts.end()) found = texts.find("en");
  return found->second;
}

std::unique_ptr<RuleBody> ParseQuestions(const Node& rule, const Calendars&, DocumentCheck& check) {
  check.Fields(rule, {"id", "kind", "when", "ask"});
  const Node* ask = Need(rule, "ask", check);
  if (ask == nullptr) return nullptr;
  if (ask->kind != Node::Kind::kList || ask->items.empty() || ask->items.size() > kMostQuestions) {
    check.Add(*ask, "must be a list of 1 to 10 questions");
  }
  std::vector<Question> questions;
  for (const Node& each : ask->items) questions.push_back(ReadQuestion(each, check));
  return std::make_unique<Questions>(std::move(questions));
}

}  // namespace huiyin::aftersales
