#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "huiyin/aftersales/v1/order_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/rpc/run.h"
#include "services/aftersales/rpc/service.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/orders.h"

namespace huiyin::aftersales {
namespace {

constexpr rpc::PageLimits kOrdersPerPage = {.standard = 50, .maximum = 1000};
constexpr size_t kMaxUpsertsUnderWay = 256;

using UpsertStatus = absl::StatusOr<UpsertResult>;

v1::UpsertOrdersResponse Answer(const std::string& order_id, const UpsertStatus& status) {
  v1::UpsertOrdersResponse out;
  out.set_order_id(order_id);
  if (status.ok()) {
    out.set_result(static_cast<v1::UpsertOrdersResponse::Result>(*status));
    return out;
  }
  out.set_result(v1::UpsertOrdersResponse::RESULT_REFUSED);
  out.set_error_reason(Reason(status.status()));
  std::string message(status.status().message());
  for (const Violation& violation : Violations(status.status())) {
    message += Concat("; ", violation.field, ": ", violation.description);
  }
  out.set_error_message(message.substr(0, 2000));
  return out;
}

// Refusals belong to their order; everything else ends the stream, and the client sends again.
bool IsRefusal(const absl::Status& status) {
  return status.code() == absl::StatusCode::kInvalidArgument ||
         status.code() == absl::StatusCode::kFailedPrecondition ||
         status.code() == absl::StatusCode::kAlreadyExists;
}

// Orders of one stream that wait for their commit, answered in the order they came.
class Upserts {
 public:
  struct Item {
    std::string order_id;
    UpsertStatus result = UpsertResult::kCreated;
    bool done = false;
  };

  // Blocks while too many wait; nullptr when the stream is over.
  std::shared_ptr<Item> Begin(const std::string& order_id) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return over_ || items_.size() < kMaxUpsertsUnderWay; });
    if (over_) return nullptr;
    items_.push_back(std::make_shared<Item>());
    items_.back()->order_id = order_id;
    return items_.back();
  }
  void Done(Item& item, absl::Status status) {
    std::lock_guard lock(mutex_);
    if (!status.ok()) item.result = std::move(status);
    item.done = true;
    changed_.notify_all();
  }
  // The oldest, once it is done; nullptr at the end.
  std::shared_ptr<Item> Next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return items_.empty() ? ended_ : items_.front()->done; });
    if (items_.empty()) return nullptr;
    std::shared_ptr<Item> item = std::move(items_.front());
    items_.pop_front();
    changed_.notify_all();
    return item;
  }
  void End() {
    std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  void GiveUp() {
    std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Item>> items_;
  bool ended_ = false;  // nothing more comes
  bool over_ = false;   // nothing more is taken
};

class Service final : public v1::OrderService::CallbackService {
 public:
  Service(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerBidiReactor<v1::UpsertOrdersRequest, v1::UpsertOrdersResponse>* UpsertOrders(
      grpc::CallbackServerContext* context) override {
    return methods_.BidiStream<v1::UpsertOrdersRequest, v1::UpsertOrdersResponse>(
        context,
        [this](const rpc::RequestContext& ctx, rpc::StreamReader<v1::UpsertOrdersRequest>& reader,
               rpc::StreamWriter<v1::UpsertOrdersResponse>& writer) {
          return Upsert(ctx, reader, writer);
        });
  }

  grpc::ServerUnaryReactor* GetOrder(grpc::CallbackServerContext* context,
                                     const v1::GetOrderRequest* request,
                                     v1::Order* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::GetOrderRequest& in) -> absl::StatusOr<v1::Order> {
          InputCheck check;
          const OrderId id(IdOf(ctx.caller.tenant, "orders", in.name(), "name", check));
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::Order> {
            HUIYIN_ASSIGN_OR_RETURN(const Order order,
                                    aftersales::GetOrder(view.store, ctx.caller, id));
            return ToProto(ctx.caller.tenant, order);
          });
        });
  }

  grpc::ServerUnaryReactor* ListOrders(grpc::CallbackServerContext* context,
                                       const v1::ListOrdersRequest* request,
                                       v1::ListOrdersResponse* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::ListOrdersRequest& in) -> absl::StatusOr<v1::ListOrdersResponse> {
          HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kOrdersPerPage));
          OrderFilter filter;
          if (!in.customer_id().empty()) filter.customer = CustomerId(in.customer_id());
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::ListOrdersResponse> {
            v1::ListOrdersResponse out;
            const size_t size = static_cast<size_t>(page.size);
            HUIYIN_ASSIGN_OR_RETURN(
                std::vector<Order> orders,
                aftersales::ListOrders(view, ctx.caller, filter,
                                       {.size = size + 1, .after = page.position}));
            const bool more = orders.size() > size;
            if (more) orders.pop_back();
            for (const Order& order : orders) *out.add_orders() = ToProto(ctx.caller.tenant, order);
            if (more) out.set_next_page_token(page.Next(OrderCursor(orders.back())));
            return out;
          });
        });
  }

 private:
  absl::Status Upsert(const rpc::RequestContext& ctx,
                      rpc::StreamReader<v1::UpsertOrdersRequest>& reader,
                      rpc::StreamWriter<v1::UpsertOrdersResponse>& writer) {
    const auto upserts = std::make_shared<Upserts>();
    absl::Status end;
    // Answers have a thread of their own, so that one is not held up by waiting for the next order.
    std::thread answers([&] {
      bool writing = true;
      while (const std::shared_ptr<Upserts::Item> item = upserts->Next()) {
        if (!item->result.ok() && !IsRefusal(item->result.status())) {
          if (end.ok()) end = item->result.status();
          writing = false;
        }
        writing = writing && writer.Write(Answer(item->order_id, item->result));
        if (!writing) upserts->GiveUp();
      }
    });
    v1::UpsertOrdersRequest request;
    while (reader.Read(request)) {
      const auto order = std::make_shared<Order>(FromProto(request.order()));
      const std::shared_ptr<Upserts::Item> item = upserts->Begin(order->id.value());
      if (item == nullptr) break;
      parts_.submit(
          OrderKey(ctx.caller.tenant, order->id), ctx.caller.traceparent,
          [item, order, caller = ctx.caller](Unit& unit) -> absl::Status {
            item->result = UpsertOrder(unit, caller, *order);
            return item->result.status();
          },
          [upserts, item](absl::Status status) { upserts->Done(*item, std::move(status)); });
    }
    upserts->End();
    answers.join();
    return end;
  }

  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeOrderService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::aftersales
