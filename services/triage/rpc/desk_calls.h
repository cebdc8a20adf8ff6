// What the services of the desk have in common: commands and queries of the caller's tenant.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "services/triage/rpc/parts.h"

namespace huiyin::triage {

class DeskCalls {
 public:
  DeskCalls(rpc::Methods& methods, DeskParts parts) : methods_(methods), parts_(std::move(parts)) {}

  // read(in, check) -> Command, run(unit, caller, command) -> StatusOr<Result>,
  // encode(result) -> Out. Commands of a tenant run one after another, also with the giving out of
  // tickets.
  template <class Command, class In, class Out, class Read, class Run, class Encode>
  grpc::ServerUnaryReactor* Change(grpc::CallbackServerContext* context, const In* request,
                                   Out* response, Read read, Run run, Encode encode) {
    using Keyed = std::pair<TenantId, Command>;
    return methods_.Write(
        context, request, response,
        [read](const rpc::RequestContext& ctx, const In& in) -> absl::StatusOr<Keyed> {
          InputCheck check;
          check.Require(IsUuid(in.request_id()), "request_id", "must be a UUID");
          Keyed keyed{ctx.caller.tenant, read(in, check)};
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return keyed;
        },
        [](const Keyed& keyed) { return std::hash<std::string>()(keyed.first.value()); },
        [this, run, encode](const rpc::RequestContext& ctx, const Keyed& keyed,
                            db::Transaction& tx) -> absl::StatusOr<Out> {
          Out out;
          HUIYIN_RETURN_IF_ERROR(parts_.in_transaction(tx, [&](Unit& unit) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(const auto result, run(unit, ctx.caller, keyed.second));
            out = encode(result);
            return absl::OkStatus();
          }));
          return out;
        });
  }

  // read(in, check) -> Query, run(view, tenant, query) -> StatusOr<Out>.
  template <class In, class Out, class Read, class Run>
  grpc::ServerUnaryReactor* Query(grpc::CallbackServerContext* context, const In* request,
                                  Out* response, Read read, Run run) {
    return methods_.Read(
        context, request, response,
        [this, read, run](const rpc::RequestContext& ctx, const In& in) -> absl::StatusOr<Out> {
          InputCheck check;
          const auto query = read(in, check);
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          Out out;
          HUIYIN_RETURN_IF_ERROR(parts_.on_view([&](View& view) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(out, run(view, ctx.caller.tenant, query));
            return absl::OkStatus();
          }));
          return out;
        });
  }

 private:
  rpc::Methods& methods_;
  const DeskParts parts_;
};

}  // namespace huiyin::triage
