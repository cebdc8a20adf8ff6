// Reading priority policies from their text.
#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include "libs/core/money.h"
#include "services/triage/domain/policy/document.h"
#include "services/triage/domain/priority.h"

namespace huiyin::triage {
namespace {

constexpr int kNoLabel = 63;
constexpr size_t kMaxRules = 200;

using Names = std::span<const std::string_view>;

bool ParseNumber(std::string_view word, int64_t* value) {
  const char* end = word.data() + word.size();
  const auto parsed = std::from_chars(word.data(), end, *value);
  return parsed.ec == std::errc() && parsed.ptr == end && *value >= 0 && *value <= 1'000'000'000;
}

// "90m", "24h", "2d" in seconds.
bool ParseAge(std::string_view word, int64_t* seconds) {
  if (word.size() < 2) return false;
  const char unit = word.back();
  const int64_t scale = unit == 's'   ? 1
                        : unit == 'm' ? 60
                        : unit == 'h' ? 3600
                        : unit == 'd' ? 86400
                                      : 0;
  word.remove_suffix(1);
  if (scale == 0 || !ParseNumber(word, seconds)) return false;
  *seconds *= scale;
  return true;
}

// "99.50" with the decimals of `currency`, in minor units.
bool ParseAmount(std::string_view word, std::string_view currency, int64_t* minor) {
  const absl::StatusOr<int> decimals = CurrencyExponent(currency);
  if (!decimals.ok()) return false;
  const size_t point = std::min(word.find('.'), word.size());
  std::string digits(word.substr(0, point));
  std::string fraction(point < word.size() ? word.substr(point + 1) : "");
  if (point < word.size() && fraction.empty()) return false;
  if (fraction.size() > static_cast<size_t>(*decimals)) return false;
  fraction.resize(static_cast<size_t>(*decimals), '0');
  digits += fraction;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, *minor);
  return !digits.empty() && digits.size() <= 15 && digits[0] != '-' && parsed.ec == std::errc() &&
         parsed.ptr == end;
}

std::string Choices(Names names) {
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

}  // namespace

class PriorityPolicyReader {
 public:
  using Fact = PriorityPolicy::Fact;
  using Condition = PriorityPolicy::Condition;

  absl::StatusOr<std::shared_ptr<const PriorityPolicy>> Read(std::string version,
                                                             std::string_view source) {
    policy_->version_ = std::move(version);
    for (const DocumentLine& line : check_.Lines(source)) {
      if (check_.full()) break;
      if (line.words[0] == "rule") {
        ReadRule(line);
      } else {
        ReadBand(line);
      }
    }
    static constexpr std::string_view kBands[] = {"P1", "P2", "P3"};
    for (int band = 0; band < 3; ++band) {
      check_.Require(
          seen_[band], 0,
          "says nowhere where a band begins: \"" + std::string(kBands[band]) + " from SCORE\"");
    }
    check_.Require(!policy_->rules_.empty(), 0, "has no rule");
    if (check_.ok()) {
      check_.Require(
          policy_->least_[0] > policy_->least_[1] && policy_->least_[1] > policy_->least_[2], 0,
          "must have bands that fall: P1 above P2 above P3");
    }
    if (!check_.ok()) return check_.ToStatus();
    return policy_;
  }

 private:
  void ReadBand(const DocumentLine& line) {
    const std::string_view word = line.words[0];
    const bool is_band = word == "P1" || word == "P2" || word == "P3";
    int score = 0;
    if (!is_band || line.words.size() != 3 || line.words[1] != "from" ||
        !ParseSmallInt(line.words[2], &score)) {
      check_.Add(line.number, "is neither \"rule NAME POINTS when …\" nor \"P1|P2|P3 from SCORE\"");
      return;
    }
    const int band = word[1] - '1';
    if (!check_.Require(!seen_[band], line.number, "says a second time where the band begins"))
      return;
    seen_[band] = true;
    policy_->least_[band] = score;
  }

  void ReadRule(const DocumentLine& line) {
    const auto& words = line.words;
    PriorityPolicy::Rule rule;
    if (words.size() < 5 || words[3] != "when") {
      check_.Add(line.number, "a rule reads: rule NAME POINTS when CONDITION [and CONDITION …]");
      return;
    }
    rule.id = words[1];
    check_.Require(IsDocumentName(words[1]), line.number,
                   "the rule's name must be 1 to 64 of a-z, 0-9, _ and -, beginning with a letter");
    check_.Require(names_.insert(rule.id).second, line.number, "another rule has this name");
    check_.Require(ParseSmallInt(words[2], &rule.points) && rule.points != 0 &&
                       rule.points >= -1000 && rule.points <= 1000,
                   line.number, "points must be -1000 to +1000 and not 0");
    for (size_t begin = 4; begin <= words.size();) {
      const size_t end = static_cast<size_t>(
          std::find(words.begin() + static_cast<std::ptrdiff_t>(begin), words.end(), "and") -
          words.begin());
      if (Condition condition; ReadCondition(line, begin, end, condition)) {
        rule.when.push_back(std::move(condition));
      }
      begin = end + 1;
      if (end == words.size()) break;
    }
    if (policy_->rules_.size() == kMaxRules) {
      check_.Add(line.number, "is one rule too many: at most 200");
      return;
    }
    policy_->rules_.push_back(std::move(rule));
  }

