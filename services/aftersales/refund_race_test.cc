// 64 clients and one payment, over gRPC, on both databases: never more than was captured, and every
// answer is the truth about what is committed.
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "huiyin/aftersales/v1/order_service.grpc.pb.h"
#include "huiyin/aftersales/v1/refund_service.grpc.pb.h"
#include "libs/rpc/proto_time.h"
#include "libs/rpc/status.h"
#include "libs/testing/host/test_host.h"
#include "libs/testing/status.h"
#include "services/aftersales/app.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;

constexpr int kClients = 64;
constexpr int64_t kCaptured = 1000, kEach = 60;

class RefundRace : public ::testing::TestWithParam<db::Dialect> {
 protected:
  RefundRace() : host_(Program(), GetParam()), stub_(v1::RefundService::NewStub(host_.channel())) {}

  void PushOrder() {
    v1::Order order;
    order.set_order_id("o1");
    order.set_version(1);
    order.set_customer_id("c1");
    order.set_country_of_sale("CN");
    order.set_country_of_delivery("CN");
    order.set_currency("CNY");
    *order.mutable_ordered_at() = rpc::ToProto(host_.clock().Now() - absl::Hours(72));
    auto* line = order.add_lines();
    line->set_line_id("l1");
    line->set_sku("s");
    line->set_product_id("p");
    line->set_quantity(1);
    line->set_unit_price_minor(kCaptured);
    auto* payment = order.add_payments();
    payment->set_payment_id("pay-1");
    payment->set_gateway("stripe");
    payment->set_method("CARD");
    payment->set_captured_minor(kCaptured);
    *payment->mutable_captured_at() = order.ordered_at();
    grpc::ClientContext context;
    host_.Prepare(context, {"platform"});
    const auto orders = v1::OrderService::NewStub(host_.channel());
    auto stream = orders->UpsertOrders(&context);
    v1::UpsertOrdersRequest request;
    *request.mutable_order() = order;
    stream->Write(request);
    stream->WritesDone();
    v1::UpsertOrdersResponse response;
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.result(), v1::UpsertOrdersResponse::RESULT_CREATED)
        << response.error_message();
    ASSERT_TRUE(stream->Finish().ok());
  }

  absl::StatusOr<v1::RequestRefundResponse> Ask(int client, const std::string& request_id) {
    v1::RequestRefundRequest request;
    request.set_order("o1");
    request.mutable_amount()->set_minor_units(kEach);
    request.mutable_amount()->set_currency("CNY");
    request.set_reason("sorry");
    request.set_request_id(request_id);
    grpc::ClientContext context;
    host_.Prepare(context, {"lead"}, "t1", Concat("lead-", client));
    v1::RequestRefundResponse response;
    const grpc::Status status = stub_->RequestRefund(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }
  int64_t Held() {
    int64_t held = 0;
    EXPECT_OK(host_.database().Read([&](db::Session& session) {
      return session.Query("SELECT refund_held_minor FROM order_payment", {},
                           [&](const db::Row& row) { held = row.Int(0); });
    }));
    return held;
  }

  testing::TestHost host_;
  std::unique_ptr<v1::RefundService::Stub> stub_;
};
HUIYIN_ON_ALL_DATABASES(RefundRace);

TEST_P(RefundRace, SixtyFourClientsNeverGetMoreThanWasCapturedAndEveryAnswerIsTheTruth) {
  PushOrder();
  std::mutex mutex;
  std::set<std::string> promised;
  std::map<int, std::string> ids;
  for (int i = 0; i < kClients; ++i) ids[i] = host_.ids().NewId();
  std::atomic<int> refused{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      // Everyone repeats, as after a lost answer: a committed refund is answered as such each time.
      for (int attempt = 0; attempt < 3; ++attempt) {
        const auto answer = Ask(i, ids[i]);
        if (answer.ok()) {
          std::lock_guard lock(mutex);
          for (const auto& refund : answer->refunds()) promised.insert(refund.refund_id());
        } else {
          EXPECT_THAT(answer, HasReason("EXCEEDS_CAPTURED"));
          if (attempt == 0) ++refused;
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(promised.size(), static_cast<size_t>(kCaptured / kEach));
  EXPECT_EQ(refused, kClients - kCaptured / kEach);
  EXPECT_EQ(Held(), kCaptured / kEach * kEach);
}

TEST_P(RefundRace, TheSameRequestFromManyClientsAtOnceRefundsOnce) {
  PushOrder();
  const std::string id = host_.ids().NewId();
  std::mutex mutex;
  std::set<std::string> promised;
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      const auto answer = Ask(1, id);
      ASSERT_OK(answer);
      std::lock_guard lock(mutex);
      promised.insert(answer->refunds(0).refund_id());
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(promised.size(), 1u);
  EXPECT_EQ(Held(), kEach);
}

TEST_P(RefundRace, AForgedCallbackIsUnauthenticated) {
  v1::AcceptGatewayNoticeRequest request;
  request.set_gateway("stripe");
  request.set_body(R"({"id":"re_1","key":"huiyin-refund-1","status":"succeeded"})");
  request.set_signature("t=1767225600,v1=00");
  grpc::ClientContext context;
  host_.Prepare(context, {"platform"});
  v1::AcceptGatewayNoticeResponse response;
  const absl::Status status =
      rpc::FromGrpc(stub_->AcceptGatewayNotice(&context, request, &response));
  EXPECT_THAT(status, HasReason("BAD_SIGNATURE"));
}

}  // namespace
}  // namespace huiyin::aftersales
