// Who calls, until when, and as part of what: what every handler is given besides its request.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "libs/core/caller.h"

namespace huiyin::rpc {

struct RequestContext {
  Caller caller;
  absl::Time deadline = absl::InfiniteFuture();
  std::string method;  // "/huiyin.ingest.v1.TicketService/CreateTicket"
};

}  // namespace huiyin::rpc
