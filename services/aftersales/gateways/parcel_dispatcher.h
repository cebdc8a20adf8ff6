// Takes booked parcels to the carrier, and its labels back; the same for cancellations; and asks
// for scans that it may have told of in vain. A call without an answer is repeated under the same
// reference, which has no second effect.
#pragma once

#include "services/aftersales/gateways/call_loop.h"
#include "services/aftersales/usecase/parcels.h"

namespace huiyin::obs {
class Metrics;
}

namespace huiyin::aftersales {

struct ParcelDispatch {
  CallLoop::Options loop = {.max_in_flight = 64};
  CarrierTiming timing;
};

// References must outlive the loop, and the carrier every call it makes. Replicas may run side by
// side: a parcel is claimed by exactly one at a time.
std::unique_ptr<CallLoop> MakeParcelDispatcher(Carrier& carrier, RunQuery query, SubmitWork submit,
                                               const Clock& clock, obs::Metrics& metrics,
                                               const ParcelDispatch& options);

}  // namespace huiyin::aftersales
