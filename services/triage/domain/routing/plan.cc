#include "services/triage/domain/routing/plan.h"

#include <algorithm>
#include <array>

#include "services/triage/domain/policy/document.h"

namespace huiyin::triage {
namespace {

constexpr size_t kMaxQueues = 100;
constexpr std::array<std::string_view, 5> kPriorityNames = {"", "P1", "P2", "P3", "P4"};

template <class Label>
uint64_t Bit(Label label) {
  return uint64_t{1} << static_cast<int>(label);
}

}  // namespace

bool RoutingPlan::Condition::Holds(const Decision& decision) const {
  const Reading& reading = decision.reading;
  switch (fact) {
    case Fact::kCategory:
      return (labels & (Bit(reading.category) |
                        (reading.second.has_value() ? Bit(*reading.second) : 0))) != 0;
    case Fact::kSentiment:
      return (labels & Bit(reading.sentiment)) != 0;
    case Fact::kUrgency:
      return (labels & Bit(reading.urgency)) != 0;
    case Fact::kTier:
      return (labels & Bit(decision.inputs.tier)) != 0;
    case Fact::kPriority:
      return (labels & Bit(decision.verdict.priority)) != 0;
    case Fact::kLanguage:
      return std::any_of(languages.begin(), languages.end(), [&](const std::string& language) {
        return reading.language == language || reading.language.starts_with(language + "-");
      });
  }
  return false;
}

const std::string& RoutingPlan::QueueFor(const Decision& decision) const {
  const auto holds = [&](const Condition& condition) { return condition.Holds(decision); };
  for (const Queue& queue : queues_) {
    for (const std::vector<Condition>& all : queue.takes) {
      if (std::all_of(all.begin(), all.end(), holds)) return queue.name;
    }
  }
  return fallback_;
}

std::vector<std::string> RoutingPlan::Queues() const {
  std::vector<std::string> names;
  for (const Queue& queue : queues_) names.push_back(queue.name);
  return names;
}

class RoutingPlanReader {
 public:
  absl::StatusOr<std::shared_ptr<const RoutingPlan>> Read(std::string version,
                                                          std::string_view source) {
    plan_->version_ = std::move(version);
    for (const DocumentLine& line : check_.Lines(source)) {
      if (check_.full()) break;
      ReadLine(line);
    }
    CheckNamed(plan_->fallback_, "fallback QUEUE");
    if (plan_->escalation_.empty()) plan_->escalation_ = plan_->fallback_;
    CheckNamed(plan_->escalation_, "escalate to QUEUE");
    if (!check_.ok()) return check_.ToStatus();
    return plan_;
  }

 private:
  using Fact = RoutingPlan::Fact;

  void CheckNamed(const std::string& queue, std::string_view statement) {
    const auto names = plan_->Queues();
    if (std::find(names.begin(), names.end(), queue) != names.end()) return;
    check_.Add(0, queue.empty() ? "has no \"" + std::string(statement) + "\""
                                : "names no queue \"" + queue + "\"");
  }

  void ReadLine(const DocumentLine& line) {
    const auto& words = line.words;
    if (words[0] == "queue") return ReadQueue(line);
    if (words[0] == "takes") return ReadTakes(line);
    if (words[0] == "fallback" && words.size() == 2 && plan_->fallback_.empty()) {
      plan_->fallback_ = words[1];
    } else if (words[0] == "escalate" && words.size() == 3 && words[1] == "to" &&
               plan_->escalation_.empty()) {
      plan_->escalation_ = words[2];
    } else {
      check_.Add(
          line.number,
          "is none of queue NAME, takes …, fallback QUEUE, escalate to QUEUE, or a second one");
    }
  }

  void ReadQueue(const DocumentLine& line) {
    if (!check_.Require(line.words.size() == 2 && IsDocumentName(line.words[1]), line.number,
                        "a queue reads: queue NAME (a-z, 0-9, _ and -)")) {
      return;
    }
    const auto names = plan_->Queues();
    check_.Require(std::find(names.begin(), names.end(), line.words[1]) == names.end(), line.number,
                   "another queue has this name");
    check_.Require(names.size() < kMaxQueues, line.number, "is one queue too many: at most 100");
    plan_->queues_.push_back({.name = std::string(line.words[1])});
  }

  void ReadTakes(const DocumentLine& line) {
    if (!check_.Require(!plan_->queues_.empty(), line.number,
                        "belongs below a \"queue NAME\" line")) {
      return;
    }
    std::vector<RoutingPlan::Condition> all;
    const auto& words = line.words;
    for (size_t begin = 1; begin <= words.size();) {
      const auto end = static_cast<size_t>(
          std::find(words.begin() + static_cast<std::ptrdiff_t>(begin), words.end(), "and") -
          words.begin());
      if (RoutingPlan::Condition condition; ReadCondition(line, begin, end, condition)) {
        all.push_back(std::move(condition));
      }
      if (end == words.size()) break;
      begin = end + 1;
    }
    plan_->queues_.back().takes.push_back(std::move(all));
  }

  bool ReadCondition(const DocumentLine& line, size_t begin, size_t end,
                     RoutingPlan::Condition& condition) {
    if (end < begin + 3 || line.words[begin + 1] != "in") {
      check_.Add(line.number, "a condition reads: FACT in A, B");
      return false;
    }
    const auto names = NameList(line, begin + 2, end, check_);
    const std::string_view fact = line.words[begin];
    if (fact == "language") {
      condition.fact = Fact::kLanguage;
      condition.languages.assign(names.begin(), names.end());
      return !names.empty();
    }
    using Names = std::span<const std::string_view>;
    const std::tuple<std::string_view, Fact, Names> facts[] = {
        {"category", Fact::kCategory, kCategoryNames},
        {"sentiment", Fact::kSentiment, kSentimentNames},
        {"urgency", Fact::kUrgency, kUrgencyNames},
        {"tier", Fact::kTier, kTierNames},
        {"priority", Fact::kPriority, kPriorityNames}};
    for (const auto& [name, known, labels] : facts) {
      if (name != fact) continue;
      condition.fact = known;
      for (const std::string_view label : names) {
        const auto found = std::find(labels.begin(), labels.end(), label);
        if (check_.Require(found != labels.end(), line.number,
                           "\"" + std::string(label) + "\" is no " + std::string(fact))) {
          condition.labels |= uint64_t{1} << (found - labels.begin());
        }
      }
      return !names.empty();
    }
    check_.Add(line.number, "\"" + std::string(fact) +
                                "\" is no fact; known: category, sentiment, urgency, tier, "
                                "priority, language");
    return false;
  }

  const std::shared_ptr<RoutingPlan> plan_ = std::make_shared<RoutingPlan>();
  DocumentCheck check_;
};

absl::StatusOr<std::shared_ptr<const RoutingPlan>> RoutingPlan::Compile(std::string version,
                                                                        std::string_view source) {
  return RoutingPlanReader().Read(std::move(version), source);
}

std::optional<std::string_view> BuiltInRoutingSource(std::string_view version) {
  if (version != kDefaultRoutingVersion) return std::nullopt;
  return R"(# Where tickets go when no other plan is published.
queue specialists
  takes tier in VIP
  takes sentiment in NEGATIVE and priority in P1
queue general
fallback general
escalate to specialists
)";
}

}  // namespace huiyin::triage
