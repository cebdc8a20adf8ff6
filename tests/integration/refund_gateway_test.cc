// The contract of every gateway adapter, each against its own face of the simulator over real HTTP,
// while that misbehaves: money moves once per refund, every refund ends where the gateway's books
// say, and nothing that is not the gateway's word is believed.
#include <fstream>
#include <nlohmann/json.hpp>

#include "deploy/gateway_sim/gateway.h"
#include "libs/http/server.h"
#include "services/aftersales/gateways/gateway_table.h"
#include "services/aftersales/test_world.h"

namespace huiyin::aftersales {
namespace {

using nlohmann::json;
using testing::HasReason;
using testing::StatusIs;

constexpr char kSecret[] = "test-secret-of-signed-http";

// Keys take a while to make: once for the program.
const std::string& KeyFolder() {
  static const auto& dir = *new testing::TempDir();
  static const std::string& path = *new std::string(dir.path());
  return path;
}

std::string GatewaysYaml(int port) {
  const std::string url = Concat("http://127.0.0.1:", port);
  return Concat("gateways:\n  signed_http:\n    protocol: signed_http\n    url: ", url,
                "\n    secret_file: signed_http.secret\n  stripe:\n    protocol: stripe\n    url: ",
                url, "/stripe\n    secret_key_file: stripe.key\n",
                "    webhook_secret_file: stripe_webhook.secret\n  alipay:\n    protocol: alipay\n",
                "    url: ", url, "/alipay/gateway.do\n    app_id: \"2021000000000001\"\n",
                "    merchant_key_file: merchant.pem\n    gateway_key_file: gateway_public.pem\n",
                "  wechat_pay:\n    protocol: wechat_pay\n    url: ", url,
                "/wechat\n    merchant_id: \"1900000001\"\n    merchant_serial: 5157F09EFDC096DE\n",
                "    merchant_key_file: merchant.pem\n    gateway_serial: PUB_KEY_ID_011900\n",
                "    gateway_key_file: gateway_public.pem\n    api_v3_key_file: api_v3.key\n");
}

void WriteFile(const std::string& name, const std::string& text) {
  std::ofstream(KeyFolder() + "/" + name) << text;
}

class RefundGateway : public ::testing::TestWithParam<std::string>, protected WorldOn {
 protected:
  RefundGateway() : WorldOn(db::Dialect::kSqlite) {
    auto keys = gateway_sim::Keys::InFolder(KeyFolder(), kSecret);
    EXPECT_OK(keys);
    secrets_ = {kSecret, keys->stripe_key, keys->stripe_webhook, keys->api_v3_key};
    simulator_ =
        *gateway_sim::Gateway::Open(dir_.path() + "/gateway.db", kSecret, clock_, *std::move(keys));
    server_ = *http::Server::Start({.threads = 2}, [this](const http::Request& request) {
      return simulator_->Handle(request);
    });
    WriteFile("gateways.yaml", GatewaysYaml(server_->port()));
    Connect("gateways.yaml");
    Order order = MakeOrder("o1", 1, 100'000);
    order.payments[0].gateway = GetParam();
    EXPECT_OK(Put(order));
  }

  // With these settings from now on.
  void Connect(const std::string& file) {
    dispatcher_.reset();
    auto entries = LoadGateways(KeyFolder() + "/" + file, absl::Hours(24), ids_);
    ASSERT_OK(entries);
    gateway_rules_ = RulesOf(*entries);
    timing_ = GatewayTiming();
    for (const auto& [name, entry] : *entries) {
      timing_.key_retention_of[name] = entry.key_retention;
    }
    gateway_ = std::make_unique<GatewayTable>(
        *entries, SignedHttpOptions{.url = "http://127.0.0.1:1", .secret = "unused"},
        HttpCaller::Options{.timeout = absl::Seconds(5)}, clock_);
    RefundDispatch options;
    options.timing = timing_;
    dispatcher_ = MakeRefundDispatcher(*gateway_, Query(), Submit(), clock_, metrics_, options);
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
  void ExpectEffects(int count) {
    const json books = Control(json());
    EXPECT_EQ(books["effects"], count);
    EXPECT_EQ(books["paid_twice"], 0);
    ExpectSound();
  }

  // The callback that the simulator would send about the refund now; null when it would not.
  json NoticeAbout(const RefundId& id) {
    const http::Response response =
        simulator_->Handle({.method = "POST",
                            .path = "/control",
                            .body = json{{"notice", IdempotencyKey(Read(id))}}.dump()});
    return response.status == 200 ? json::parse(response.body) : json();
  }
  RawNotice Raw(const json& notice) const {
    return {.gateway = GetParam(),
            .body = notice["body"],
            .signature = notice["signature"],
            .headers = notice["headers"].get<std::map<std::string, std::string>>()};
  }
  absl::Status Deliver(const RawNotice& raw) { return DeliverAs(platform_, raw); }
  absl::Status DeliverAs(const Caller& caller, const RawNotice& raw) {
    const absl::StatusOr<GatewayNotice> notice = gateway_->ReadNotice(raw);
    if (!notice.ok()) return notice.status();
    return Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
             HUIYIN_RETURN_IF_ERROR(RecordNotice(unit, caller, *notice, timing_));
             return 0;
           })
        .status();
  }

