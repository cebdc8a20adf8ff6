// Parcels in which goods come back: booked, labelled by the carrier, scanned on their way. What is
// recorded before the carrier is called and what its answers do; no call is ever made inside these
// transactions.
#pragma once

#include "services/aftersales/usecase/carrier.h"
#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct BookParcelCommand {
  RmaId rma;
  Handover handover = Handover::kDropOff;
  std::optional<absl::Time> pick_up;
};

// FAILED_PRECONDITION: WRONG_STATE unless goods of the RMA are awaited, PARCEL_EXISTS while another
// parcel may bring them. INVALID_ARGUMENT for a pick-up in the past or more than 30 days away.
absl::StatusOr<Parcel> BookParcel(Unit& unit, const Caller& caller,
                                  const BookParcelCommand& command);
// FAILED_PRECONDITION (WRONG_STATE) once the carrier has it.
absl::StatusOr<Parcel> CancelParcel(Unit& unit, const Caller& caller, const ParcelId& parcel);
// Cancels what is open of an RMA that has ended.
absl::Status CancelParcelsOf(Unit& unit, const TenantId& tenant, const RmaId& rma);

// NOT_FOUND for what does not exist, is another tenant's, or another customer's.
absl::StatusOr<Parcel> GetParcel(View& view, const Caller& caller, const ParcelId& parcel);
// Of the RMA, the oldest first.
absl::StatusOr<std::vector<Parcel>> ListParcels(View& view, const Caller& caller, const RmaId& rma,
                                                const Page& page);

struct CarrierTiming {
  // After a claim the parcel belongs to the claimer for so long; then another may call again.
  absl::Duration lease = absl::Seconds(60);
  // How soon a call without an answer is repeated, doubling up to the second.
  absl::Duration first_retry = absl::Seconds(2);
  absl::Duration last_retry = absl::Minutes(10);
};

// What the claimer must do, after the claim has committed.
struct ClaimedParcel {
  enum class Call { kLabel, kCancel, kTrack };
  TenantId tenant;
  OrderId order;
  ParcelId parcel;
  Call call = Call::kLabel;
  LabelRequest label;  // of kLabel
};
absl::StatusOr<std::vector<ClaimedParcel>> ClaimParcels(Unit& unit, const CarrierTiming& timing,
                                                        size_t limit);

// Records what the carrier said. Repeats and late answers are harmless. A parcel with a label or on
// its way is asked about after 6 hours without news, then less and less often, daily at last, until
// nothing has changed for 60 days.
absl::Status RecordCarrierAnswer(Unit& unit, const TenantId& tenant, const ParcelId& parcel,
                                 const CarrierAnswer& answer, const CarrierTiming& timing);

// Records a scan, each once, in whatever order they come. The first moves an RMA that awaits its
// goods to IN_TRANSIT, one of a loss to LOST. NOT_FOUND when no parcel of the tenant is meant.
absl::Status RecordScan(Unit& unit, const Caller& caller, const CarrierNotice& notice);

}  // namespace huiyin::aftersales
