#include "services/aftersales/domain/policy/policy.h"

#include <algorithm>
#include <set>

#include "services/aftersales/domain/digest.h"
#include "services/aftersales/domain/policy/sentences.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {

struct Policy::Case {
  uint32_t kind = 0, reason = 0, tier = 0, flags = 0;
  int country = -1;
  int category = -1;  // number; -1: no rule names it
};

absl::StatusOr<std::shared_ptr<const Policy>> Policy::Compile(std::string_view yaml) {
  HUIYIN_ASSIGN_OR_RETURN(const Node document, ParseYaml(yaml));
  DocumentCheck check;
  auto policy = std::make_shared<Policy>();
  policy->yaml_ = std::string(yaml);
  policy->rules_.resize(RuleKinds().size());
  check.Fields(document, {"version", "agent_refund_limit", "rules"});
  if (const Node* version = document.Field("version")) {
    policy->version_ = check.Text(*version);
  } else {
    check.Add(document, "\"version\" is missing");
  }
  if (const Node* limits = document.Field("agent_refund_limit")) {
    policy->agent_limits_ = check.Amounts(*limits);
  }
  const Node* rules = document.Field("rules");
  if (rules == nullptr || rules->kind != Node::Kind::kList || rules->items.empty()) {
    check.Add(document, "\"rules\" must be a list with at least one rule");
    return check.ToStatus();
  }
  std::set<std::string> ids;
  for (const Node& rule : rules->items) {
    policy->AddRule(rule, check);
    if (const Node* id = rule.Field("id"); id != nullptr && !ids.insert(id->text).second) {
      check.Add(*id, Concat("the id ", id->text, " is used twice"));
    }
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return policy;
}

void Policy::AddRule(const Node& node, DocumentCheck& check) {
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
  if (const Node* when = node.Field("when")) rule.when = ParseCondition(*when, check);
  for (const std::string& category : rule.when.categories) {
    const int number = categories_.emplace(category, categories_.size()).first->second;
    rule.categories.resize(std::max<size_t>(rule.categories.size(), number / 64 + 1));
    rule.categories[number / 64] |= uint64_t{1} << number % 64;
  }
  rule.body = found->parse(node, check);
  rules_[found - kinds.begin()].push_back(std::move(rule));
}

size_t Policy::rule_count() const {
  size_t count = 0;
  for (const std::vector<Rule>& of_kind : rules_) count += of_kind.size();
  return count;
}

int64_t Policy::AgentLimit(std::string_view currency) const {
  const auto found = agent_limits_.find(currency);
  return found == agent_limits_.end() ? 0 : found->second;
}

Policy::Case Policy::Prepare(const VerdictInputs& inputs, const LineFacts& line) const {
  Case c;
  c.kind = 1u << static_cast<int>(line.kind);
  const int root = ReasonRoot(line.reason);
  c.reason = root < 0 ? 0 : 1u << root;
  c.tier = 1u << static_cast<int>(inputs.tier);
  c.flags = line.flags;
  c.country = CountryBit(inputs.country_of_delivery);
  if (const auto found = categories_.find(line.category); found != categories_.end()) {
    c.category = found->second;
  }
  return c;
}

bool Policy::Holds(const Rule& rule, const Case& c) {
  const Condition& when = rule.when;
  if (!(when.kinds & c.kind) || !(when.reasons & c.reason) || !(when.tiers & c.tier)) return false;
  if (when.any_flags != 0 && !(when.any_flags & c.flags)) return false;
  if (when.without_flags & c.flags) return false;
  if (!when.any_country && (c.country < 0 || !when.countries.test(c.country))) return false;
  if (rule.categories.empty()) return true;
  const size_t word = c.category / 64;
  return c.category >= 0 && word < rule.categories.size() &&
         rule.categories[word] >> c.category % 64 & 1;
}

LineVerdict Policy::EvaluateLine(const VerdictInputs& inputs, const LineFacts& line,
                                 int64_t& ship_within_days) const {
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
  const Case c = Prepare(inputs, line);
  const bool pays = line.kind == RmaKind::kReturnRefund || line.kind == RmaKind::kRefundOnly;
  verdict.refund = pays ? line.price_refund : 0;
  verdict.keep_goods = line.kind == RmaKind::kRefundOnly;
  for (const std::vector<Rule>& of_kind : rules_) {
    const auto rule = std::find_if(of_kind.begin(), of_kind.end(),
                                   [&](const Rule& each) { return Holds(each, c); });
    if (rule == of_kind.end()) continue;
    if (rule->body->Speak(inputs, line, verdict)) verdict.rule_ids.push_back(rule->id);
    ship_within_days = std::max(ship_within_days, rule->body->ShipWithinDays());
    if (verdict.decision == Decision::kReject) break;
  }
  if (verdict.decision == Decision::kReject) {
    verdict.refund = 0;
    verdict.restocking_fee = 0;
    verdict.keep_goods = false;
    verdict.with_shipping = false;
  } else if (!verdict.window_ends_at) {
    verdict.Restrict(Decision::kReview, "NO_WINDOW_RULE");
  }
  return verdict;
}

Verdict Policy::Evaluate(const VerdictInputs& inputs) const {
  Verdict verdict;
  verdict.policy_version = version_;
  verdict.inputs_hash = Sha256Hex(inputs.Encode());
  verdict.currency = inputs.currency;
  verdict.language = inputs.language;
  bool all_refused = true;
  for (const LineFacts& line : inputs.lines) {
    LineVerdict said = EvaluateLine(inputs, line, verdict.ship_within_days);
    all_refused &= said.decision == Decision::kReject;
    if (said.decision == Decision::kReview) verdict.decision = Decision::kReview;
    verdict.refund += said.refund;
    for (const std::string& id : said.rule_ids) {
      if (std::find(verdict.rule_ids.begin(), verdict.rule_ids.end(), id) ==
          verdict.rule_ids.end()) {
        verdict.rule_ids.push_back(id);
      }
    }
    verdict.lines.push_back(std::move(said));
  }
  if (all_refused) verdict.decision = Decision::kReject;
  verdict.sentence = CustomerSentence(inputs, verdict);
  return verdict;
}

int64_t Policy::Granted(const VerdictInputs& inputs, const LineFacts& line, Grade grade) const {
  const Case c = Prepare(inputs, line);
  for (const std::vector<Rule>& of_kind : rules_) {
    for (const Rule& rule : of_kind) {
      if (rule.body->Granted(grade) >= 0 && Holds(rule, c)) return rule.body->Granted(grade);
    }
  }
  return grade == Grade::kMissing || grade == Grade::kWrongItem ? 0 : 10'000;
}

std::shared_ptr<const Policy> DefaultPolicy() {
  static const auto& kPolicy = *new std::shared_ptr<const Policy>(
      *Policy::Compile(DefaultPolicyYaml()));  // a mistake in it stops every test
  return kPolicy;
}

}  // namespace huiyin::aftersales
