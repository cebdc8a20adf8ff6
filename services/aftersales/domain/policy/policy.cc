#include "services/aftersales/domain/policy/policy.h"

#include <algorithm>
#include <bit>
#include <set>

#include "services/aftersales/domain/digest.h"
#include "services/aftersales/domain/policy/sentences.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

Calendars ReadCalendars(const Node& document, DocumentCheck& check) {
  Calendars calendars;
  const Node* node = document.Field("calendars");
  if (node == nullptr) return calendars;
  if (node->kind != Node::Kind::kMap) check.Add(*node, "must map names to calendars");
  for (const auto& [name, calendar] : node->fields) {
    calendars.emplace(name, Calendar::Parse(calendar, check));
  }
  return calendars;
}

// The first rule of [from, to) that is in `bits`; `to` when there is none.
size_t FirstIn(const RuleIndex::Bits& bits, size_t from, size_t to) {
  while (from < to) {
    const uint64_t word = bits[from / 64] >> from % 64;
    if (word != 0) return std::min(to, from + std::countr_zero(word));
    from = (from / 64 + 1) * 64;
  }
  return to;
}

void AddOnce(std::vector<std::string>& ids, const std::string& id) {
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Policy>> Policy::Compile(std::string_view yaml) {
  HUIYIN_ASSIGN_OR_RETURN(const Node document, ParseYaml(yaml));
  DocumentCheck check;
  auto policy = std::make_shared<Policy>();
  policy->yaml_ = std::string(yaml);
  check.Fields(document, {"version", "agent_refund_limit", "calendars", "rules"});
  if (const Node* version = document.Field("version")) {
    policy->version_ = check.Text(*version);
    if (policy->version_.find_first_of("/ \n") != std::string::npos) {
      check.Add(*version, "must have no spaces and no \"/\"");
    }
  } else {
    check.Add(document, "\"version\" is missing");
  }
  if (const Node* limits = document.Field("agent_refund_limit")) {
    policy->agent_limits_ = check.Amounts(*limits);
  }
  const Calendars calendars = ReadCalendars(document, check);
  const Node* rules = document.Field("rules");
  if (rules == nullptr || rules->kind != Node::Kind::kList || rules->items.empty()) {
    check.Add(document, "\"rules\" must be a list with at least one rule");
    return check.ToStatus();
  }
  std::set<std::string> ids;
  for (const Node& rule : rules->items) {
    policy->AddRule(rule, calendars, check);
    if (const Node* id = rule.Field("id"); id != nullptr && !ids.insert(id->text).second) {
      check.Add(*id, Concat("the id ", id->text, " is used twice"));
    }
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  policy->Index();
  return policy;
}

void Policy::AddRule(const Node& node, const Calendars& calendars, DocumentCheck& check) {
  const Node* id = node.Field("id");
  const Node* kind = node.Field("kind");
  if (id == nullptr || kind == nullptr) {
    check.Add(node, "a rule needs \"id\" and \"kind\"");
    return;
  }
  const std::span<const RuleKind> kinds = RuleKinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const RuleKind& each) { return each.name == kind->text; });
  if (found == kinds.end()) {
    check.Add(*kind, Concat("\"", kind->text, "\" is not a kind of rule"));
    return;
  }
  Rule rule;
  rule.id = check.Text(*id);
  rule.kind = static_cast<size_t>(found - kinds.begin());
  if (const Node* when = node.Field("when")) rule.when = ParseCondition(*when, check);
  rule.body = found->parse(node, calendars, check);
  rules_.push_back(std::move(rule));
}

void Policy::Index() {
  std::stable_sort(rules_.begin(), rules_.end(),
                   [](const Rule& a, const Rule& b) { return a.kind < b.kind; });
  for (size_t kind = 0; kind <= RuleKinds().size(); ++kind) {
    const auto first = std::find_if(rules_.begin(), rules_.end(),
                                    [&](const Rule& rule) { return rule.kind >= kind; });
    first_rule_.push_back(static_cast<size_t>(first - rules_.begin()));
  }
  std::vector<const Condition*> conditions;
  for (const Rule& rule : rules_) conditions.push_back(&rule.when);
  index_ = RuleIndex(conditions);
}

int64_t Policy::AgentLimit(std::string_view currency) const {
  const auto found = agent_limits_.find(currency);
  return found == agent_limits_.end() ? 0 : found->second;
}

