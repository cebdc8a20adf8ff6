// Orders, stock, returns and exchanges over their RPCs: the whole service in one process, on both
// databases.
#include <gmock/gmock.h>

#include "huiyin/aftersales/v1/order_service.grpc.pb.h"
#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"
#include "huiyin/aftersales/v1/stock_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/status.h"
#include "libs/testing/host/test_host.h"
#include "libs/testing/status.h"
#include "services/aftersales/app.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;
using testing::StatusIs;

class GoodsRpcs : public ::testing::TestWithParam<db::Dialect> {
 protected:
  GoodsRpcs()
      : host_(Program(), GetParam()),
        orders_(v1::OrderService::NewStub(host_.channel())),
        rmas_(v1::RmaService::NewStub(host_.channel())),
        stock_(v1::StockService::NewStub(host_.channel())) {}

  template <class Stub, class Request, class Answer>
  absl::StatusOr<Answer> Call(
      Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Answer*),
      const Request& request, const std::string& role, const std::string& subject = "someone",
      const std::string& tenant = "t1") {
    grpc::ClientContext context;
    host_.Prepare(context, {role}, tenant, subject);
    Answer answer;
    const grpc::Status status = (stub.*method)(&context, request, &answer);
    if (!status.ok()) return rpc::FromGrpc(status);
    return answer;
  }

  // An order of customer c1 with all that an order can have.
  v1::Order FullOrder(uint64_t version) {
    const absl::Time now = host_.clock().Now();
    v1::Order order;
    order.set_order_id("o1");
    order.set_customer_id("c1");
    order.set_version(version);
    order.set_tier(common::v1::CUSTOMER_TIER_GOLD);
    order.set_country_of_sale("DE");
    order.set_country_of_delivery("FR");
    order.set_currency("EUR");
    *order.mutable_ordered_at() = rpc::ToProto(now - absl::Hours(90));
    order.set_shipping_minor(490);
    order.set_fee_minor(150);
    for (int i = 1; i <= 2; ++i) {
      v1::OrderLine& line = *order.add_lines();
      line.set_line_id("l" + std::to_string(i));
      line.set_sku("sku-" + std::to_string(i));
      line.set_product_id("p-" + std::to_string(i));
      line.set_product_category("APPAREL");
      line.set_lot("lot-7");
      line.set_quantity(3);
      line.set_unit_price_minor(5000);
      line.set_discount_minor(1000);
      line.set_tax_minor(2660);
      line.set_duty_minor(300);
    }
    for (const v1::GoodsFlag flag :
         {v1::GOODS_FLAG_HYGIENE, v1::GOODS_FLAG_PERISHABLE, v1::GOODS_FLAG_CUSTOM_MADE,
          v1::GOODS_FLAG_DIGITAL, v1::GOODS_FLAG_OVERSIZE, v1::GOODS_FLAG_HAZARDOUS}) {
      order.mutable_lines(1)->add_flags(flag);
    }
    for (const auto& [id, method, minor] :
         {std::tuple("pay-card", "CARD", 30'000), std::tuple("pay-gift", "GIFT_CARD", 4'560)}) {
      v1::Payment& payment = *order.add_payments();
      payment.set_payment_id(id);
      payment.set_method(method);
      payment.set_gateway("stripe");
      payment.set_captured_minor(minor);
      *payment.mutable_captured_at() = order.ordered_at();
    }
    for (int i = 1; i <= 2; ++i) {
      v1::Shipment& shipment = *order.add_shipments();
      shipment.set_shipment_id("s" + std::to_string(i));
      shipment.set_carrier("DHL");
      shipment.set_tracking_number("JD" + std::to_string(i));
      shipment.set_warehouse("HANGZHOU-" + std::to_string(i));
      *shipment.mutable_shipped_at() = rpc::ToProto(now - absl::Hours(60));
      *shipment.mutable_delivered_at() = rpc::ToProto(now - absl::Hours(24 * i));
      v1::ShipmentItem& item = *shipment.add_items();
      item.set_line_id("l" + std::to_string(i));
      item.set_quantity(3);
    }
    return order;
  }
  std::vector<v1::UpsertOrdersResponse> Push(const std::vector<v1::Order>& orders) {
    grpc::ClientContext context;
    host_.Prepare(context, {"platform"});
    auto stream = orders_->UpsertOrders(&context);
    std::vector<v1::UpsertOrdersResponse> answers;
    for (const v1::Order& order : orders) {
      v1::UpsertOrdersRequest request;
      *request.mutable_order() = order;
      EXPECT_TRUE(stream->Write(request));
    }
    stream->WritesDone();
    for (v1::UpsertOrdersResponse answer; stream->Read(&answer);) answers.push_back(answer);
    EXPECT_TRUE(stream->Finish().ok());
    return answers;
  }
  void PushStock(const std::string& sku, uint32_t on_hand, int64_t minor) {
    v1::UpsertStockRequest request;
    request.set_request_id(host_.ids().NewId());
    v1::StockItem& item = *request.add_items();
    item.set_sku(sku);
    item.set_product_id("p-other");
    item.set_version(1);
    item.set_on_hand(on_hand);
    common::v1::Money& price = *item.add_prices();
    price.set_currency("EUR");
    price.set_minor_units(minor);
    ASSERT_OK(Call(*stock_, &v1::StockService::Stub::UpsertStock, request, "platform"));
  }
  v1::CreateRmaRequest Wish(v1::RmaKind kind, uint32_t units) {
    v1::CreateRmaRequest request;
    request.set_request_id(host_.ids().NewId());
    request.mutable_rma()->set_order_id("o1");
    v1::RmaLine& line = *request.mutable_rma()->add_lines();
    line.set_order_line_id("l1");
    line.set_kind(kind);
    line.set_reason("DEFECTIVE");
    line.set_quantity(units);
    return request;
  }
  absl::StatusOr<v1::Rma> File(const v1::CreateRmaRequest& request,
                               const std::string& subject = "c1",
                               const std::string& tenant = "t1") {
    return Call(*rmas_, &v1::RmaService::Stub::CreateRma, request, "customer", subject, tenant);
  }
  // A step on the RMA by its name.
  template <class Request>
  Request On(const v1::Rma& rma) {
    Request request;
    request.set_name(rma.name());
    request.set_request_id(host_.ids().NewId());
    return request;
  }

  testing::TestHost host_;
  std::unique_ptr<v1::OrderService::Stub> orders_;
  std::unique_ptr<v1::RmaService::Stub> rmas_;
  std::unique_ptr<v1::StockService::Stub> stock_;
};
HUIYIN_ON_ALL_DATABASES(GoodsRpcs);