  testing::TempDir dir_;
  obs::Metrics metrics_;
  std::vector<std::string> secrets_;
  std::unique_ptr<gateway_sim::Gateway> simulator_;
  std::unique_ptr<http::Server> server_;
  GatewayTiming timing_;
  std::unique_ptr<GatewayTable> gateway_;
  std::unique_ptr<CallLoop> dispatcher_;
};
INSTANTIATE_TEST_SUITE_P(Faces, RefundGateway,
                         ::testing::Values("signed_http", "stripe", "alipay", "wechat_pay"),
                         [](const auto& info) { return info.param; });

TEST_P(RefundGateway, PaysOnce) {
  const RefundId id = Request(500);
  Dispatch();
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded) << Read(id).state_reason;
  EXPECT_TRUE(Read(id).gateway_refund_id.starts_with("re_"));
  ExpectEffects(1);
}

TEST_P(RefundGateway, ATimeoutAfterSuccessEndsAsSuccess) {
  Control({{"drop_after_effect", 1}});
  const RefundId id = Request(500);
  Dispatch();
  EXPECT_EQ(Read(id).state, RefundState::kUnknown);
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectEffects(1);
}

TEST_P(RefundGateway, AnErrorAfterSuccessEndsAsSuccess) {
  Control({{"error_after_effect", 1}});
  const RefundId id = Request(500);
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectEffects(1);
}

TEST_P(RefundGateway, AnErrorThatIsReplayedForEverEndsAsSuccess) {
  Control({{"error_replayed", 1}});
  const RefundId id = Request(500);
  Dispatch();
  EXPECT_EQ(Read(id).state, RefundState::kUnknown);
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectEffects(1);
}

TEST_P(RefundGateway, AnErrorBeforeAnyEffectIsTriedAgain) {
  Control({{"error_before_effect", 2}});
  const RefundId id = Request(500);
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectEffects(1);
}

TEST_P(RefundGateway, ADeclineFailsTheRefundAndFreesTheMoney) {
  Control({{"decline", 1}});
  const RefundId id = Request(500);
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kFailed);
  EXPECT_FALSE(Read(id).state_reason.empty());
  EXPECT_EQ(Read(OrderId("o1")).payments[0].refund_held, 0);
  ExpectEffects(0);
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
  ExpectEffects(1);
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
  ExpectEffects(1);
}

TEST_P(RefundGateway, APartialOutageIsSatOut) {
  Control({{"outage_every", 3}});
  std::vector<RefundId> refunds;
  for (int i = 0; i < 10; ++i) refunds.push_back(Request(100 + i));
  for (const RefundId& id : refunds) Settle(id);
  for (const RefundId& id : refunds) EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectEffects(10);
}

TEST_P(RefundGateway, ForgottenKeysDoNotPayTwice) {
  Control({{"drop_after_effect", 1}});
  const RefundId id = Request(500);
  Dispatch();
  Control({{"forget_keys", true}});
  clock_.Advance(absl::Hours(24 * 30));
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectEffects(1);
}

TEST_P(RefundGateway, ABreakingGatewayNeverPaysAnythingTwice) {
  std::vector<RefundId> refunds;
  for (int i = 0; i < 60; ++i) refunds.push_back(Request(100));
  Control({{"drop_after_effect", 10},
           {"error_after_effect", 10},
           {"error_before_effect", 10},
           {"error_replayed", 10}});
  for (const RefundId& id : refunds) Settle(id);
  for (const RefundId& id : refunds) EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectEffects(60);
}

