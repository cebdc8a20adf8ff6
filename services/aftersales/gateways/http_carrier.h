// Carrier over signed HTTP, as deploy/gateway_sim/README.md describes it: POST {url}/carrier/labels
// with our reference, POST {url}/carrier/labels/cancel to cancel, every call signed as the signed
// HTTP gateway's are; callbacks carry "t=UNIX_SECONDS,v1=HEX" over UNIX_SECONDS "." BODY.
#pragma once

#include "libs/core/clock.h"
#include "services/aftersales/gateways/http_caller.h"
#include "services/aftersales/usecase/carrier.h"

namespace huiyin::aftersales {

// Thread-safe.
class HttpCarrier final : public Carrier {
 public:
  struct Options {
    std::string url;     // "http://127.0.0.1:7420"
    std::string secret;  // shared with the carrier
    HttpCaller::Options calls;
  };
  // `clock` must outlive it.
  HttpCarrier(Options options, const Clock& clock);

  void CreateLabel(const LabelRequest& request, Done done) override;
  void Cancel(const std::string& reference, Done done) override;
  void Track(const std::string& reference, Done done) override;
  absl::StatusOr<CarrierNotice> ReadNotice(const std::string& body,
                                           const std::string& signature) override;

 private:
  HttpRequest Signed(const std::string& target, std::string body) const;

  const Options options_;
  const Clock& clock_;
  HttpCaller caller_;
};

}  // namespace huiyin::aftersales
