// The gateways that payments name, each with its own protocol, address and keys; see
// deploy/gateway_sim/gateways.yaml for an example of the file.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "libs/core/clock.h"
#include "libs/core/id.h"
#include "services/aftersales/domain/gateway_rules.h"
#include "services/aftersales/gateways/http_gateway.h"
#include "services/aftersales/gateways/signed_http.h"

namespace huiyin::aftersales {

struct GatewayEntry {
  std::shared_ptr<const Protocol> protocol;
  GatewayProtocol kind = GatewayProtocol::kSignedHttp;
  // The gateway keeps idempotency keys for at least so long.
  absl::Duration key_retention;
};
using GatewayEntries = std::map<std::string, GatewayEntry, std::less<>>;

// Reads the file: a map `gateways` from the names in Payment.gateway to their settings. Secrets and
// keys are in files of their own, named relative to the file's folder. INVALID_ARGUMENT names the
// gateway and the setting, never a secret. `ids` must outlive the entries. `key_retention` is for
// those that do not say.
absl::StatusOr<GatewayEntries> LoadGateways(const std::string& file, absl::Duration key_retention,
                                            IdGenerator& ids);

GatewayRules RulesOf(const GatewayEntries& entries);

// Sends each refund to the gateway that captured its payment. Thread-safe.
class GatewayTable final : public PaymentGateway {
 public:
  // Payments of gateways that `entries` does not name go to `others`. `clock` must outlive it.
  GatewayTable(const GatewayEntries& entries, SignedHttpOptions others,
               const HttpCaller::Options& calls, const Clock& clock);

  void Refund(const GatewayRefund& refund, Done done) override;
  void Find(const GatewayRefund& refund, Done done) override;
  absl::StatusOr<GatewayNotice> ReadNotice(const RawNotice& notice) override;

 private:
  PaymentGateway& Of(std::string_view gateway);

  std::map<std::string, HttpGateway, std::less<>> gateways_;
  std::unique_ptr<HttpGateway> others_;
  std::unique_ptr<HttpCaller> caller_;  // stops first
};

}  // namespace huiyin::aftersales