TEST_P(RefundGateway, AnAnswerAboutAnotherRefundOfTheSameAmountIsNoPayment) {
  const RefundId first = Request(500);
  Dispatch();
  Control({{"same_amount_block", true}});
  const RefundId second = Request(500);
  for (int i = 0; i < 3; ++i) {
    Dispatch();
    EXPECT_NE(Read(second).state, RefundState::kSucceeded);
    EXPECT_EQ(Read(OrderId("o1")).payments[0].refund_held, 1000);
    clock_.Advance(absl::Minutes(11));
  }
  ExpectEffects(1);
  Control({{"same_amount_block", false}});
  Settle(second);
  EXPECT_EQ(Read(first).state, RefundState::kSucceeded);
  EXPECT_EQ(Read(second).state, RefundState::kSucceeded) << Read(second).state_reason;
  ExpectEffects(2);
}

TEST_P(RefundGateway, DuplicateLateAndOutOfOrderCallbacksChangeNothingMore) {
  Control({{"pending", 1}});
  const RefundId id = Request(500);
  Dispatch();
  ASSERT_EQ(Read(id).state, RefundState::kSubmitted);
  const json early = NoticeAbout(id);  // not every gateway tells of this
  Control({{"settle", true}});
  const json done = NoticeAbout(id);
  ASSERT_FALSE(done.is_null());
  ASSERT_OK(Deliver(Raw(done)));
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  const Refund after = Read(id);
  EXPECT_OK(Deliver(Raw(done)));
  if (!early.is_null()) {
    EXPECT_OK(Deliver(Raw(early)));
  }
  EXPECT_EQ(Read(id).version, after.version);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  // Sent again much later, signed anew: still nothing.
  clock_.Advance(absl::Hours(24 * 10));
  EXPECT_OK(Deliver(Raw(NoticeAbout(id))));
  EXPECT_EQ(Read(id).version, after.version);
  ExpectEffects(1);
}

TEST_P(RefundGateway, ACallbackMayComeBeforeTheAnswer) {
  Control({{"drop_after_effect", 1}});
  const RefundId id = Request(500);
  Dispatch();
  ASSERT_EQ(Read(id).state, RefundState::kUnknown);
  ASSERT_OK(Deliver(Raw(NoticeAbout(id))));
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  clock_.Advance(absl::Minutes(11));
  Dispatch();
  ExpectEffects(1);
}

