#include "services/aftersales/gateways/http_gateway.h"

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

// Pages that a question may take at most; a payment has no thousand refunds.
constexpr int kMaxPages = 10;

void AskPage(std::shared_ptr<const Protocol> protocol, HttpCaller& caller,
             const GatewayRefund& refund, HttpRequest request, int pages_left,
             PaymentGateway::Done done) {
  caller.Start(std::move(request), [protocol = std::move(protocol), &caller, refund, pages_left,
                                    done = std::move(done)](HttpAnswer answer) mutable {
    auto found = protocol->ReadFound(refund, answer);
    if (auto* const said = std::get_if<GatewayAnswer>(&found)) {
      done(std::move(*said));
    } else if (pages_left <= 1) {
      done(NoAnswer("the gateway lists too many refunds of the payment"));
    } else {
      AskPage(std::move(protocol), caller, refund, std::move(std::get<HttpRequest>(found)),
              pages_left - 1, std::move(done));
    }
  });
}

}  // namespace

HttpGateway::HttpGateway(std::shared_ptr<const Protocol> protocol, HttpCaller& caller,
                         const Clock& clock)
    : protocol_(std::move(protocol)), caller_(caller), clock_(clock) {}

void HttpGateway::Refund(const GatewayRefund& refund, Done done) {
  absl::StatusOr<HttpRequest> request = protocol_->RefundCall(refund, clock_.Now());
  if (!request.ok()) {
    done(Declined(
        Concat("the gateway cannot be asked for it: ", std::string(request.status().message()))));
    return;
  }
  caller_.Start(*std::move(request),
                [protocol = protocol_, refund, done = std::move(done)](HttpAnswer answer) mutable {
                  done(protocol->ReadRefund(refund, answer));
                });
}

void HttpGateway::Find(const GatewayRefund& refund, Done done) {
  absl::StatusOr<HttpRequest> request = protocol_->FindCall(refund, clock_.Now());
  if (!request.ok()) {
    done(NoAnswer("the gateway cannot be asked about it"));
    return;
  }
  AskPage(protocol_, caller_, refund, *std::move(request), kMaxPages, std::move(done));
}

absl::StatusOr<GatewayNotice> HttpGateway::ReadNotice(const RawNotice& notice) {
  return protocol_->ReadNotice(notice, clock_.Now());
}

}  // namespace huiyin::aftersales
