// How the calls about one RMA run: it is named, shown as committed, and changed under its etag.
#pragma once

#include <string>
#include <utility>

#include "absl/hash/hash.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/rpc/rma_fields.h"
#include "services/aftersales/rpc/run.h"
#include "services/aftersales/rpc/service.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {

// Thread-safe. Both references must outlive it and every call that it began.
class RmaCalls {
 public:
  RmaCalls(rpc::Methods& methods, const ServiceParts& parts) : methods_(methods), parts_(parts) {}

  // Answers about one RMA, which `show` turns into the response.
  template <class Request, class Response, class Shower>
  grpc::ServerUnaryReactor* Show(grpc::CallbackServerContext* context, const Request* request,
                                 Response* response, Shower show) {
    return methods_.Read(
        context, request, response,
        [this, show](const rpc::RequestContext& ctx,
                     const Request& in) -> absl::StatusOr<Response> {
          InputCheck check;
          const RmaId id(IdOf(ctx.caller.tenant, "rmas", in.name(), "name", check));
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return Look(parts_, [&](View& view) -> absl::StatusOr<Response> {
            HUIYIN_ASSIGN_OR_RETURN(Rma rma, aftersales::GetRma(view.store, ctx.caller, id));
            return show(view, ctx.caller, std::move(rma));
          });
        });
  }

  // `parse(request, check)` gives the function that does the change.
  template <class Request, class Parse>
  grpc::ServerUnaryReactor* Change(grpc::CallbackServerContext* context, const Request* request,
                                   v1::Rma* response, Parse parse) {
    return methods_.Write(
        context, request, response,
        [parse](const rpc::RequestContext& ctx,
                const Request& in) -> absl::StatusOr<ChangeCommand> {
          InputCheck check;
          ChangeCommand command;
          command.target = TargetOf(ctx.caller.tenant, in, check);
          command.run = parse(in, check);
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return command;
        },
        [](const ChangeCommand& command) { return absl::HashOf(command.target.rma); },
        [this](const rpc::RequestContext& ctx, const ChangeCommand& command, db::Transaction& tx) {
          return Answer(ctx, tx,
                        [&](Unit& unit) { return command.run(unit, ctx.caller, command.target); });
        });
  }

  using NoteChange = absl::StatusOr<Rma> (*)(Unit&, const Caller&, const RmaTarget&,
                                             const std::string&);

  template <class Request>
  grpc::ServerUnaryReactor* ChangeWithNote(grpc::CallbackServerContext* context,
                                           const Request* request, v1::Rma* response,
                                           size_t min_note, NoteChange change) {
    return Change(context, request, response, [=](const Request& in, InputCheck& check) {
      CheckText(in.note(), "note", min_note, kMaxNote, check);
      return [change, note = in.note()](Unit& unit, const Caller& caller, const RmaTarget& target) {
        return change(unit, caller, target, note);
      };
    });
  }

  template <class Request>
  grpc::ServerUnaryReactor* ChangeWithParcel(grpc::CallbackServerContext* context,
                                             const Request* request, v1::Rma* response,
                                             NoteChange change) {
    return Change(context, request, response, [=](const Request& in, InputCheck& check) {
      CheckText(in.carrier(), "carrier", 0, 64, check);
      CheckText(in.tracking_number(), "tracking_number", 0, 128, check);
      const std::string parcel = in.carrier().empty()
                                     ? in.tracking_number()
                                     : Concat(in.carrier(), " ", in.tracking_number());
      return [change, parcel](Unit& unit, const Caller& caller, const RmaTarget& target) {
        return change(unit, caller, target, parcel);
      };
    });
  }

 private:
  // Runs a command and answers with the RMA's picture as committed.
  absl::StatusOr<v1::Rma> Answer(const rpc::RequestContext& ctx, db::Transaction& tx,
                                 absl::FunctionRef<absl::StatusOr<Rma>(Unit&)> run) {
    return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::Rma> {
      HUIYIN_ASSIGN_OR_RETURN(Rma rma, run(unit));
      HUIYIN_ASSIGN_OR_RETURN(const RmaView picture,
                              ViewRma(unit.store, ctx.caller.tenant, std::move(rma)));
      return ToProto(ctx.caller.tenant, picture);
    });
  }

  rpc::Methods& methods_;
  const ServiceParts& parts_;
};

}  // namespace huiyin::aftersales
