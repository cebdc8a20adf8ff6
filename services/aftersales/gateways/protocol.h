// How one kind of gateway is spoken to: what is sent, and what its words mean. No I/O.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/aftersales/gateways/http_caller.h"
#include "services/aftersales/usecase/payment_gateway.h"

namespace huiyin::aftersales {

// Immutable; thread-safe. Rules for every kind: only a well-signed word about this very refund
// (same key, same amount) counts; whatever else is kNoAnswer, for anything may have happened.
// Reasons never hold secrets or what the gateway says in prose.
class Protocol {
 public:
  virtual ~Protocol() = default;

  // The call that asks for the refund. An error when the gateway cannot be asked for it at all (an
  // amount or a currency that it does not pay): then nothing is called.
  virtual absl::StatusOr<HttpRequest> RefundCall(const GatewayRefund& refund,
                                                 absl::Time now) const = 0;
  virtual GatewayAnswer ReadRefund(const GatewayRefund& refund, const HttpAnswer& answer) const = 0;

  // The call that asks what became of it.
  virtual absl::StatusOr<HttpRequest> FindCall(const GatewayRefund& refund,
                                               absl::Time now) const = 0;
  // The answer, or one more call to make (the next page).
  virtual std::variant<GatewayAnswer, HttpRequest> ReadFound(const GatewayRefund& refund,
                                                             const HttpAnswer& answer) const = 0;

  // PaymentGateway::ReadNotice.
  virtual absl::StatusOr<GatewayNotice> ReadNotice(const RawNotice& notice,
                                                   absl::Time now) const = 0;
};

// What the protocols say the same way.
GatewayAnswer NoAnswer(std::string reason);
GatewayAnswer Declined(std::string reason);
// For a status that is no statement about a refund.
GatewayAnswer UnexpectedStatus(const HttpAnswer& answer);
absl::Status BadSignature();
// kNoAnswer when `key` or `amount` are not those of `refund`; nothing when they are.
std::optional<GatewayAnswer> AboutAnother(const GatewayRefund& refund, const std::string& key,
                                          const absl::StatusOr<Money>& amount);

// How far a signed callback's time may be off.
inline constexpr absl::Duration kNoticeTolerance = absl::Minutes(5);
bool IsFresh(absl::Time stamped, absl::Time now);

}  // namespace huiyin::aftersales
