// Who is calling, as established by authentication (libs/rpc). Use cases decide with it what the
// caller may see and do.
#pragma once

#include <cstdint>
#include <string>

#include "libs/core/strong_id.h"

namespace huiyin {

// Numbers of huiyin.common.v1.Role.
enum class Role {
  kCustomer = 1,
  kAgent = 2,
  kLead = 3,
  kPlatform = 4,
  kOperator = 5,
  kService = 6
};

struct Caller {
  TenantId tenant;          // from the token; every lookup is within it
  std::string subject;      // customer id, agent id or system name
  uint32_t roles = 0;       // bit r for Role r
  std::string traceparent;  // the request's span, W3C form, for the events it causes; may be empty

  bool Is(Role role) const { return roles >> static_cast<int>(role) & 1; }
};

}  // namespace huiyin
