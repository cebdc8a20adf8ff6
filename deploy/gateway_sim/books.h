// The simulator's memory: refunds and movements of money, kept durably, and how the next calls
// misbehave. Knows nothing of how merchants speak to it.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/db/database.h"
#include "libs/db/group_commit.h"

namespace huiyin::gateway_sim {

struct Refund {
  std::string key;      // the merchant's, under which it is paid once
  std::string face;     // through which it was asked for: "signed_http", "stripe" …
  std::string id;       // ours
  std::string payment;  // the merchant's
  std::string currency;
  std::string status;  // "succeeded", "failed", "pending", "reversed"
  int64_t amount = 0;  // in the face's units
  bool forgotten = false;
  bool broken = false;  // every further call with the key gets an error
};

// What a call for a refund comes to.
struct Outcome {
  enum class Kind {
    kRefund,
    kConflict,  // the key was used with another body
    kError,     // say 500; the money may have moved
    kDrop,      // close the connection; the money may have moved
  };
  Kind kind = Kind::kRefund;
  Refund refund;
};

// Thread-safe.
class Books {
 public:
  static absl::StatusOr<std::unique_ptr<Books>> Open(const std::string& state);

  // Counts a merchant's call. False: there is an outage, answer 503.
  bool Enter();
  // How long an answer takes.
  absl::Duration Latency();

  // `forgets`: whether a forgotten key pays again.
  absl::StatusOr<Outcome> Make(Refund asked, bool forgets);
  absl::StatusOr<std::optional<Refund>> Find(const std::string& key);
  // The oldest first.
  absl::StatusOr<std::vector<Refund>> OfPayment(const std::string& payment);

  // One field of README.md's table; INVALID_ARGUMENT when it is none.
  absl::Status Set(const std::string& field, const nlohmann::json& value);
  // {"refunds", "effects", "calls", "paid_twice"}.
  absl::StatusOr<nlohmann::json> Statistics();

 private:
  // How the next calls misbehave; counts run down to 0.
  struct Faults {
    int latency_ms = 0;
    bool outage = false;
    int outage_every = 0;
    bool same_amount_block = false;
    std::map<std::string, int> next;  // "drop_after_effect" → calls left
  };

  explicit Books(std::unique_ptr<db::Database> database)
      : database_(std::move(database)), writer_(*database_, {}) {}
  // True when the fault is due; counts it down.
  bool Take(const std::string& fault);
  absl::Status Pay(db::Transaction& tx, const Refund& refund);

  const std::unique_ptr<db::Database> database_;
  db::GroupCommit writer_;
  std::mutex mutex_;
  Faults faults_;
  int64_t calls_ = 0;
};

}  // namespace huiyin::gateway_sim