TEST_P(RefundGateway, AForgedCallbackChangesNothing) {
  Control({{"pending", 1}});
  const RefundId id = Request(500);
  Dispatch();
  const Refund before = Read(id);
  Control({{"settle", true}});
  const RawNotice good = Raw(NoticeAbout(id));
  std::vector<RawNotice> forged(6, good);
  forged[0].body[forged[0].body.size() / 2] ^= 1;
  forged[1].body += " ";
  forged[2].signature = "t=1,v1=00";
  forged[2].headers.clear();
  if (GetParam() == "alipay") forged[2].body = good.body.substr(0, good.body.find("&sign="));
  forged[3].body.clear();
  forged[4].gateway = GetParam() == "stripe" ? "alipay" : "stripe";  // another's word
  forged[5].signature.clear();
  for (auto& [name, value] : forged[5].headers) value = "x";
  if (GetParam() == "alipay") forged[5].body = "out_biz_no=" + IdempotencyKey(before);
  for (const RawNotice& each : forged) {
    EXPECT_THAT(Deliver(each), HasReason("BAD_SIGNATURE")) << each.body;
  }
  clock_.Advance(absl::Minutes(6));  // too old: played back
  EXPECT_THAT(Deliver(good), HasReason("BAD_SIGNATURE"));
  EXPECT_EQ(Read(id).version, before.version);
  EXPECT_EQ(Read(id).state, RefundState::kSubmitted);
  // Genuine, but not for this tenant.
  EXPECT_THAT(DeliverAs(CallerWith(Role::kPlatform, "shop", "other"), Raw(NoticeAbout(id))),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(Read(id).version, before.version);
}

TEST_P(RefundGateway, NeitherErrorsNorReasonsShowASecret) {
  std::vector<std::string> texts;
  Control({{"error_before_effect", 1}, {"drop_after_effect", 1}, {"outage_every", 3}});
  for (int i = 0; i < 6; ++i) {
    const RefundId id = Request(10 + i);
    Dispatch();
    texts.push_back(Read(id).state_reason);
  }
  RawNotice bad{.gateway = GetParam(), .body = "{}", .signature = "t=1,v1=00", .headers = {}};
  texts.push_back(Deliver(bad).ToString());
  WriteFile("broken.yaml",
            "gateways:\n  x:\n    protocol: wechat_pay\n    url: u\n"
            "    merchant_id: m\n    merchant_serial: s\n    gateway_serial: g\n"
            "    merchant_key_file: stripe.key\n    gateway_key_file: api_v3.key\n"
            "    api_v3_key_file: stripe_webhook.secret\n");
  const auto broken = LoadGateways(KeyFolder() + "/broken.yaml", absl::Hours(24), ids_);
  EXPECT_THAT(broken, StatusIs(absl::StatusCode::kInvalidArgument));
  texts.push_back(broken.status().ToString());
  for (const std::string& text : texts) {
    for (const std::string& secret : secrets_) {
      EXPECT_EQ(text.find(secret), std::string::npos) << text;
    }
  }
}

// ---- what only some gateways have --------------------------------------------------------------

class SomeGateways : public RefundGateway {};
INSTANTIATE_TEST_SUITE_P(Signing, SomeGateways, ::testing::Values("alipay", "wechat_pay"),
                         [](const auto& info) { return info.param; });

TEST_P(SomeGateways, AnswersWithoutAGoodSignatureAreNotBelieved) {
  const auto other = crypto::RsaPrivateKey::Generate();
  ASSERT_OK(other);
  WriteFile("other_public.pem", *other->PublicPem());
  std::string yaml = GatewaysYaml(server_->port());
  for (size_t at; (at = yaml.find("gateway_public.pem")) != std::string::npos;) {
    yaml.replace(at, 18, "other_public.pem");
  }
  WriteFile("other.yaml", yaml);
  Connect("other.yaml");
  const RefundId id = Request(500);
  for (int i = 0; i < 3; ++i) {
    Dispatch();
    EXPECT_EQ(Read(id).state, RefundState::kUnknown);
    clock_.Advance(absl::Minutes(11));
  }
  Connect("gateways.yaml");  // the right key: now it is heard
  Settle(id);
  EXPECT_EQ(Read(id).state, RefundState::kSucceeded);
  ExpectEffects(1);
}

class Chargebacks : public RefundGateway {};
INSTANTIATE_TEST_SUITE_P(ByCallback, Chargebacks, ::testing::Values("signed_http", "stripe"),
                         [](const auto& info) { return info.param; });

TEST_P(Chargebacks, ArriveOnceAndStopWhatWasNotPaidYet) {
  const RefundId paid = Request(30'000);
  Dispatch();
  const RefundId waiting = Request(60'000);  // approved, not sent
  const json notice = Control({{"notice",
                                {{"face", GetParam()},
                                 {"id", "cb-1"},
                                 {"payment_id", "o1-pay"},
                                 {"amount", 50'000},
                                 {"currency", "CNY"}}}});
  ASSERT_OK(Deliver(Raw(notice)));
  ASSERT_OK(Deliver(Raw(notice)));
  EXPECT_EQ(Read(OrderId("o1")).payments[0].charged_back, 50'000);
  EXPECT_EQ(Read(waiting).state, RefundState::kFailed);
  EXPECT_EQ(Read(waiting).state_reason, "CHARGED_BACK");
  EXPECT_EQ(Read(paid).state, RefundState::kSucceeded);
  const auto more = Goodwill(lead_, "o1", 20'001);
  EXPECT_THAT(more, HasReason("EXCEEDS_CAPTURED"));
  EXPECT_EQ(Metadata(more.status()).at("charged_back_minor"), "50000");
  Dispatch();
  ExpectEffects(1);

  const json won = Control({{"notice",
                             {{"face", GetParam()},
                              {"id", "cb-1"},
                              {"payment_id", "o1-pay"},
                              {"amount", 50'000},
                              {"currency", "CNY"},
                              {"won", true}}}});
  ASSERT_OK(Deliver(Raw(won)));
  ASSERT_OK(Deliver(Raw(notice)));  // late
  ASSERT_OK(Deliver(Raw(won)));
  EXPECT_EQ(Read(OrderId("o1")).payments[0].charged_back, 0);
  EXPECT_OK(Goodwill(lead_, "o1", 20'001));
  ExpectSound();
}

class StripeRules : public RefundGateway {
 protected:
  // An order in `currency` of `minor`, captured by Stripe.
  void PutIn(const std::string& currency, int64_t minor) {
    Order order = MakeOrder("o-" + currency, 1, minor);
    order.currency = currency;
    order.payments[0].id = PaymentId("pi_" + currency + "_1");
    order.payments[0].gateway = "stripe";
    ASSERT_OK(Put(order));
  }
  absl::StatusOr<std::vector<Refund>> RequestIn(const std::string& currency, int64_t minor) {
    return Do<std::vector<Refund>>([&](Unit& unit) {
      return RequestRefund(
          unit, lead_,
          {.order = OrderId("o-" + currency), .amount = Money(minor, currency), .reason = "sorry"});
    });
  }
};
INSTANTIATE_TEST_SUITE_P(Currencies, StripeRules, ::testing::Values("stripe"),
                         [](const auto& info) { return info.param; });

TEST_P(StripeRules, PaysEveryExponentExactlyAndRefusesWhatItCannotBeforeAnythingIsPromised) {
  for (const auto& [currency, minor] : std::map<std::string, int64_t>{
           {"JPY", 500}, {"KWD", 12'340}, {"ISK", 77}, {"UGX", 31}, {"USD", 199}, {"HUF", 1999}}) {
    PutIn(currency, minor);
    const auto refunds = RequestIn(currency, minor);
    ASSERT_OK(refunds) << currency;
    Dispatch();
    EXPECT_EQ(Read(refunds->at(0).id).state, RefundState::kSucceeded)
        << currency << " " << Read(refunds->at(0).id).state_reason;
  }
  PutIn("BHD", 12'340);
  EXPECT_THAT(RequestIn("BHD", 1'234), HasReason("AMOUNT_NOT_PAYABLE"));
  EXPECT_EQ(Read(OrderId("o-BHD")).payments[0].refund_held, 0);
  PutIn("CLF", 12'345);
  EXPECT_THAT(RequestIn("CLF", 12'345), HasReason("GATEWAY_CURRENCY"));
  ExpectSound();
}

TEST_P(StripeRules, MoneyThatABankSendsBackIsReversedNotPaid) {
  const RefundId id = Request(500);
  Dispatch();
  ASSERT_EQ(Read(id).state, RefundState::kSucceeded);
  Control({{"reverse", IdempotencyKey(Read(id))}});
  ASSERT_OK(Deliver(Raw(NoticeAbout(id))));
  EXPECT_EQ(Read(id).state, RefundState::kReversed);
  EXPECT_EQ(Read(OrderId("o1")).payments[0].refund_held, 0);
  ExpectSound();
}

TEST_P(StripeRules, AQuestionReadsAllPagesOfThePaymentsRefunds) {
  Control({{"drop_after_effect", 1}});
  const RefundId lost = Request(500);
  Dispatch();
  ASSERT_EQ(Read(lost).state, RefundState::kUnknown);
  for (int i = 0; i < 120; ++i) Request(1);  // more than one page, all newer
  Dispatch();
  Settle(lost);
  EXPECT_EQ(Read(lost).state, RefundState::kSucceeded);
  ExpectEffects(121);
}

TEST_P(RefundGateway, AWrongTableNamesTheGatewayAndTheSetting) {
  const auto load = [&](const std::string& text) {
    WriteFile("wrong.yaml", text);
    return std::string(
        LoadGateways(KeyFolder() + "/wrong.yaml", absl::Hours(24), ids_).status().message());
  };
  EXPECT_THAT(load("gateways:\n  a:\n    protocol: paypal\n"), ::testing::HasSubstr("a.protocol"));
  EXPECT_THAT(load("gateways:\n  a:\n    protocol: stripe\n    url: u\n    secret_key_file: "
                   "stripe.key\n    webhook_secret_file: no-such-file\n"),
              ::testing::HasSubstr("a.webhook_secret_file"));
  EXPECT_THAT(load("gateways:\n  a:\n    protocol: signed_http\n    url: u\n    secret_file: "
                   "signed_http.secret\n    colour: red\n"),
              ::testing::HasSubstr("a.colour"));
  EXPECT_THAT(load("[1, 2"), ::testing::HasSubstr("line"));
  EXPECT_THAT(load("gateways: 7\n"), ::testing::HasSubstr("gateways"));
}

}  // namespace
}  // namespace huiyin::aftersales
