// A customer is erased.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "services/ingest/domain/ticket.h"

namespace huiyin::ingest {

struct Erasure {
  std::string id;
  TenantId tenant;
  std::string requested_by;
  absl::Time at;
  // How much there was.
  int tickets = 0, messages = 0, uploads = 0;
};

}  // namespace huiyin::ingest
