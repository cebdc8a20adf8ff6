// The part of the store that keeps parcels; see store.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aftersales/domain/parcel.h"

namespace huiyin::aftersales {

// A parcel about which the carrier is to be called.
struct DueParcel {
  TenantId tenant;
  ParcelId parcel;
};

class ParcelStore {
 public:
  virtual ~ParcelStore() = default;

  virtual absl::StatusOr<std::optional<Parcel>> FindParcel(const TenantId& tenant,
                                                           const ParcelId& parcel) = 0;
  // Of the RMA in the order of their ids, after the id `after`; ids rise with time.
  virtual absl::StatusOr<std::vector<Parcel>> ListParcels(const TenantId& tenant, const RmaId& rma,
                                                          size_t size,
                                                          const std::string& after) = 0;
  virtual absl::Status InsertParcel(const TenantId& tenant, const Parcel& parcel) = 0;
  // All but its scans. ABORTED when it is no longer at `parcel.version`; the stored version becomes
  // one more, as does `parcel`'s.
  virtual absl::Status SaveParcel(const TenantId& tenant, Parcel& parcel) = 0;
  // False when the scan is known already.
  virtual absl::StatusOr<bool> InsertScan(const TenantId& tenant, const ParcelId& parcel,
                                          const Scan& scan) = 0;
  // Of all tenants, the most overdue first.
  virtual absl::StatusOr<std::vector<DueParcel>> DueParcels(absl::Time now, size_t limit) = 0;
};

}  // namespace huiyin::aftersales
