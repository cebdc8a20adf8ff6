// Evidence as the JSON text that table alert keeps.
#pragma once

#include <string>
#include <string_view>

#include "services/analytics/domain/alert.h"

namespace huiyin::analytics {

std::string ToJson(const Evidence& evidence);
// Missing members keep their defaults; text that is not JSON gives empty evidence.
Evidence EvidenceFromJson(std::string_view json);

}  // namespace huiyin::analytics
