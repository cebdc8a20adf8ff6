// The port to whoever holds the customers' money.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "libs/core/money.h"

namespace huiyin::aftersales {

struct GatewayRefund {
  std::string gateway;          // as in Payment.gateway: "stripe", "alipay" …
  std::string idempotency_key;  // stable: see IdempotencyKey
  std::string payment_id;
  Money amount;
  int64_t captured = 0;  // of the payment, in the same currency
};

struct GatewayAnswer {
  enum class Kind {
    kPaid,      // the money is on its way to the customer
    kDeclined,  // nothing was paid, and never will be for this key
    kPending,   // accepted; the end is not known yet
    kNotFound,  // asked only: the gateway has never seen this key
    kNoAnswer,  // timeout, broken connection, 5xx, nonsense: anything may have happened
    kReversed,  // paid, and the money came back
  };
  Kind kind = Kind::kNoAnswer;
  std::string gateway_refund_id;  // of kPaid, kPending, kReversed
  std::string reason;             // of kDeclined, kNoAnswer
  // Of kDeclined: the gateway takes back even what it reported as paid before (a bank returned it).
  bool after_all = false;
};

// Money that the customer's bank took back.
struct NoticedChargeback {
  std::string id;
  std::string payment_id;
  Money amount;
  bool won = false;  // and gave back again: the shop won the dispute
};

// A gateway's callback, after its signature was found good.
struct GatewayNotice {
  std::string idempotency_key;
  GatewayAnswer answer;
  std::optional<Money> amount;  // of the refund, where the callback tells
  // Set when it tells of a chargeback instead; then the rest is empty.
  std::optional<NoticedChargeback> chargeback;
};

// A callback as it came in.
struct RawNotice {
  std::string gateway;  // as in Payment.gateway
  std::string body;
  std::string signature;                       // the gateway's one signature header, if it has one
  std::map<std::string, std::string> headers;  // names in lower case
};

// Thread-safe. Implementations: gateways/; tests have their own.
class PaymentGateway {
 public:
  using Done = absl::AnyInvocable<void(GatewayAnswer)>;
  virtual ~PaymentGateway() = default;

  // Asks for the refund; repeats with the same key have one effect while the gateway keeps its
  // keys. Returns at once; `done` is called exactly once, from any thread, and must not block.
  virtual void Refund(const GatewayRefund& refund, Done done) = 0;
  // Asks what became of it. Has no effect.
  virtual void Find(const GatewayRefund& refund, Done done) = 0;

  // Checks and reads a callback. UNAUTHENTICATED (BAD_SIGNATURE) when it is not the gateway's, or
  // too old; INVALID_ARGUMENT when it makes no sense.
  virtual absl::StatusOr<GatewayNotice> ReadNotice(const RawNotice& notice) = 0;
};

}  // namespace huiyin::aftersales
