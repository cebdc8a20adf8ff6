// Erases a customer: nothing here leads to the person afterwards, and the other services are told.
#pragma once

#include "absl/status/statusor.h"
#include "services/ingest/domain/erasure.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::ingest {

// Also for customers nobody knows here: others may know them.
absl::StatusOr<Erasure> EraseCustomer(Unit& unit, const Caller& caller, const CustomerId& customer);

// Forgets an upload of an erased customer. The upload, whose bytes may go; nothing when it is gone.
absl::StatusOr<std::optional<Upload>> EraseUpload(Unit& unit, const TenantId& tenant,
                                                  const UploadId& id);

}  // namespace huiyin::ingest
