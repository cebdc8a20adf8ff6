// Whether everything that was written has arrived everywhere: events of all services compared.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "deploy/client/connection.h"

namespace huiyin::client {

struct Reading {
  std::string service;  // also the name of its consumer
  std::string topic;
  int64_t seen = 0;
  int64_t parked = 0;
};

struct Delivery {
  std::map<std::string, int64_t> written;         // topic → events, all tenants, all time
  std::map<std::string, std::string> written_by;  // topic → service
  std::vector<Reading> readings;                  // one for every topic that a service reads

  // Events that somebody has not seen yet, over all readings.
  int64_t Missing() const;
  int64_t Parked() const;
};

// Asks every service. Needs role operator.
absl::StatusOr<Delivery> GetDelivery(Connection& connection);

// Asks until nothing is missing, twice in a row with the same counts: then no event is under way
// that causes others. `watch` is told every time. DEADLINE_EXCEEDED after `timeout`, saying who
// misses what.
absl::StatusOr<Delivery> WaitUntilDelivered(
    Connection& connection, absl::Duration timeout,
    const std::function<void(const Delivery&)>& watch = [](const Delivery&) {});

}  // namespace huiyin::client
