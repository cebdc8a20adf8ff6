#include "services/survey/rpc/recovery_service.h"

#include <utility>

#include "huiyin/survey/v1/recovery_service.grpc.pb.h"
#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"
#include "services/survey/rpc/calls.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/usecase/recover.h"

namespace huiyin::survey {
namespace {

static_assert(static_cast<int>(RecoveryState::kClosed) == pb::Recovery::STATE_CLOSED);
static_assert(static_cast<int>(RecoveryReason::kNegativeComment) ==
              pb::Recovery::REASON_NEGATIVE_COMMENT);
static_assert(static_cast<int>(CallBackOutcome::kDeclined) ==
              pb::Recovery::CALL_BACK_OUTCOME_DECLINED);

constexpr rpc::PageLimits kPage = {50, 500};
constexpr size_t kMaxNote = 2000;

pb::Recovery ToProto(const RecoveryCase& recovery) {
  pb::Recovery out;
  out.set_name(ResourceName(recovery.tenant, "recoveries", recovery.id.value()));
  if (recovery.rating > 0) {
    out.set_review(ResourceName(recovery.tenant, "reviews", recovery.id.value()));
  }
  out.set_state(static_cast<pb::Recovery::State>(recovery.state));
  out.set_reason(static_cast<pb::Recovery::Reason>(recovery.reason));
  out.set_customer_id(recovery.customer.value());
  out.set_ticket_id(recovery.origin.value());
  out.set_recovery_ticket_id(recovery.ticket.value());
  out.set_call_back(recovery.call_back_due.has_value());
  if (recovery.call_back_due) {
    *out.mutable_call_back_due_time() = rpc::ToProto(*recovery.call_back_due);
  }
  out.set_call_back_outcome(static_cast<pb::Recovery::CallBackOutcome>(recovery.call_back));
  out.set_call_back_note(recovery.call_back_note);
  out.set_called_by(recovery.called_by);
  *out.mutable_create_time() = rpc::ToProto(recovery.created_at);
  if (recovery.opened_at) *out.mutable_open_time() = rpc::ToProto(*recovery.opened_at);
  if (recovery.ended_at) *out.mutable_end_time() = rpc::ToProto(*recovery.ended_at);
  return out;
}

absl::StatusOr<RecoveryFilter> FromProto(const pb::ListRecoveriesRequest& request) {
  RecoveryFilter filter;
  if (!pb::Recovery::State_IsValid(request.state())) {
    return BadInput({{"state", "is not a state of recoveries"}});
  }
  if (request.state() != pb::Recovery::STATE_UNSPECIFIED) {
    filter.state = static_cast<RecoveryState>(request.state());
  }
  filter.to_call_only = request.to_call_only();
  return filter;
}

absl::StatusOr<CallBackCommand> FromProto(const pb::CompleteCallBackRequest& request,
                                          const Caller& caller) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string id,
                          IdOf(request.name(), "recoveries", caller, "name", "RECOVERY_NOT_FOUND"));
  InputCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID");
  check.Require(pb::Recovery::CallBackOutcome_IsValid(request.outcome()) &&
                    request.outcome() != pb::Recovery::CALL_BACK_OUTCOME_UNSPECIFIED,
                "outcome", "must say what came of the call");
  check.Require(CountCharacters(request.note()) <= kMaxNote, "note",
                "must have at most 2000 characters");
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return CallBackCommand{caller.tenant, InvitationId(id),
                         static_cast<CallBackOutcome>(request.outcome()), request.note(),
                         caller.subject};
}

class RecoveryServiceImpl final : public pb::RecoveryService::CallbackService {
 public:
  RecoveryServiceImpl(rpc::Methods& methods, ServiceParts parts)
      : calls_(methods, std::move(parts)) {}

  grpc::ServerUnaryReactor* ListRecoveries(grpc::CallbackServerContext* context,
                                           const pb::ListRecoveriesRequest* request,
                                           pb::ListRecoveriesResponse* response) override {
    return calls_.Query(
        context, request, response,
        [](const View& view, const Caller& caller,
           const pb::ListRecoveriesRequest& req) -> absl::StatusOr<pb::ListRecoveriesResponse> {
          HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), caller));
          HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kPage));
          HUIYIN_ASSIGN_OR_RETURN(const RecoveryFilter filter, FromProto(req));
          HUIYIN_ASSIGN_OR_RETURN(auto found,
                                  view.recoveries.ListCases(caller.tenant, filter, RowsOf(page)));
          pb::ListRecoveriesResponse out;
          out.set_next_page_token(CutPage(page, found));
          for (const RecoveryCase& recovery : found) *out.add_recoveries() = ToProto(recovery);
          return out;
        });
  }

  grpc::ServerUnaryReactor* CompleteCallBack(grpc::CallbackServerContext* context,
                                             const pb::CompleteCallBackRequest* request,
                                             pb::Recovery* response) override {
    return calls_.Change(
        context, request, response,
        [](const Caller& caller, const pb::CompleteCallBackRequest& req) {
          return FromProto(req, caller);
        },
        [](const CallBackCommand& command) { return command.id.value(); },
        [](Unit& unit, const Caller&,
           const CallBackCommand& command) -> absl::StatusOr<pb::Recovery> {
          HUIYIN_ASSIGN_OR_RETURN(const RecoveryCase done, survey::CompleteCallBack(unit, command));
          return ToProto(done);
        });
  }

 private:
  const Calls calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRecoveryService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<RecoveryServiceImpl>(methods, std::move(parts));
}

}  // namespace huiyin::survey