  bool ReadCondition(const DocumentLine& line, size_t begin, size_t end, Condition& condition) {
    if (end - begin < 3 || end > line.words.size()) {
      check_.Add(line.number, "a condition reads: FACT is|in|>=|… VALUE");
      return false;
    }
    const std::string_view fact = line.words[begin];
    struct LabelFact {
      std::string_view name;
      Fact fact;
      Names labels;
    };
    const LabelFact labels[] = {{"category", Fact::kCategory, kCategoryNames},
                                {"main_category", Fact::kMainCategory, kCategoryNames},
                                {"second_category", Fact::kSecondCategory, kCategoryNames},
                                {"sentiment", Fact::kSentiment, kSentimentNames},
                                {"urgency", Fact::kUrgency, kUrgencyNames},
                                {"tier", Fact::kTier, kTierNames},
                                {"channel", Fact::kChannel, kChannelNames}};
    for (const LabelFact& known : labels) {
      if (known.name != fact) continue;
      condition.fact = known.fact;
      return ReadLabels(line, begin + 1, end, known.labels, condition);
    }
    static constexpr std::pair<std::string_view, Fact> kNumbers[] = {
        {"messages", Fact::kMessages},
        {"earlier_tickets", Fact::kEarlierTickets},
        {"rating", Fact::kRating},
        {"age", Fact::kAge},
        {"order_value", Fact::kOrderValue}};
    for (const auto& [name, known] : kNumbers) {
      if (name != fact) continue;
      condition.fact = known;
      return ReadNumber(line, begin + 1, end, condition);
    }
    check_.Add(line.number, "\"" + std::string(fact) +
                                "\" is no fact; known: category, main_category, second_category, "
                                "sentiment, urgency, tier, channel, messages, earlier_tickets, "
                                "rating, age, order_value");
    return false;
  }

  bool ReadLabels(const DocumentLine& line, size_t begin, size_t end, Names labels,
                  Condition& condition) {
    const std::string_view relation = line.words[begin++];
    if (relation == "is" && line.words[begin] == "not") {
      condition.inverted = true;
      ++begin;
    }
    if (!check_.Require(relation == "is" || relation == "in", line.number,
                        "labels are compared by is, is not, or in")) {
      return false;
    }
    if (!check_.Require(relation == "in" || end - begin == 1, line.number,
                        "\"is\" takes one label; use \"in A, B\" for several")) {
      return false;
    }
    const auto names = NameList(line, begin, end, check_);
    for (const std::string_view name : names) {
      const auto found = std::find(labels.begin(), labels.end(), name);
      if (found != labels.end()) {
        condition.labels |= uint64_t{1} << (found - labels.begin());
      } else if (name == "NONE" && condition.fact == Fact::kSecondCategory) {
        condition.labels |= uint64_t{1} << kNoLabel;
      } else {
        check_.Add(line.number, "\"" + std::string(name) + "\" is not one of " + Choices(labels));
      }
    }
    return !names.empty();
  }

  bool ReadNumber(const DocumentLine& line, size_t begin, size_t end, Condition& condition) {
    const std::string_view relation = line.words[begin], word = line.words[begin + 1];
    int64_t value = 0;
    size_t expected = 2;
    bool good = false;
    std::string_view form = "a whole number";
    if (condition.fact == Fact::kAge) {
      good = ParseAge(word, &value);
      form = "a duration such as 90m, 24h or 2d";
    } else if (condition.fact == Fact::kOrderValue) {
      expected = 3;
      form = "an amount and an ISO 4217 code, such as 99.50 CNY";
      if (end - begin == expected) {
        condition.currency = line.words[begin + 2];
        good = ParseAmount(word, condition.currency, &value);
      }
    } else {
      good = ParseNumber(word, &value);
    }
    if (!check_.Require(
            good && end - begin == expected, line.number,
            std::string(line.words[begin - 1]) + " is compared with " + std::string(form))) {
      return false;
    }
    if (relation == ">=" || relation == "=") condition.least = value;
    if (relation == "<=" || relation == "=") condition.greatest = value;
    if (relation == ">") condition.least = value + 1;
    if (relation == "<") condition.greatest = value - 1;
    static constexpr std::string_view kRelations[] = {">=", "<=", ">", "<", "="};
    return check_.Require(
        std::find(std::begin(kRelations), std::end(kRelations), relation) != std::end(kRelations),
        line.number, "numbers are compared by >=, <=, >, < or =");
  }

