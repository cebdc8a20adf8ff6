#include "services/ingest/usecase/erase_customer.h"

#include "libs/core/status.h"

namespace huiyin::ingest {

absl::StatusOr<Erasure> EraseCustomer(Unit& unit, const Caller& caller,
                                      const CustomerId& customer) {
  Erasure erasure{.id = unit.ids.NewId(),
                  .tenant = caller.tenant,
                  .requested_by = caller.subject,
                  .at = unit.clock.Now()};
  HUIYIN_RETURN_IF_ERROR(unit.store.EraseCustomer(customer, erasure));
  HUIYIN_RETURN_IF_ERROR(unit.events.CustomerErased(caller, customer, erasure));
  return erasure;
}

absl::StatusOr<std::optional<Upload>> EraseUpload(Unit& unit, const TenantId& tenant,
                                                  const UploadId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Upload> upload, unit.store.FindUpload(tenant, id));
  if (upload.has_value()) HUIYIN_RETURN_IF_ERROR(unit.store.RemoveUpload(*upload));
  return upload;
}

}  // namespace huiyin::ingest
