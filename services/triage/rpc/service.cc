#include "services/triage/rpc/service.h"

#include <algorithm>
#include <string>

#include "huiyin/triage/v1/triage_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "services/triage/rpc/convert.h"
#include "services/triage/usecase/queries.h"

namespace huiyin::triage {
namespace {

constexpr rpc::PageLimits kDecisionsPerPage = {.standard = 50, .maximum = 500};

class Service final : public v1::TriageService::CallbackService {
 public:
  Service(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* ClassifyText(grpc::CallbackServerContext* context,
                                         const v1::ClassifyTextRequest* request,
                                         v1::Classification* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext&,
               const v1::ClassifyTextRequest& in) -> absl::StatusOr<v1::Classification> {
          HUIYIN_RETURN_IF_ERROR(Check(in));
          return ToProto(triage::Read(*parts_.classifier(), in.text()));
        });
  }

  grpc::ServerUnaryReactor* GetDecision(grpc::CallbackServerContext* context,
                                        const v1::GetDecisionRequest* request,
                                        v1::Decision* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::GetDecisionRequest& in) -> absl::StatusOr<v1::Decision> {
          HUIYIN_ASSIGN_OR_RETURN(const TicketId ticket, FromProto(in));
          v1::Decision out;
          HUIYIN_RETURN_IF_ERROR(parts_.on_snapshot([&](Store& store) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(const Decision decision,
                                    CurrentDecision(store, ctx.caller, ticket));
            out = ToProto(decision);
            return absl::OkStatus();
          }));
          return out;
        });
  }

  grpc::ServerUnaryReactor* ListDecisions(grpc::CallbackServerContext* context,
                                          const v1::ListDecisionsRequest* request,
                                          v1::ListDecisionsResponse* response) override {
    return methods_.Read(context, request, response,
                         [this](const rpc::RequestContext& ctx,
                                const v1::ListDecisionsRequest& in) { return List(ctx, in); });
  }

  grpc::ServerUnaryReactor* CorrectDecision(grpc::CallbackServerContext* context,
                                            const v1::CorrectDecisionRequest* request,
                                            v1::Decision* response) override {
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext&, const v1::CorrectDecisionRequest& in) {
          return FromProto(in);
        },
        [](const CorrectDecisionCommand& command) {
          return std::hash<std::string>()(command.ticket.value());
        },
        [this](const rpc::RequestContext& ctx, const CorrectDecisionCommand& command,
               db::Transaction& tx) -> absl::StatusOr<v1::Decision> {
          v1::Decision out;
          HUIYIN_RETURN_IF_ERROR(parts_.in_transaction(tx, [&](Unit& unit) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(const Decision decision,
                                    triage::CorrectDecision(unit, ctx.caller, command));
            out = ToProto(decision);
            return absl::OkStatus();
          }));
          return out;
        });
  }

 private:
  absl::StatusOr<v1::ListDecisionsResponse> List(const rpc::RequestContext& ctx,
                                                 const v1::ListDecisionsRequest& in) {
    HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kDecisionsPerPage));
    DecisionFilter filter{.needs_review_only = in.needs_review_only()};
    if (!in.ticket_id().empty()) filter.ticket = TicketId(in.ticket_id());
    std::vector<Decision> decisions;
    HUIYIN_RETURN_IF_ERROR(parts_.on_snapshot([&](Store& store) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(
          decisions,
          store.ListDecisions(ctx.caller.tenant, filter, DecisionId(page.position), page.size + 1));
      return absl::OkStatus();
    }));
    v1::ListDecisionsResponse out;
    const bool more = decisions.size() > static_cast<size_t>(page.size);
    if (more) decisions.pop_back();
    for (const Decision& decision : decisions) *out.add_decisions() = ToProto(decision);
    if (more) out.set_next_page_token(page.Next(decisions.back().id.value()));
    return out;
  }

  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeTriageService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::triage