  const std::shared_ptr<PriorityPolicy> policy_ = std::make_shared<PriorityPolicy>();
  DocumentCheck check_;
  bool seen_[3] = {};
  std::set<std::string, std::less<>> names_;
};

absl::StatusOr<std::shared_ptr<const PriorityPolicy>> PriorityPolicy::Compile(
    std::string version, std::string_view source) {
  return PriorityPolicyReader().Read(std::move(version), source);
}

// Points are chosen so that one "urgent" reason alone reaches P1, one "high" reason P2, and mood or
// standing lift by one band at most. Kept for ever: decisions made by it are replayed.
#define HUIYIN_BANDS "P1 from 100\nP2 from 60\nP3 from 30\n\n"
#define HUIYIN_SINCE_2                                                                             \
  "# Who goes first when no other policy is published.\n" HUIYIN_BANDS                             \
  "# What happened: what blocks a sale goes first, as does what endangers people or their "        \
  "money.\n"                                                                                       \
  "rule urgent          +100 when urgency is URGENT\n"                                             \
  "rule high            +60  when urgency is HIGH\n"                                               \
  "rule needs_action    +30  when urgency is NORMAL\n"                                             \
  "rule payment_blocked +45  when category is PAYMENT\n"                                           \
  "rule out_of_stock    +40  when category is STOCK\n"                                             \
  "rule safety          +60  when urgency is URGENT and category in QUALITY, DAMAGED_ON_ARRIVAL, " \
  "NOT_AS_DESCRIBED\n"                                                                             \
  "rule fraud           +50  when urgency is URGENT and category in ACCOUNT, PAYMENT\n"            \
  "rule account_at_risk +15  when category is ACCOUNT\n"                                           \
  "rule money_awaited   +10  when category is REFUND\n"                                            \
  "\n"                                                                                             \
  "# Who speaks, how often, and in what mood.\n"                                                   \
  "rule vip             +35  when tier is VIP\n"                                                   \
  "rule gold            +15  when tier is GOLD\n"                                                  \
  "rule asks_again      +15  when messages >= 4\n"                                                 \
  "rule comes_again     +15  when earlier_tickets >= 2\n"                                          \
  "rule valuable_order  +10  when order_value >= 2000 CNY\n"                                       \
  "rule unhappy         +10  when sentiment is NEGATIVE\n"                                         \
  "rule one_star        +10  when rating = 1\n"                                                    \
  "rule waits_long      +10  when age >= 24h\n"                                                    \
  "rule praise          -40  when main_category is PRAISE and second_category is NONE\n"

#define HUIYIN_SINCE_3                                                                       \
  HUIYIN_SINCE_2                                                                             \
  "\n"                                                                                       \
  "# A customer whose survey answer asked for a call back has been let down once already.\n" \
  "rule recovery        +60  when channel is SURVEY\n"

std::optional<std::string_view> BuiltInPrioritySource(std::string_view version) {
  if (version == "default-1") {
    return HUIYIN_BANDS R"(rule urgent          +100 when urgency is URGENT
rule high            +60  when urgency is HIGH
rule needs_action    +30  when urgency is NORMAL
rule payment_blocked +45  when category is PAYMENT
rule out_of_stock    +40  when category is STOCK
rule account_at_risk +15  when category is ACCOUNT
rule money_awaited   +10  when category is REFUND
rule vip             +35  when tier is VIP
rule gold            +15  when tier is GOLD
rule unhappy         +10  when sentiment is NEGATIVE
rule one_star        +10  when rating = 1
rule asks_again      +15  when messages >= 4
rule praise          -40  when main_category is PRAISE and second_category is NONE
)";
  }
  if (version == "default-2") return HUIYIN_SINCE_2;
  if (version == "default-3") return HUIYIN_SINCE_3;
  if (version == "default-4") {
    return HUIYIN_SINCE_3 R"(
# All the world reads a review: a low one wants an answer even where its words ask for none, and is
# no praise, however it reads.
rule low_review      +30  when channel is REVIEW and rating <= 2 and urgency is LOW
rule ironic_praise   +40  when channel is REVIEW and rating <= 2 and main_category is PRAISE and second_category is NONE
)";
  }
  return std::nullopt;
}

}  // namespace huiyin::triage
