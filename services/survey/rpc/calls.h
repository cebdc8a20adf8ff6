// How the methods of this service reach a view or a unit: one way for all of them.
#pragma once

#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "libs/rpc/within.h"
#include "services/survey/rpc/parts.h"

namespace huiyin::survey {

// Thread-safe. `methods` and what `parts` refers to must outlive it.
class Calls {
 public:
  Calls(rpc::Methods& methods, ServiceParts parts) : methods_(methods), parts_(std::move(parts)) {}

  const ServiceParts& parts() const { return parts_; }

  // Answers from a snapshot.
  //   body: absl::StatusOr<Out>(const View&, const Caller&, const In&)
  template <class In, class Out, class Body>
  grpc::ServerUnaryReactor* Query(grpc::CallbackServerContext* context, const In* request,
                                  Out* response, Body body) const {
    return methods_.Read(context, request, response,
                         [this, body = std::move(body)](const rpc::RequestContext& ctx,
                                                        const In& in) -> absl::StatusOr<Out> {
                           return rpc::Within<const View>(
                               parts_.open_view, [&](const View& view) -> absl::StatusOr<Out> {
                                 return body(view, ctx.caller, in);
                               });
                         });
  }

  // Changes something.
  //   check: absl::StatusOr<Command>(const Caller&, const In&), on the calling thread, without I/O
  //   key:   std::string(const Command&), of the aggregate written
  //   body:  absl::StatusOr<Out>(Unit&, const Caller&, const Command&)
  template <class In, class Out, class Check, class Key, class Body>
  grpc::ServerUnaryReactor* Change(grpc::CallbackServerContext* context, const In* request,
                                   Out* response, Check check, Key key, Body body) const {
    using Command = typename std::invoke_result_t<Check&, const Caller&, const In&>::value_type;
    return methods_.Write(
        context, request, response,
        [check = std::move(check)](const rpc::RequestContext& ctx, const In& in) {
          return check(ctx.caller, in);
        },
        [key = std::move(key)](const Command& command) {
          return static_cast<uint64_t>(std::hash<std::string>()(key(command))) | 1;
        },
        [this, body = std::move(body)](const rpc::RequestContext& ctx, const Command& command,
                                       db::Transaction& tx) -> absl::StatusOr<Out> {
          return rpc::Within<Unit>(
              [&](auto run) { return parts_.open_unit(tx, ctx.caller.traceparent, run); },
              [&](Unit& unit) -> absl::StatusOr<Out> { return body(unit, ctx.caller, command); });
        });
  }

 private:
  rpc::Methods& methods_;
  const ServiceParts parts_;
};

// One row more than asked for tells whether there is a next page.
inline Page RowsOf(const rpc::Page& page) { return {page.size + 1, page.position}; }

// Cuts the extra row off; the token for what follows, or empty. `position`: std::string(const
// Item&).
template <class Item, class Position>
std::string CutPage(const rpc::Page& page, std::vector<Item>& items, Position position) {
  if (items.size() <= static_cast<size_t>(page.size)) return "";
  items.pop_back();
  return page.Next(position(items.back()));
}
template <class Item>
std::string CutPage(const rpc::Page& page, std::vector<Item>& items) {
  return CutPage(page, items, [](const Item& item) { return item.id.value(); });
}

}  // namespace huiyin::survey