TEST_P(GoodsRpcs, AnOrderComesBackWithAllThatWasPushed) {
  const v1::Order pushed = FullOrder(1);
  v1::Order broken = FullOrder(1);
  broken.set_order_id("o2");
  broken.set_currency("EURO");
  v1::Order other = FullOrder(1);
  other.mutable_lines(0)->set_lot("lot-8");
  const auto answers = Push({pushed, broken, pushed, other});
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_EQ(answers[0].result(), v1::UpsertOrdersResponse::RESULT_CREATED);
  EXPECT_EQ(answers[1].error_reason(), "INVALID_INPUT");
  EXPECT_EQ(answers[2].result(), v1::UpsertOrdersResponse::RESULT_UNCHANGED);
  EXPECT_EQ(answers[3].error_reason(), "VERSION_REUSED");

  v1::GetOrderRequest get;
  get.set_name("o1");
  auto found = Call(*orders_, &v1::OrderService::Stub::GetOrder, get, "customer", "c1");
  ASSERT_OK(found);
  found->clear_name();
  found->clear_create_time();
  found->clear_update_time();
  found->clear_etag();
  v1::Order expected = pushed;
  expected.set_language("fr");
  EXPECT_EQ(found->DebugString(), expected.DebugString());
  for (const auto& [subject, tenant] : {std::pair("c2", "t1"), std::pair("c1", "t2")}) {
    EXPECT_THAT(Call(*orders_, &v1::OrderService::Stub::GetOrder, get, "customer", subject, tenant),
                StatusIs(absl::StatusCode::kNotFound));
  }
}

