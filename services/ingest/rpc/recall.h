// What the request log keeps of answers: everything but what people wrote and what leads to them,
// which is to be gone when it is erased. A repeated call gets that from the ticket.
#pragma once

#include "huiyin/ingest/v1/ticket_service.pb.h"
#include "huiyin/ingest/v1/upload.pb.h"
#include "libs/rpc/context.h"
#include "services/ingest/usecase/open_unit.h"

namespace huiyin::ingest {

// Empties the personal fields of an answer's resources.
void Forget(v1::Ticket& answer);
void Forget(v1::CreateTicketResponse& answer);
void Forget(v1::AppendMessageResponse& answer);
void Forget(v1::MergeTicketsResponse& answer);
void Forget(v1::Upload& answer);

// Fills them in as they are now.
absl::Status Complete(Unit& unit, const Caller& caller, v1::Ticket& kept);
absl::Status Complete(Unit& unit, const Caller& caller, v1::CreateTicketResponse& kept);
absl::Status Complete(Unit& unit, const Caller& caller, v1::AppendMessageResponse& kept);
absl::Status Complete(Unit& unit, const Caller& caller, v1::MergeTicketsResponse& kept);
absl::Status Complete(Unit& unit, const Caller& caller, v1::Upload& kept);

// For rpc::Methods::Write. `units` must outlive the call.
class Recall {
 public:
  explicit Recall(const Units& units) : units_(&units) {}

  template <class Out>
  Out Keep(Out answer) const {
    Forget(answer);
    return answer;
  }
  template <class Out>
  absl::Status Complete(const rpc::RequestContext& context, Out& kept, db::Transaction& tx) const {
    return units_->within(tx,
                          [&](Unit& unit) { return ingest::Complete(unit, context.caller, kept); });
  }

 private:
  const Units* units_;
};

}  // namespace huiyin::ingest
