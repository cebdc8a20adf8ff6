// What an entity adds to the rollups as it is now. A change of an entity takes its old
// contributions out and puts the new ones in, so corrections, merges and late news leave exact
// figures.
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/analytics/domain/cells.h"
#include "services/analytics/domain/entities.h"

namespace huiyin::analytics {

// A dimension value before texts are given numbers.
struct DimensionValue {
  DimensionValue(uint32_t n) : number(n) {}                     // NOLINT: both kinds read alike
  DimensionValue(const std::string& t) : number(0), text(t) {}  // NOLINT
  uint32_t number;
  std::string_view text;  // of the entity; interned for dimensions of texts

  friend bool operator==(const DimensionValue&, const DimensionValue&) = default;
};

struct Contribution {
  Cube cube;
  absl::Time at;
  std::vector<DimensionValue> key;  // in the cube's order; refers to the entity
  CellValues values{};

  friend bool operator==(const Contribution&, const Contribution&) = default;
};

// Refer to the state, which must outlive them.
std::vector<Contribution> Contributions(const TicketState& ticket);
std::vector<Contribution> Contributions(const OrderState& order);
std::vector<Contribution> Contributions(const RmaState& rma);
std::vector<Contribution> Contributions(const RefundState& refund);
// Of a survey answer about `ticket` (empty state: about none that is known).
std::vector<Contribution> Contributions(const SurveyAnswer& answer, absl::Time at,
                                        const TicketState& ticket);

// True when the ticket tells of something wrong with goods.
bool IsComplaint(const TicketState& ticket);

// The category that a return's reason speaks of, for example QUALITY for "DEFECTIVE"; 0 for reasons
// that blame nothing ("NO_LONGER_WANTED").
uint32_t IssueOfReason(std::string_view reason);

}  // namespace huiyin::analytics
