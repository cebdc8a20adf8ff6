// Refunds against the gateway simulator over real HTTP, while it misbehaves: money moves once per
// refund, and every refund ends where the gateway's books say.
#include <nlohmann/json.hpp>

#include "deploy/gateway_sim/gateway.h"
#include "libs/http/server.h"
#include "services/aftersales/gateways/http_gateway.h"
#include "services/aftersales/gateways/signature.h"
#include "services/aftersales/test_world.h"

namespace huiyin::aftersales {
namespace {

using nlohmann::json;
using testing::HasReason;

constexpr char kSecret[] = "test-secret";

class RefundGateway : public World {
 protected:
  RefundGateway() {
    simulator_ = *gateway_sim::Gateway::Open(dir_.path() + "/gateway.db", kSecret, clock_);
    server_ = *http::Server::Start({.threads = 2}, [this](const http::Request& request) {
      return simulator_->Handle(request);
    });
    gateway_ = std::make_unique<HttpGateway>(
        HttpGatewayOptions{.url = "http://127.0.0.1:" + std::to_string(server_->port()),
                           .secret = kSecret,
                           .timeout = absl::Seconds(5)},
        clock_);
    dispatcher_ = std::make_unique<RefundDispatcher>(*gateway_, Query(), Submit(), clock_, metrics_,
                                                     RefundDispatcher::Options());
    EXPECT_OK(Put(MakeOrder("o1", 1, 100'000)));
  }

  json Control(const json& body) {
    const http::Response response = simulator_->Handle(
        {.method = body.is_null() ? "GET" : "POST", .path = "/control", .body = body.dump()});
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body);
  }
  RefundId Request(int64_t minor) {
    const auto refunds = Goodwill(lead_, "o1", minor);
    EXPECT_OK(refunds);
    return refunds->at(0).id;
  }
  void Dispatch() {
    EXPECT_OK(dispatcher_->RunOnce());
    EXPECT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
  }
  // Dispatches, and asks, until nothing is open any more.
  void Settle(const RefundId& id) {
    for (int i = 0; i < 50 && Read(id).due.has_value(); ++i) {
      Dispatch();
      clock_.Advance(absl::Minutes(11));
    }
  }
  void ExpectOneEffect() {
    const json books = Control(json());
    EXPECT_EQ(books["effects"], 1);
    EXPECT_EQ(books["paid_twice"], 0);
    ExpectSound();
  }

  testing::TempDir dir_;
  obs::Metrics metrics_;
  std::unique_ptr<gateway_sim::Gateway> simulator_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<HttpGateway> gateway_;
  std::unique_ptr<RefundDispatcher> dispatcher_;
};
INSTANTIATE_TEST_SUITE_P(Sqlite, RefundGateway, ::testing::Values(db::Dialect::kSqlite));

TEST_P(RefundGateway, PaysOnce) {
  const RefundId id = Request(500);
  Dispatch();
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  EXPECT_TRUE(Read(id).gateway_refund_id.starts_with("re_"));
  ExpectOneEffect();
}

TEST_P(RefundGateway, ATimeoutAfterSuccessEndsAsSuccess) {
  Control({{"drop_after_effect", 1}});
  const RefundId id = Request(500);
  Dispatch();
  EXPECT_EQ(Read(id).state, RefundState::kUnknown);
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectOneEffect();
}

TEST_P(RefundGateway, AnErrorAfterSuccessEndsAsSuccess) {
  Control({{"error_after_effect", 1}});
  const RefundId id = Request(500);
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectOneEffect();
}

TEST_P(RefundGateway, AnErrorBeforeAnyEffectIsTriedAgain) {
  Control({{"error_before_effect", 2}});
  const RefundId id = Request(500);
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectOneEffect();
}

TEST_P(RefundGateway, ADeclineFailsTheRefundAndFreesTheMoney) {
  Control({{"decline", 1}});
  const RefundId id = Request(500);
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kFailed);
  EXPECT_EQ(Read(id).state_reason, "declined");
  EXPECT_EQ(Read(OrderId("o1")).payments[0].refund_held, 0);
  EXPECT_EQ(Control(json())["effects"], 0);
}

TEST_P(RefundGateway, APendingOneIsAskedAboutUntilItSettles) {
  Control({{"pending", 1}});
  const RefundId id = Request(500);
  Dispatch();
  EXPECT_EQ(Read(id).state, RefundState::kSubmitted);
  clock_.Advance(absl::Minutes(11));
  Dispatch();
  EXPECT_EQ(Read(id).state, RefundState::kSubmitted);
  Control({{"settle", true}});
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectOneEffect();
}

TEST_P(RefundGateway, AnOutageIsSatOut) {
  Control({{"outage", true}});
  const RefundId id = Request(500);
  for (int i = 0; i < 5; ++i) {
    Dispatch();
    EXPECT_EQ(Read(id).state, RefundState::kUnknown);
    clock_.Advance(absl::Minutes(11));
  }
  Control({{"outage", false}});
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectOneEffect();
}

TEST_P(RefundGateway, ForgottenKeysDoNotPayTwice) {
  Control({{"drop_after_effect", 1}});
  const RefundId id = Request(500);
  Dispatch();
  Control({{"forget_keys", true}});
  clock_.Advance(absl::Hours(24 * 30));
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectOneEffect();
}

TEST_P(RefundGateway, ABreakingGatewayNeverPaysAnythingTwice) {
  std::vector<RefundId> refunds;
  for (int i = 0; i < 100; ++i) refunds.push_back(Request(100));
  Control({{"drop_after_effect", 20}, {"error_after_effect", 20}, {"error_before_effect", 20}});
  for (const RefundId& id : refunds) Settle(id);
  for (const RefundId& id : refunds) EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  const json books = Control(json());
  EXPECT_EQ(books["effects"], 100);
  EXPECT_EQ(books["paid_twice"], 0);
  ExpectSound();
}

TEST_P(RefundGateway, CallbacksAreBelievedOnlyWithTheRightSignature) {
  const std::string body = R"({"id":"re_9","key":"huiyin-refund-x","status":"succeeded"})";
  const std::string good = "t=1,v1=" + Sign(kSecret, "1." + body);
  const auto notice = gateway_->ReadNotice("stripe", body, good);
  ASSERT_OK(notice);
  EXPECT_EQ(notice->idempotency_key, "huiyin-refund-x");
  EXPECT_EQ(notice->answer.kind, GatewayAnswer::Kind::kPaid);
  for (const std::string& bad :
       {std::string(), std::string("t=1,v1="), "t=2,v1=" + Sign(kSecret, "1." + body),
        "t=1,v1=" + Sign("other", "1." + body)}) {
    EXPECT_THAT(gateway_->ReadNotice("stripe", body, bad), HasReason("BAD_SIGNATURE"));
  }
  EXPECT_THAT(gateway_->ReadNotice("stripe", "[]", "t=1,v1=" + Sign(kSecret, "1.[]")),
              testing::StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace huiyin::aftersales
