// Where the texts are: ingest keeps them, triage reads them when it decides and keeps none. A port:
// implemented by clients/ingest_messages.h.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/domain/decision.h"

namespace huiyin::triage {

// Thread-safe.
class MessageSource {
 public:
  virtual ~MessageSource() = default;
  // Texts by id, subject lines included; ids that do not exist (any more) are left out. May block;
  // fails with UNAVAILABLE or DEADLINE_EXCEEDED when ingest does not answer.
  virtual absl::StatusOr<std::map<MessageId, std::string>> Fetch(
      const TenantId& tenant, const std::vector<MessageId>& ids) = 0;
};

}  // namespace huiyin::triage
