// The simulated payment gateway; README.md describes what it answers.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "libs/core/clock.h"
#include "libs/db/database.h"
#include "libs/http/server.h"

namespace huiyin::gateway_sim {

// Thread-safe.
class Gateway {
 public:
  // Keeps its refunds in the SQLite file `state`. `clock` must outlive the gateway.
  static absl::StatusOr<std::unique_ptr<Gateway>> Open(const std::string& state,
                                                       const std::string& secret,
                                                       const Clock& clock);

  http::Response Handle(const http::Request& request);

 private:
  // How the next refund calls misbehave; counts run down to 0.
  struct Faults {
    int latency_ms = 0;
    bool outage = false;
    std::map<std::string, int> next;  // "drop_after_effect" → calls left
  };

  Gateway(std::unique_ptr<db::Database> database, std::string secret, const Clock& clock);

  http::Response Merchant(const http::Request& request);
  http::Response CreateRefund(const http::Request& request);
  http::Response FindRefund(const std::string& key);
  http::Response Control(const http::Request& request);
  http::Response Statistics();
  bool SignatureHolds(const http::Request& request) const;
  // True when the fault is due; counts it down.
  bool Take(const std::string& fault);

  const std::unique_ptr<db::Database> database_;
  const std::string secret_;
  const Clock& clock_;
  std::mutex mutex_;
  Faults faults_;
  int64_t calls_ = 0;
};

}  // namespace huiyin::gateway_sim
