// Events as analytics keeps them: the log that figures are counted from and can be counted from
// anew at any time.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace huiyin::analytics {

struct LoggedEvent {
  int64_t position = 0;  // 1, 2, 3 … without gaps, in the order of arrival
  std::string tenant;
  std::string type;  // message name without package, "TicketCreated"
  absl::Time at;     // when it happened
  std::string body;  // serialized message
};

}  // namespace huiyin::analytics
