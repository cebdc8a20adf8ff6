// What the request log keeps of answers: ids, never what people wrote, which is to be gone when it
// is erased. A repeated call is told how things are now.
#pragma once

#include "huiyin/ingest/v1/ticket_service.pb.h"
#include "huiyin/ingest/v1/upload.pb.h"
#include "libs/rpc/context.h"
#include "services/ingest/usecase/open_unit.h"

namespace huiyin::ingest {

// What names the resources of an answer, and nothing else of it.
v1::Ticket Named(const v1::Ticket& answer);
v1::CreateTicketResponse Named(const v1::CreateTicketResponse& answer);
v1::AppendMessageResponse Named(const v1::AppendMessageResponse& answer);
v1::MergeTicketsResponse Named(const v1::MergeTicketsResponse& answer);
v1::Upload Named(const v1::Upload& answer);

// The answer with the resources that it names.
absl::Status Complete(Unit& unit, const Caller& caller, v1::Ticket& answer);
absl::Status Complete(Unit& unit, const Caller& caller, v1::CreateTicketResponse& answer);
absl::Status Complete(Unit& unit, const Caller& caller, v1::AppendMessageResponse& answer);
absl::Status Complete(Unit& unit, const Caller& caller, v1::MergeTicketsResponse& answer);
absl::Status Complete(Unit& unit, const Caller& caller, v1::Upload& answer);

// For rpc::Methods::Write. `units` must outlive the call.
class Recall {
 public:
  explicit Recall(const Units& units) : units_(&units) {}

  template <class Out>
  Out Keep(const Out& answer) const {
    return Named(answer);
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
