// The port to whoever carries goods back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "services/aftersales/domain/customs.h"
#include "services/aftersales/domain/parcel.h"

namespace huiyin::aftersales {

struct LabelRequest {
  std::string reference;  // ours, stable: however often it is asked for, there is one label
  std::string order_id;   // whose addresses the carrier's side knows; none are kept here
  Handover handover = Handover::kDropOff;
  std::optional<absl::Time> pick_up;
  ReturnShipment shipment;
  std::string currency;  // of the shipment's values
};

struct CarrierAnswer {
  enum class Kind {
    kLabel,
    kRefused,    // no label, and there never will be one for this reference
    kCancelled,  // nothing will be carried
    kTooLate,    // cannot be cancelled: the carrier has the parcel
    kNews,       // what was scanned so far
    kNoAnswer,   // timeout, broken connection, 5xx, nonsense: ask again
  };
  Kind kind = Kind::kNoAnswer;
  std::string carrier, tracking;  // of kLabel and kNews
  std::string label_url;          // of kLabel
  std::string reason;             // of the others
  std::vector<Scan> scans = {};   // of kNews, all of them, in any order
};

// A carrier's callback, after its signature was found good.
struct CarrierNotice {
  std::string reference;
  std::string carrier, tracking;
  Scan scan;
};

// Thread-safe. Implementations: gateways/; tests have their own.
class Carrier {
 public:
  using Done = absl::AnyInvocable<void(CarrierAnswer)>;
  virtual ~Carrier() = default;

  // All return at once and may be repeated without a second effect; `done` is called exactly once,
  // from any thread, and must not block.
  virtual void CreateLabel(const LabelRequest& request, Done done) = 0;
  virtual void Cancel(const std::string& reference, Done done) = 0;
  // What was scanned: callbacks may get lost.
  virtual void Track(const std::string& reference, Done done) = 0;

  // Checks and reads a callback. UNAUTHENTICATED (BAD_SIGNATURE) when it is not the carrier's, or
  // too old; INVALID_ARGUMENT when it makes no sense.
  virtual absl::StatusOr<CarrierNotice> ReadNotice(const std::string& body,
                                                   const std::string& signature) = 0;
};

}  // namespace huiyin::aftersales
