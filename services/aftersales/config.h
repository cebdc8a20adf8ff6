// Settings of the aftersales service, besides those every service has (libs/host/settings.h).
#pragma once

#include "libs/config/settings.h"

namespace huiyin::aftersales {

inline std::vector<config::Setting> Settings() {
  using config::Type;
  return {
      {"gateway.url", Type::kString, "http://127.0.0.1:7420",
       "Base URL of the payment gateway for payments whose gateway gateway.file does not name; its "
       "protocol: deploy/gateway_sim/README.md."},
      {"gateway.file", Type::kFile, "",
       "Gateways by name (Payment.gateway) with protocol, address and key files; an example: "
       "deploy/gateway_sim/gateways.yaml."},
      {"gateway.secret", Type::kString, "local-gateway-secret",
       "Secret that calls to the gateway and its callbacks are signed with.", /*secret=*/true},
      {"gateway.timeout", Type::kDuration, "10s",
       "Longest a call to the gateway may take; then the refund is UNKNOWN and is asked about."},
      {"gateway.max_in_flight", Type::kInt, "256", "Calls to the gateway at once."},
      {"gateway.key_retention", Type::kDuration, "24h",
       "How long the gateway keeps idempotency keys; later it is asked, never called again."},
      {"gateway.first_ask", Type::kDuration, "2s",
       "How soon a refund without an answer is asked about; doubles each time."},
      {"gateway.last_ask", Type::kDuration, "10m", "Longest between two such questions."},
      {"carrier.url", Type::kString, "",
       "Base URL of the carrier's service, which makes labels for returns; its protocol: "
       "deploy/gateway_sim/README.md. Empty: there is none, and customers send goods themselves."},
      {"carrier.secret", Type::kString, "local-gateway-secret",
       "Secret that calls to the carrier and its callbacks are signed with.", /*secret=*/true},
      {"carrier.timeout", Type::kDuration, "10s",
       "Longest a call to the carrier may take; then it is made again under the same reference."},
      {"policy.file", Type::kFile, "",
       "Return policy, YAML; empty: the one that ships. The shipped one stays known, so that old "
       "verdicts can be replayed."},
  };
}

}  // namespace huiyin::aftersales
