// The simulated payment gateway, and the carrier beside it; README.md describes what they answer.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "deploy/gateway_sim/carrier.h"
#include "deploy/gateway_sim/face.h"
#include "libs/core/clock.h"
#include "libs/http/server.h"

namespace huiyin::gateway_sim {

// Thread-safe.
class Gateway {
 public:
  // Keeps its refunds in the SQLite file `state`, the carrier its labels in one beside it. Without
  // `keys` it has the signed_http face only. `clock` must outlive the gateway.
  static absl::StatusOr<std::unique_ptr<Gateway>> Open(const std::string& state,
                                                       const std::string& secret,
                                                       const Clock& clock,
                                                       std::optional<Keys> keys = std::nullopt);

  http::Response Handle(const http::Request& request);

 private:
  Gateway(std::unique_ptr<Books> books, std::unique_ptr<Carrier> carrier, const std::string& secret,
          const Clock& clock, std::optional<Keys> keys);

  http::Response Control(const http::Request& request);
  http::Response Notice(const nlohmann::json& wanted);
  http::Response Statistics();

  const std::unique_ptr<Books> books_;
  const std::unique_ptr<Carrier> carrier_;
  const std::optional<Keys> keys_;
  std::map<std::string, std::unique_ptr<Face>> faces_;
};

}  // namespace huiyin::gateway_sim