LineVerdict Policy::EvaluateLine(const VerdictInputs& inputs, const LineFacts& line,
                                 const SoFar& so_far, int64_t& ship_within_days) const {
  LineVerdict verdict;
  verdict.rma_line_id = line.rma_line_id;
  if (line.kind == RmaKind::kPartialRefund) {  // goodwill of a person, not of rules
    verdict.refund = line.price_refund;
    verdict.keep_goods = true;
    if (verdict.refund > AgentLimit(inputs.currency)) {
      verdict.Restrict(Decision::kReview, "ABOVE_AGENT_LIMIT");
    }
    return verdict;
  }
  const bool pays = line.kind == RmaKind::kReturnRefund || line.kind == RmaKind::kRefundOnly;
  verdict.refund = pays ? line.price_refund : 0;
  verdict.keep_goods = line.kind == RmaKind::kRefundOnly;
  const RuleIndex::Bits match = index_.Match(inputs, line);
  for (size_t kind = 0; kind + 1 < first_rule_.size(); ++kind) {
    const size_t end = first_rule_[kind + 1];
    for (size_t at = first_rule_[kind]; (at = FirstIn(match, at, end)) < end; ++at) {
      const Rule& rule = rules_[at];
      if (rule.body->Speak(inputs, line, so_far, verdict)) verdict.rule_ids.push_back(rule.id);
      ship_within_days = std::max(ship_within_days, rule.body->ShipWithinDays());
      if (!RuleKinds()[kind].all) break;
    }
    if (verdict.decision == Decision::kReject) break;
  }
  if (verdict.decision == Decision::kReject) {
    verdict.refund = 0;
    verdict.restocking_fee = 0;
    verdict.return_shipping_fee = 0;
    verdict.keep_goods = false;
    verdict.with_shipping = false;
    verdict.customer_pays_return = false;
  } else if (!verdict.window_ends_at) {
    verdict.Restrict(Decision::kReview, "NO_WINDOW_RULE");
  }
  return verdict;
}

Verdict Policy::Evaluate(const VerdictInputs& inputs) const {
  Verdict verdict;
  verdict.format = inputs.format;
  verdict.policy_version = version_;
  verdict.inputs_hash = Sha256Hex(inputs.Encode());
  verdict.currency = inputs.currency;
  verdict.language = inputs.language;
  verdict.lines.reserve(inputs.lines.size());
  bool all_refused = true;
  SoFar so_far;
  for (const LineFacts& line : inputs.lines) {
    LineVerdict said = EvaluateLine(inputs, line, so_far, verdict.ship_within_days);
    all_refused &= said.decision == Decision::kReject;
    if (said.decision == Decision::kReview) verdict.decision = Decision::kReview;
    so_far.refund += said.refund;
    so_far.return_shipping_fee += said.return_shipping_fee;
    for (const std::string& id : said.rule_ids) AddOnce(verdict.rule_ids, id);
    verdict.lines.push_back(std::move(said));
  }
  verdict.refund = so_far.refund;
  if (all_refused) verdict.decision = Decision::kReject;
  verdict.sentence = CustomerSentence(inputs, verdict);
  return verdict;
}

int64_t Policy::Granted(const VerdictInputs& inputs, const LineFacts& line, Grade grade) const {
  const RuleIndex::Bits match = index_.Match(inputs, line);
  for (size_t kind = 0; kind + 1 < first_rule_.size(); ++kind) {
    const size_t at = FirstIn(match, first_rule_[kind], first_rule_[kind + 1]);
    if (at == first_rule_[kind + 1]) continue;
    if (const int64_t granted = rules_[at].body->Granted(grade); granted >= 0) return granted;
  }
  return grade == Grade::kMissing || grade == Grade::kWrongItem ? 0 : 10'000;
}

std::vector<Question> Policy::Questions(const VerdictInputs& inputs, const LineFacts& line) const {
  std::vector<Question> all, once;
  const RuleIndex::Bits match = index_.Match(inputs, line);
  for (size_t at = 0; (at = FirstIn(match, at, rules_.size())) < rules_.size(); ++at) {
    rules_[at].body->Ask(all);
  }
  for (Question& question : all) {
    const bool asked = std::any_of(once.begin(), once.end(),
                                   [&](const Question& other) { return other.id == question.id; });
    if (!asked) once.push_back(std::move(question));
  }
  return once;
}

StepTargets Policy::Targets(const VerdictInputs& inputs) const {
  StepTargets targets{};
  for (const LineFacts& line : inputs.lines) {
    const RuleIndex::Bits match = index_.Match(inputs, line);
    for (size_t kind = 0; kind + 1 < first_rule_.size(); ++kind) {
      const size_t at = FirstIn(match, first_rule_[kind], first_rule_[kind + 1]);
      if (at == first_rule_[kind + 1]) continue;
      for (int step = 1; step <= kSteps; ++step) {
        const absl::Duration target = rules_[at].body->Target(static_cast<Step>(step));
        if (target <= absl::ZeroDuration()) continue;
        if (targets[step] <= absl::ZeroDuration() || target < targets[step]) targets[step] = target;
      }
    }
  }
  return targets;
}

}  // namespace huiyin::aftersales
