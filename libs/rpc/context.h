// Who calls, until when, and as part of what: what every handler is given besides its request.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "libs/core/strong_id.h"

namespace huiyin::rpc {

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
  TenantId tenant;      // from the token; every lookup is within it
  std::string subject;  // customer id, agent id or system name
  uint32_t roles = 0;   // bit r for Role r

  bool Is(Role role) const { return roles >> static_cast<int>(role) & 1; }
};

struct RequestContext {
  Caller caller;
  absl::Time deadline = absl::InfiniteFuture();
  std::string traceparent;  // this request's span, W3C form, for events and calls it causes
  std::string method;       // "/huiyin.ingest.v1.TicketService/CreateTicket"
};

}  // namespace huiyin::rpc
