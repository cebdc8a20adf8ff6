// TicketService.ImportTickets: batches flow through three stages that run side by side: reading and
// checking, group commit, and answering once the search index has caught up.
#pragma once

#include "libs/rpc/methods.h"
#include "services/ingest/rpc/ticket_service.h"

namespace huiyin::ingest {

// Serves one stream until its end. `parts` and `metrics` must outlive the call.
absl::Status ServeImport(const TicketServiceParts& parts, const IntakeMetrics& metrics,
                         const Caller& caller, rpc::StreamReader<v1::ImportTicketsRequest>& in,
                         rpc::StreamWriter<v1::ImportTicketsResponse>& out);

}  // namespace huiyin::ingest
