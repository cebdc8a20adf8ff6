// What an entity adds to the rollups as it is now. A change of an entity takes its old
// contributions out and puts the new ones in, so corrections, merges and late news leave exact
// figures.
#pragma once

#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/time/time.h"
#include "services/analytics/domain/cells.h"
#include "services/analytics/domain/entities.h"
#include "services/analytics/domain/fact.h"

namespace huiyin::analytics {

struct Contribution {
  Cube cube;
  int64_t at;  // seconds since 1970
  CellKey key{};
  CellValues values{};

  friend bool operator==(const Contribution&, const Contribution&) = default;
};
using ContributionList = std::vector<Contribution>;

// Whether entities of this kind add anything.
template <class State>
inline constexpr bool kContributes = !std::is_same_v<State, ExampleState>;

// Append to `out`. Entities that count nowhere add nothing. What they add are sums only: maxima,
// such as those that tell customers apart, cannot be taken back.
void Contribute(const TicketState& ticket, ContributionList& out);
void Contribute(const OrderState& order, ContributionList& out);
void Contribute(const RmaState& rma, ContributionList& out);
void Contribute(const RefundState& refund, ContributionList& out);
void Contribute(const ReviewState& review, ContributionList& out);
void Contribute(const CustomerState& customer, ContributionList& out);

// What a survey answer is about, as known when it was given; 0: unknown, or several.
struct AnsweredAbout {
  Goods goods;
  uint32_t category = 0, channel = 0, language = 0, country = 0;
  bool own_case = false;  // not told of by a ticket or a return
};
void Contribute(const SurveyAnswer& answer, const AnsweredAbout& about, absl::Time at,
                ContributionList& out);

// Scores of a survey question: from `lowest` to `highest`; which are good, and which low.
struct SurveyScale {
  int lowest = 0, highest = 0, low_at_most = -1, good_at_least = 1000;
};
// Of a value of kSurvey; without good and low scores when there is no such kind.
SurveyScale ScaleOf(uint32_t kind);

// True when the ticket tells of something wrong with goods or their way to the customer.
bool IsComplaint(const TicketState& ticket);
// True when it is a complaint, and about goods or a way that is known.
bool IsSignal(const TicketState& ticket);

// The category that a return's reason speaks of, for example QUALITY for "DEFECTIVE"; 0 for reasons
// that blame nothing ("NO_LONGER_WANTED").
uint32_t IssueOfReason(std::string_view reason);

}  // namespace huiyin::analytics
