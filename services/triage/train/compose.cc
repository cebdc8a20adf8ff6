#include "services/triage/train/compose.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "services/triage/train/rng.h"
#include "services/triage/train/vary.h"

namespace huiyin::triage::train {
namespace {

constexpr std::size_t kFewest = 60;         // rows that a language needs
constexpr std::size_t kLongestBytes = 240;  // of a part: longer ones are whole stories already

// The rows of one language by category.
using Shelf = std::array<std::vector<const Row*>, kCategoryCount>;

class Composer {
 public:
  Composer(const Shelf& shelf, Rng* rng) : shelf_(shelf), rng_(*rng) {}

  // Empty text if the shelf has nothing that fits.
  Row Make(const Row& matter) {
    const std::uint64_t kind = rng_.Next() % 24;
    if (kind < 6) return WithChatter(matter);
    if (kind < 12) return Join(matter, Any(*matter.category), matter, {});
    if (kind < 17) return WithRequest(matter);
    if (kind < 20) return WithComplaint(matter);
    return WithOther(matter);
  }

 private:
  static constexpr std::array kCauses = {Category::kQuality, Category::kDamagedOnArrival,
                                         Category::kWrongOrMissingItem, Category::kNotAsDescribed};
  // Of two matters the one that asks for more is what it is about: who tells where the parcel is
  // and wants to cancel, wants to cancel. From what decides to what is told beside it.
  static constexpr std::array kByWeight = {Category::kRefund,         Category::kReturnExchange,
                                           Category::kOrderChange,    Category::kInvoice,
                                           Category::kPricePromotion, Category::kStock,
                                           Category::kPayment,        Category::kLogistics};
  static constexpr std::array kRequests = {Category::kReturnExchange, Category::kReturnExchange,
                                           Category::kRefund, Category::kRepairWarranty};

  const Row* Any(Category category) {
    const auto& rows = shelf_[static_cast<std::size_t>(category)];
    return rows.empty() ? nullptr : rows[rng_.Next() % rows.size()];
  }

  // A greeting or a closing changes nothing.
  Row WithChatter(const Row& matter) {
    const Row* chatter = Any(Category::kOther);
    if (matter.category == Category::kOther) return {};
    return rng_.Next() % 3 == 0 ? Join(matter, chatter, matter, matter.second)
                                : Join(chatter, matter, matter, matter.second);
  }

  // Who says what is wrong and what they want is asking for the latter, whichever comes first.
  Row WithRequest(const Row& matter) {
    if (std::find(kCauses.begin(), kCauses.end(), *matter.category) == kCauses.end()) {
      return Join(matter, Any(*matter.category), matter, {});
    }
    const Row* request = Any(kRequests[rng_.Next() % kRequests.size()]);
    if (request == nullptr) return {};
    return rng_.Next() % 3 == 0 ? Join(request, matter, *request, matter.category)
                                : Join(matter, request, *request, matter.category);
  }

  // Which of the two it is about, the one that comes first says.
  Row WithComplaint(const Row& matter) {
    if (matter.category == Category::kPraise || matter.category == Category::kOther ||
        matter.category == Category::kProductQuestion) {
      return WithChatter(matter);
    }
    const Row* complaint = Any(Category::kServiceComplaint);
    if (complaint == nullptr || rng_.Next() % 2 == 0) {
      return Join(matter, complaint, matter, Category::kServiceComplaint);
    }
    return Join(complaint, matter, *complaint, matter.category);
  }

  Row WithOther(const Row& matter) {
    const auto* mine = std::find(kByWeight.begin(), kByWeight.end(), *matter.category);
    if (mine == kByWeight.end()) return WithRequest(matter);
    const auto* theirs = &kByWeight[rng_.Next() % kByWeight.size()];
    const Row* other = Any(*theirs);
    if (other == nullptr || theirs == mine) return Join(matter, other, matter, {});
    const Row& about = mine < theirs ? matter : *other;
    const Category beside = mine < theirs ? *theirs : *mine;
    return rng_.Next() % 2 == 0 ? Join(matter, other, about, beside)
                                : Join(other, matter, about, beside);
  }

  Row Join(const Row& first, const Row* then, const Row& labels, std::optional<Category> second) {
    return then == nullptr ? Row{} : JoinTexts(first, *then, labels, second);
  }
  Row Join(const Row* first, const Row& then, const Row& labels, std::optional<Category> second) {
    return first == nullptr ? Row{} : JoinTexts(*first, then, labels, second);
  }

  Row JoinTexts(const Row& first, const Row& then, const Row& labels,
                std::optional<Category> second) {
    constexpr std::array<std::string_view, 4> kMarks = {" ", " ", ", ", "\u3002"};
    Row row = labels;
    row.second = second == labels.category ? std::nullopt : second;
    if (first.sentiment == Sentiment::kNegative || then.sentiment == Sentiment::kNegative) {
      row.sentiment = Sentiment::kNegative;
    }
    row.urgency = std::max(*first.urgency, *then.urgency);
    const std::size_t marks = labels.language == "zh" || labels.language == "ja" ? 4 : 3;
    row.text = Said(first) + std::string(kMarks[rng_.Next() % marks]) + Said(then);
    return row;
  }

  std::string Said(const Row& row) {
    return row.language == "zh" ? Vary(row.text, &rng_) : row.text;
  }

  const Shelf& shelf_;
  Rng& rng_;
};

}  // namespace

std::vector<Row> Compose(const std::vector<Row>& rows, float share, std::uint64_t seed) {
  std::map<std::string, std::vector<const Row*>> by_language;
  for (const Row& row : rows) {
    if (!row.category || !row.sentiment || !row.urgency) continue;
    if (row.text.size() <= kLongestBytes) by_language[row.language].push_back(&row);
  }
  Rng rng(seed);
  std::vector<Row> composed;
  for (const auto& [language, parts] : by_language) {
    if (parts.size() < kFewest) continue;
    Shelf shelf;
    for (const Row* part : parts) shelf[static_cast<std::size_t>(*part->category)].push_back(part);
    Composer composer(shelf, &rng);
    for (const Row* part : parts) {
      for (float left = share; left > 0; left -= 1) {
        if (rng.Unit() >= left) continue;
        Row row = composer.Make(*part);
        if (!row.text.empty()) composed.push_back(std::move(row));
      }
    }
  }
  return composed;
}

}  // namespace huiyin::triage::train
