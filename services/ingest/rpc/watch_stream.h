// TicketService.WatchTickets: follows the order of changes in the database, so that it sees what
// any replica writes.
#pragma once

#include "absl/time/time.h"
#include "huiyin/ingest/v1/ticket_service.pb.h"
#include "libs/core/clock.h"
#include "libs/rpc/methods.h"
#include "services/ingest/usecase/open_unit.h"

namespace huiyin::ingest {

// Serves one stream until its end. `overlap`: how long after its time stamp a change may still
// become visible; what changed that recently is looked at again.
absl::Status ServeWatch(const Units& units, const Clock& clock, absl::Duration overlap,
                        const Caller& caller, const v1::WatchTicketsRequest& request,
                        rpc::StreamWriter<v1::WatchTicketsResponse>& out);

}  // namespace huiyin::ingest
