// The simulated carrier: labels for parcels, cancelled or scanned later. README.md describes what
// it answers.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "libs/core/clock.h"
#include "libs/db/database.h"
#include "libs/db/group_commit.h"
#include "libs/http/server.h"

namespace huiyin::gateway_sim {

// Thread-safe.
class Carrier {
 public:
  // Keeps its labels in the SQLite file `state`. `clock` must outlive it.
  static absl::StatusOr<std::unique_ptr<Carrier>> Open(const std::string& state, std::string secret,
                                                       const Clock& clock);

  // A call whose path begins with "/carrier/".
  http::Response Handle(const http::Request& request);

 private:
  Carrier(std::unique_ptr<db::Database> database, std::string secret, const Clock& clock)
      : database_(std::move(database)),
        writer_(*database_, {}),
        secret_(std::move(secret)),
        clock_(clock) {}

  http::Response Create(const nlohmann::json& wanted);
  http::Response Cancel(const std::string& reference);
  http::Response Scans(const std::string& reference);
  http::Response Control(const http::Request& request);
  http::Response Notice(const nlohmann::json& scan);
  http::Response Statistics();
  // True when the fault is due; counts it down.
  bool Take(const std::string& fault);

  const std::unique_ptr<db::Database> database_;
  db::GroupCommit writer_;
  const std::string secret_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, int> faults_;  // calls left
  bool outage_ = false;
  int64_t calls_ = 0;
};

}  // namespace huiyin::gateway_sim
