#include <set>

#include "absl/hash/hash.h"
#include "huiyin/aftersales/v1/stock_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/rpc/run.h"
#include "services/aftersales/rpc/service.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/stock.h"

namespace huiyin::aftersales {

StockItem FromProto(const v1::StockItem& in) {
  StockItem item{.sku = in.sku(),
                 .product_id = in.product_id(),
                 .product_name = in.product_name(),
                 .version = in.version(),
                 .on_hand = in.on_hand()};
  for (const common::v1::Money& price : in.prices()) {
    item.prices[price.currency()] = price.minor_units();
  }
  return item;
}

v1::StockItem ToProto(const TenantId& tenant, const StockItem& item) {
  v1::StockItem out;
  out.set_name(Concat("tenants/", tenant.value(), "/stock/", item.sku));
  out.set_sku(item.sku);
  out.set_product_id(item.product_id);
  out.set_product_name(item.product_name);
  out.set_version(item.version);
  out.set_on_hand(static_cast<uint32_t>(item.on_hand));
  out.set_reserved(static_cast<uint32_t>(item.held));
  for (const auto& [currency, minor] : item.prices) {
    common::v1::Money& price = *out.add_prices();
    price.set_currency(currency);
    price.set_minor_units(minor);
  }
  *out.mutable_update_time() = rpc::ToProto(item.updated);
  return out;
}

namespace {

constexpr rpc::PageLimits kItemsPerPage = {.standard = 50, .maximum = 1000};

absl::StatusOr<std::vector<StockItem>> ItemsOf(const v1::UpsertStockRequest& in) {
  InputCheck check;
  CheckRequestId(in.request_id(), check);
  check.Require(in.items_size() >= 1 && in.items_size() <= 1000, "items",
                "must hold 1 to 1000 items");
  std::vector<StockItem> items;
  std::set<std::string> skus;
  for (int i = 0; i < std::min(in.items_size(), 1000); ++i) {
    const std::string path = Concat("items[", i, "]");
    items.push_back(FromProto(in.items(i)));
    CheckStockItem(items.back(), path, check);
    check.Require(static_cast<int>(items.back().prices.size()) == in.items(i).prices_size(),
                  path + ".prices", "must hold one price per currency");
    check.Require(skus.insert(items.back().sku).second, path + ".sku", "is used twice");
    CheckText(items.back().product_name, path + ".product_name", 0, 500, check);
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return items;
}

class Service final : public v1::StockService::CallbackService {
 public:
  Service(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* UpsertStock(grpc::CallbackServerContext* context,
                                        const v1::UpsertStockRequest* request,
                                        v1::UpsertStockResponse* response) override {
    struct Command {
      std::vector<StockItem> items;
      uint64_t key;
    };
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext& ctx,
           const v1::UpsertStockRequest& in) -> absl::StatusOr<Command> {
          HUIYIN_ASSIGN_OR_RETURN(std::vector<StockItem> items, ItemsOf(in));
          return Command{std::move(items), absl::HashOf(ctx.caller.tenant, "stock")};
        },
        [](const Command& command) { return command.key; },
        [this](const rpc::RequestContext& ctx, const Command& command,
               db::Transaction& tx) -> absl::StatusOr<v1::UpsertStockResponse> {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::UpsertStockResponse> {
            v1::UpsertStockResponse out;
            HUIYIN_ASSIGN_OR_RETURN(const std::vector<bool> stored,
                                    aftersales::UpsertStock(unit, ctx.caller, command.items));
            for (const bool is_new : stored) {
              out.add_results(is_new ? v1::UpsertStockResponse::RESULT_STORED
                                     : v1::UpsertStockResponse::RESULT_STALE);
            }
            return out;
          });
        });
  }

  grpc::ServerUnaryReactor* GetStockItem(grpc::CallbackServerContext* context,
                                         const v1::GetStockItemRequest* request,
                                         v1::StockItem* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::GetStockItemRequest& in) -> absl::StatusOr<v1::StockItem> {
          InputCheck check;
          const std::string sku = IdOf(ctx.caller.tenant, "stock", in.name(), "name", check);
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          std::optional<StockItem> item;
          HUIYIN_RETURN_IF_ERROR(parts_.query([&](View& view) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(item, view.store.FindStockItem(ctx.caller.tenant, sku));
            return absl::OkStatus();
          }));
          if (!item) return NotFound("stock item", sku);
          return ToProto(ctx.caller.tenant, *item);
        });
  }

  grpc::ServerUnaryReactor* ListStock(grpc::CallbackServerContext* context,
                                      const v1::ListStockRequest* request,
                                      v1::ListStockResponse* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::ListStockRequest& in) -> absl::StatusOr<v1::ListStockResponse> {
          HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kItemsPerPage));
          const size_t size = static_cast<size_t>(page.size);
          std::vector<StockItem> items;
          HUIYIN_RETURN_IF_ERROR(parts_.query([&](View& view) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(
                items, view.store.ListStock(ctx.caller.tenant, {.product_id = in.product_id()},
                                            size + 1, page.position));
            return absl::OkStatus();
          }));
          v1::ListStockResponse out;
          const bool more = items.size() > size;
          if (more) items.pop_back();
          for (const StockItem& item : items) *out.add_items() = ToProto(ctx.caller.tenant, item);
          if (more) out.set_next_page_token(page.Next(items.back().sku));
          return out;
        });
  }

 private:
  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeStockService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::aftersales
