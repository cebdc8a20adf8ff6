#include "deploy/gateway_sim/gateway.h"

#include <gmock/gmock.h>
#include <openssl/hmac.h>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/servers/process.h"
#include "libs/testing/status.h"

namespace huiyin::gateway_sim {
namespace {

using Json = nlohmann::json;

class GatewayTest : public ::testing::Test {
 protected:
  GatewayTest() : gateway_(*Gateway::Open(dir_.path() + "/state.db", "secret", clock_)) {}

  http::Response Call(const std::string& method, const std::string& query, const std::string& key,
                      const std::string& body, const std::string& secret = "secret") {
    const std::string timestamp = absl::StrCat(absl::ToUnixSeconds(clock_.Now()));
    const std::string target = absl::StrCat("/v1/refunds", query.empty() ? "" : "?", query);
    const std::string text = absl::StrCat(timestamp, ".", method, ".", target, ".", body);
    unsigned char digest[32];
    unsigned int length = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &length);
    return gateway_->Handle(
        {.method = method,
         .path = "/v1/refunds",
         .query = query,
         .headers = {{"idempotency-key", key},
                     {"x-huiyin-timestamp", timestamp},
                     {"x-huiyin-signature",
                      absl::BytesToHexString({reinterpret_cast<char*>(digest), length})}},
         .body = body});
  }
  http::Response Refund(const std::string& key, int64_t amount = 100) {
    return Call("POST", "", key,
                Json({{"payment_id", "p1"}, {"amount", amount}, {"currency", "CNY"}}).dump());
  }
  Json Control(const Json& body) {
    return Json::parse(
        gateway_->Handle({.method = "POST", .path = "/control", .body = body.dump()}).body);
  }

  testing::FakeClock clock_;
  testing::TempDir dir_;
  std::unique_ptr<Gateway> gateway_;
};

TEST_F(GatewayTest, TheSameKeyMovesMoneyOnce) {
  const Json first = Json::parse(Refund("k1").body);
  EXPECT_EQ(first["status"], "succeeded");
  EXPECT_EQ(Json::parse(Refund("k1").body), first);
  EXPECT_EQ(Control(Json::object())["effects"], 1);
}

TEST_F(GatewayTest, TheSameKeyWithAnotherBodyIsRefused) {
  Refund("k1", 100);
  EXPECT_EQ(Refund("k1", 200).status, 409);
}

TEST_F(GatewayTest, TellsWhatBecameOfARefundWhoseAnswerWasLost) {
  Control({{"drop_after_effect", 1}});
  EXPECT_TRUE(Refund("k1").drop);
  EXPECT_EQ(Json::parse(Call("GET", "key=k1", "", "").body)["status"], "succeeded");
  EXPECT_EQ(Call("GET", "key=k2", "", "").status, 404);
}

TEST_F(GatewayTest, MisbehavesOnCommandForSoManyCalls) {
  Control({{"error_before_effect", 1}, {"decline", 1}});
  EXPECT_EQ(Refund("k1").status, 500);
  EXPECT_EQ(Control(Json::object())["effects"], 0);
  EXPECT_EQ(Json::parse(Refund("k1").body)["status"], "failed");
  Control({{"error_after_effect", 1}});
  EXPECT_EQ(Refund("k2").status, 500);
  EXPECT_EQ(Refund("k2").status, 200);
  EXPECT_EQ(Control(Json::object())["effects"], 1);
  Control({{"outage", true}});
  EXPECT_EQ(Refund("k3").status, 503);
}

TEST_F(GatewayTest, PaysTwiceOnceItHasForgottenTheKey) {
  Refund("k1");
  Control({{"forget_keys", true}});
  Refund("k1");
  EXPECT_EQ(Control(Json::object())["paid_twice"], 1);
}

TEST_F(GatewayTest, KeepsItsRefundsOverARestart) {
  Refund("k1");
  gateway_.reset();
  gateway_ = *Gateway::Open(dir_.path() + "/state.db", "secret", clock_);
  Refund("k1");
  EXPECT_EQ(Control(Json::object())["effects"], 1);
}

TEST_F(GatewayTest, RefusesWhatIsNotSignedOrMalformed) {
  EXPECT_EQ(Call("POST", "", "k", "{}", "wrong secret").status, 401);
  EXPECT_EQ(Call("POST", "", "k", "{}").status, 400);
  EXPECT_EQ(Call("POST", "", "k", "not json").status, 400);
  EXPECT_EQ(Refund("", 1).status, 400);
  EXPECT_EQ(Refund("k", 0).status, 400);
  EXPECT_EQ(gateway_->Handle({.method = "POST", .path = "/control", .body = "{\"x\":1}"}).status,
            400);
}

}  // namespace
}  // namespace huiyin::gateway_sim
