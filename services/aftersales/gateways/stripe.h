// Stripe's REST API: POST /v1/refunds (form, Idempotency-Key) and GET /v1/refunds?payment_intent=…
// to ask. The refund carries our key in metadata[huiyin_refund], for Stripe cannot be asked by
// idempotency key; Stripe replays a key's first answer, a 500 too, for at least 24 hours.
//
// Callbacks: Stripe-Signature, tolerance 5 minutes; events refund.* and charge.refund.updated tell
// of refunds, charge.dispute.created of a chargeback. A payment id that begins with "ch_" is a
// charge, any other a payment intent.
#pragma once

#include "services/aftersales/gateways/protocol.h"

namespace huiyin::aftersales {

struct StripeOptions {
  std::string url;             // "https://api.stripe.com"
  std::string secret_key;      // "sk_…"
  std::string webhook_secret;  // "whsec_…"
};

class Stripe final : public Protocol {
 public:
  explicit Stripe(StripeOptions options) : options_(std::move(options)) {}

  absl::StatusOr<HttpRequest> RefundCall(const GatewayRefund& refund,
                                         absl::Time now) const override;
  GatewayAnswer ReadRefund(const GatewayRefund& refund, const HttpAnswer& answer) const override;
  absl::StatusOr<HttpRequest> FindCall(const GatewayRefund& refund, absl::Time now) const override;
  std::variant<GatewayAnswer, HttpRequest> ReadFound(const GatewayRefund& refund,
                                                     const HttpAnswer& answer) const override;
  absl::StatusOr<GatewayNotice> ReadNotice(const RawNotice& notice, absl::Time now) const override;

 private:
  HttpRequest ListCall(const GatewayRefund& refund, const std::string& after) const;
  const StripeOptions options_;
};

}  // namespace huiyin::aftersales
