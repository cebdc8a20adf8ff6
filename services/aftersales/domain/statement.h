// A payment gateway's statement of a period: what it says it paid, line by line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/money.h"

namespace huiyin::aftersales {

inline constexpr size_t kMaxStatementLines = 100'000;

// Stored by number: never renumber.
enum class StatementLineType {
  kRefund = 1,
  kChargeback = 2,
  kChargebackWon = 3,  // the bank gave the money of a chargeback back
};

struct StatementLine {
  int64_t number = 0;  // in the file, from 1
  StatementLineType type = StatementLineType::kRefund;
  std::string key;         // our idempotency key, or the bank's id of a chargeback
  std::string gateway_id;  // may be empty
  Money amount;            // > 0: left us, or with kChargebackWon came back
  friend bool operator==(const StatementLine&, const StatementLine&) = default;
};

// Numbers of huiyin.aftersales.v1.StatementFormat.
enum class StatementFormat { kCsv = 1, kJsonLines = 2 };

// INVALID_ARGUMENT with up to 20 violations ("line 7", what is wrong) when a line cannot be read,
// or there are more than kMaxStatementLines. Amounts are decimal numbers of the currency ("12.34").
absl::StatusOr<std::vector<StatementLine>> ReadStatement(StatementFormat format,
                                                         std::string_view text);

// Numbers of huiyin.aftersales.v1.DifferenceKind; stored.
enum class DifferenceKind {
  kMissingHere = 1,
  kMissingThere = 2,
  kAmountDiffers = 3,
  kDuplicate = 4
};
inline constexpr int kDifferenceKinds = 4;

struct Difference {
  std::string id;
  std::string statement;
  std::string gateway;
  DifferenceKind kind = DifferenceKind::kMissingHere;
  std::string key;
  std::string gateway_id;
  int64_t line = 0;  // 0: of no line
  Money ours;        // of no currency: unknown here
  Money theirs;      // of no currency: unknown there
  std::string detail;
  absl::Time created;
  std::optional<absl::Time> resolved;
  std::string resolved_by;
  std::string note;
};

struct Statement {
  std::string id;
  std::string gateway;
  absl::Time start, end;
  std::string content_hash;  // of the file
  std::string imported_by;
  absl::Time imported;
  int64_t lines = 0, matched = 0;
  int64_t differences[kDifferenceKinds] = {};  // by kind − 1

  int64_t Count(DifferenceKind kind) const { return differences[static_cast<int>(kind) - 1]; }
};

}  // namespace huiyin::aftersales