TEST_P(GoodsRpcs, AnExchangeForSomethingDearerFromFilingToTheDoor) {
  Push({FullOrder(1)});
  PushStock("coat", 1, 90'00);
  v1::CreateRmaRequest wish = Wish(v1::RMA_KIND_EXCHANGE, 1);
  wish.mutable_rma()->mutable_lines(0)->set_exchange_sku("coat");
  auto rma = File(wish);
  ASSERT_OK(rma);
  const v1::ExchangeTerms terms = rma->lines(0).exchange();
  EXPECT_EQ(terms.state(), v1::EXCHANGE_STATE_OFFERED);
  EXPECT_EQ(terms.difference().minor_units(),
            terms.price().minor_units() - terms.paid().minor_units());
  EXPECT_EQ(terms.asked().minor_units(), terms.difference().minor_units());

  auto confirm = On<v1::ConfirmExchangeRequest>(*rma);
  confirm.set_rma_line_id("1");
  *confirm.mutable_asked() = terms.asked();
  EXPECT_THAT(Call(*rmas_, &v1::RmaService::Stub::ConfirmExchange, confirm, "customer", "c2"),
              StatusIs(absl::StatusCode::kNotFound));
  rma = Call(*rmas_, &v1::RmaService::Stub::ConfirmExchange, confirm, "customer", "c1");
  ASSERT_OK(rma);
  EXPECT_EQ(rma->lines(0).exchange().state(), v1::EXCHANGE_STATE_PAYMENT_DUE);

  auto paid = On<v1::RecordExchangePaymentRequest>(*rma);
  paid.set_rma_line_id("1");
  paid.set_payment("pay-extra");
  *paid.mutable_amount() = terms.asked();
  EXPECT_THAT(Call(*rmas_, &v1::RmaService::Stub::RecordExchangePayment, paid, "customer", "c1"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  ASSERT_OK(Call(*rmas_, &v1::RmaService::Stub::RecordExchangePayment, paid, "platform"));

  ASSERT_OK(Call(*rmas_, &v1::RmaService::Stub::MarkRmaShipped, On<v1::MarkRmaShippedRequest>(*rma),
                 "customer", "c1"));
  ASSERT_OK(
      Call(*rmas_, &v1::RmaService::Stub::ReceiveRma, On<v1::ReceiveRmaRequest>(*rma), "agent"));
  auto inspect = On<v1::InspectRmaRequest>(*rma);
  v1::GradedUnits& units = *inspect.add_units();
  units.set_rma_line_id("l1");
  units.set_grade(v1::GRADE_OPENED);
  units.set_quantity(1);
  units.add_photo_ids("upload-1");
  ASSERT_OK(Call(*rmas_, &v1::RmaService::Stub::InspectRma, inspect, "agent"));
  ASSERT_OK(
      Call(*rmas_, &v1::RmaService::Stub::ShipRmaBack, On<v1::ShipRmaBackRequest>(*rma), "agent"));
  rma = Call(*rmas_, &v1::RmaService::Stub::MarkRmaBackDelivered,
             On<v1::MarkRmaBackDeliveredRequest>(*rma), "platform");
  ASSERT_OK(rma);
  EXPECT_EQ(rma->outcome(), v1::RMA_OUTCOME_COMPLETED);
  EXPECT_EQ(host_.Published("huiyin.event.v1.RmaExchangeChanged"), 4);

  v1::GetStockItemRequest get;
  get.set_name("coat");
  const auto left = Call(*stock_, &v1::StockService::Stub::GetStockItem, get, "agent");
  ASSERT_OK(left);
  EXPECT_EQ(left->on_hand(), 0u);
  EXPECT_EQ(left->reserved(), 0u);
  EXPECT_THAT(Call(*stock_, &v1::StockService::Stub::GetStockItem, get, "agent", "a", "t2"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(GoodsRpcs, AnOfferThatIsNotTakenUpEndsByItsTimer) {
  Push({FullOrder(1)});
  PushStock("coat", 1, 90'00);
  v1::CreateRmaRequest wish = Wish(v1::RMA_KIND_EXCHANGE, 1);
  wish.mutable_rma()->mutable_lines(0)->set_exchange_sku("coat");
  const auto rma = File(wish);
  ASSERT_OK(rma);
  host_.fake_clock().Advance(absl::Hours(24 * 7 + 1));
  host_.FireTimers();
  v1::GetRmaRequest get;
  get.set_name(rma->name());
  const auto now = Call(*rmas_, &v1::RmaService::Stub::GetRma, get, "customer", "c1");
  ASSERT_OK(now);
  EXPECT_EQ(now->lines(0).exchange().state(), v1::EXCHANGE_STATE_DECLINED);
  EXPECT_EQ(now->lines(0).kind(), v1::RMA_KIND_RETURN_REFUND);
  host_.fake_clock().Advance(absl::Hours(24 * 30));
  host_.FireTimers();  // the goods were never sent
  EXPECT_EQ(Call(*rmas_, &v1::RmaService::Stub::GetRma, get, "agent")->outcome(),
            v1::RMA_OUTCOME_EXPIRED);
}

TEST_P(GoodsRpcs, UnitsAreNeverReturnedTwiceHoweverTheyAreSplit) {
  Push({FullOrder(1)});
  const auto rma = File(Wish(v1::RMA_KIND_RETURN_REFUND, 3));
  ASSERT_OK(rma);
  auto split = On<v1::SplitRmaRequest>(*rma);
  v1::RmaLineQuantity& units = *split.add_lines();
  units.set_rma_line_id("l1");
  units.set_quantity(2);
  const auto second = Call(*rmas_, &v1::RmaService::Stub::SplitRma, split, "agent");
  ASSERT_OK(second);
  EXPECT_EQ(second->lines(0).quantities().approved(), 2u);
  EXPECT_EQ(Call(*rmas_, &v1::RmaService::Stub::SplitRma, split, "agent")->rma_id(),
            second->rma_id());  // the same request again
  EXPECT_THAT(File(Wish(v1::RMA_KIND_REPAIR, 1)), HasReason("QUANTITY_EXCEEDS_DELIVERED"));
  ASSERT_OK(Call(*rmas_, &v1::RmaService::Stub::CancelRma, On<v1::CancelRmaRequest>(*second),
                 "customer", "c1"));
  EXPECT_THAT(File(Wish(v1::RMA_KIND_REPAIR, 3)), HasReason("QUANTITY_EXCEEDS_DELIVERED"));
  EXPECT_OK(File(Wish(v1::RMA_KIND_REPAIR, 2)));
}

TEST_P(GoodsRpcs, BadStockAndBadWishesAreRefusedWithEveryViolation) {
  Push({FullOrder(1)});
  v1::UpsertStockRequest request;
  request.set_request_id("no uuid");
  request.add_items()->set_sku("has space");
  const auto refused = Call(*stock_, &v1::StockService::Stub::UpsertStock, request, "platform");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_GE(Violations(refused.status()).size(), 4u);
  v1::CreateRmaRequest wish = Wish(v1::RMA_KIND_RETURN_REFUND, 1);
  wish.mutable_rma()->mutable_lines(0)->set_instant_exchange(true);
  wish.mutable_rma()->mutable_lines(0)->mutable_partial_refund()->set_minor_units(5);
  const auto confused = File(wish);
  EXPECT_EQ(Violations(confused.status()).size(), 2u);
  v1::CreateRmaRequest goodwill = Wish(v1::RMA_KIND_PARTIAL_REFUND, 1);
  goodwill.mutable_rma()->mutable_lines(0)->mutable_partial_refund()->set_minor_units(5);
  goodwill.mutable_rma()->mutable_lines(0)->mutable_partial_refund()->set_currency("EUR");
  EXPECT_THAT(File(goodwill), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace huiyin::aftersales
