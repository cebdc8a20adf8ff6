#include "libs/rpc/server.h"

#include <grpcpp/create_channel.h>

#include <atomic>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/rpc/method_table.h"
#include "libs/rpc/request_log.h"
#include "libs/rpc/thing_server.h"
#include "libs/testing/fake_clock.h"

namespace huiyin::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using testing::StatusIs;

constexpr char kRequestId[] = "5f0c5a9e-6c53-4c6e-9d8a-0f4f3f1f0a01";

class ServerTest : public ::testing::Test {
 protected:
  ThingServer things_;
};

TEST_F(ServerTest, AnswersACallWithARoleThatMayMakeIt) {
  things_.handlers.get = [](const RequestContext& context,
                            const pb::GetThingRequest& request) -> absl::StatusOr<pb::Thing> {
    pb::Thing thing;
    thing.set_name(absl::StrCat(context.caller.tenant.value(), "/", context.caller.subject, "/",
                                request.name(), context.method));
    return thing;
  };
  things_.Start();
  const auto thing = things_.Get("lamp", things_.Token({"customer", "lead"}));
  ASSERT_OK(thing);
  EXPECT_EQ(thing->name(), "acme/ann/lamp/huiyin.testing.v1.ThingService/GetThing");
}

TEST_F(ServerTest, RefusesCallersWithoutTokenOrRole) {
  things_.Start();
  EXPECT_THAT(things_.Get("lamp", "").status(), HasReason("TOKEN_MISSING"));
  const absl::Status status = things_.Get("lamp", things_.Token({"customer"})).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(status, HasReason("ROLE_NOT_ALLOWED"));
  EXPECT_THAT(things_.Get("lamp", things_.Token({})).status(), HasReason("ROLE_NOT_ALLOWED"));
}

TEST_F(ServerTest, AnonymousMethodsNeedNoTokenButRefuseABadOne) {
  things_.Start();
  const auto ping = [&](const std::string& token, pb::PingResponse& answer) {
    grpc::ClientContext context;
    ThingServer::Prepare(context, token);
    return FromGrpc(things_.stub().Ping(&context, {}, &answer));
  };
  pb::PingResponse answer;
  EXPECT_OK(ping("", answer));
  EXPECT_EQ(answer.subject(), "");
  EXPECT_OK(ping(things_.Token({"customer"}), answer));
  EXPECT_EQ(answer.subject(), "ann");
  EXPECT_THAT(ping("nonsense", answer), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(ServerTest, AMethodWithoutAccessRuleStopsTheStart) {
  obs::Metrics metrics;
  const auto table = MethodTable::Build({"grpc.health.v1.Health"}, metrics);
  EXPECT_THAT(table.status(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(table.status().message(), HasSubstr("grpc.health.v1.Health.Check"));
}

TEST_F(ServerTest, InternalErrorsAreMaskedAndCarryAnErrorId) {
  things_.handlers.get = [](const RequestContext&,
                            const pb::GetThingRequest& request) -> absl::StatusOr<pb::Thing> {
    if (request.name() == "throw") throw std::runtime_error("secret host db-7");
    if (request.name() == "lost") return absl::UnavailableError("secret host db-7 refused");
    return absl::InternalError("secret host db-7");
  };
  things_.Start();
  for (const char* name : {"fail", "throw"}) {
    const absl::Status status = things_.Get(name, things_.Token({"agent"})).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal));
    EXPECT_THAT(status.ToString(), Not(HasSubstr("secret")));
    EXPECT_EQ(Metadata(status)["error_id"].size(), 32u);
    EXPECT_THAT(std::string(status.message()), HasSubstr(Metadata(status)["error_id"]));
  }
  const absl::Status lost = things_.Get("lost", things_.Token({"agent"})).status();
  EXPECT_THAT(lost, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(lost.ToString(), Not(HasSubstr("secret")));
  EXPECT_TRUE(RetryDelay(lost).has_value());
}

TEST_F(ServerTest, ErrorsMadeForCallersPass) {
  things_.handlers.get = [](const RequestContext&,
                            const pb::GetThingRequest&) -> absl::StatusOr<pb::Thing> {
    return Error(absl::StatusCode::kNotFound, "THING_NOT_FOUND", "no such thing", {{"name", "x"}});
  };
  things_.Start();
  const absl::Status status = things_.Get("x", things_.Token({"agent"})).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(status, HasReason("THING_NOT_FOUND"));
  EXPECT_EQ(status.message(), "no such thing");
  EXPECT_EQ(Metadata(status)["name"], "x");
}

TEST_F(ServerTest, AllViolationsAreReportedAndNothingIsStored) {
  things_.Start();
  pb::CreateThingRequest request;
  request.set_request_id("not a uuid");
  (*request.mutable_attributes())["colour"] = "";
  const absl::Status status = things_.Create(request, things_.Token({"agent"})).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Violations(status), ElementsAre(Field(&Violation::field, "name"),
                                              Field(&Violation::field, "attributes[colour]"),
                                              Field(&Violation::field, "request_id")));
  request.clear_attributes();
  request.set_name("lamp");
  EXPECT_THAT(Violations(things_.Create(request, things_.Token({"agent"})).status()),
              ElementsAre(Field(&Violation::field, "request_id")));
  EXPECT_EQ(things_.ThingsStored(), 0);
}

TEST_F(ServerTest, WorkWhoseDeadlinePassedIsNotBegun) {
  absl::Notification busy, go;
  std::atomic<int> begun = 0;
  testing::FakeClock clock;
  things_.clock = &clock;
  things_.options.read_threads = 1;
  things_.handlers.get = [&](const RequestContext&,
                             const pb::GetThingRequest& request) -> absl::StatusOr<pb::Thing> {
    ++begun;
    if (request.name() == "slow") {
      busy.Notify();
      go.WaitForNotification();
    }
    return pb::Thing();
  };
  things_.Start();
  const std::string token = things_.Token({"agent"});
  std::thread slow([&] { EXPECT_OK(things_.Get("slow", token)); });
  busy.WaitForNotification();
  grpc::ClientContext context;
  ThingServer::Prepare(context, token);
  context.set_deadline(absl::ToChronoTime(SystemClock().Now() + absl::Milliseconds(50)));
  pb::Thing thing;
  pb::GetThingRequest request;
  request.set_name("late");
  EXPECT_THAT(FromGrpc(things_.stub().GetThing(&context, request, &thing)),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  clock.Advance(absl::Seconds(1));
  go.Notify();
  slow.join();
  EXPECT_OK(things_.Get("next", token));
  EXPECT_EQ(begun, 2);  // slow and next
}

TEST_F(ServerTest, HandlersGetTheCallersDeadlineOrTheDefault) {
  absl::Duration left;
  things_.options.default_deadline = absl::Seconds(7);
  things_.handlers.get = [&](const RequestContext& context,
                             const pb::GetThingRequest&) -> absl::StatusOr<pb::Thing> {
    left = context.deadline - SystemClock().Now();
    return pb::Thing();
  };
  things_.Start();
  EXPECT_OK(things_.Get("x", things_.Token({"agent"})));
  EXPECT_GT(left, absl::Seconds(20));
  EXPECT_LE(left, absl::Seconds(31));  // gRPC rounds what it sends
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + things_.Token({"agent"}));
  pb::Thing thing;
  EXPECT_TRUE(things_.stub().GetThing(&context, {}, &thing).ok());
  EXPECT_GT(left, absl::Seconds(3));
  EXPECT_LE(left, absl::Seconds(7));
}

TEST_F(ServerTest, AFullQueueAnswersAtOnceWithRetryInfo) {
  absl::Notification busy, go;
  things_.options.read_threads = 1;
  things_.options.max_queue = 0;
  things_.handlers.get = [&](const RequestContext&,
                             const pb::GetThingRequest&) -> absl::StatusOr<pb::Thing> {
    busy.Notify();
    go.WaitForNotification();
    return pb::Thing();
  };
  things_.Start();
  const std::string token = things_.Token({"agent"});
  std::thread first([&] { EXPECT_OK(things_.Get("a", token)); });
  busy.WaitForNotification();
  const absl::Status status = things_.Get("b", token).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(status, HasReason("OVERLOADED"));
  EXPECT_GT(RetryDelay(status).value_or(absl::ZeroDuration()), absl::ZeroDuration());
  go.Notify();
  first.join();
}

TEST_F(ServerTest, NoMoreCallsThanAdmittedAreUnderWay) {
  absl::Notification busy, go;
  things_.options.max_in_flight = 1;
  things_.handlers.get = [&](const RequestContext&,
                             const pb::GetThingRequest&) -> absl::StatusOr<pb::Thing> {
    if (!busy.HasBeenNotified()) busy.Notify();
    go.WaitForNotification();
    return pb::Thing();
  };
  things_.Start();
  const std::string token = things_.Token({"agent"});
  std::thread first([&] { EXPECT_OK(things_.Get("a", token)); });
  busy.WaitForNotification();
  EXPECT_THAT(things_.Get("b", token).status(), HasReason("OVERLOADED"));
  EXPECT_THAT(things_.Create("c").status(), HasReason("OVERLOADED"));
  go.Notify();
  first.join();
  EXPECT_OK(things_.Get("a", token));
}

TEST_F(ServerTest, ContinuesTheCallersTraceOrStartsOne) {
  std::string seen;
  things_.handlers.get = [&](const RequestContext& context,
                             const pb::GetThingRequest&) -> absl::StatusOr<pb::Thing> {
    seen = context.caller.traceparent;
    return pb::Thing();
  };
  things_.Start();
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  grpc::ClientContext context;
  things_.Prepare(context);
  context.AddMetadata("traceparent", parent);
  pb::Thing thing;
  ASSERT_TRUE(things_.stub().GetThing(&context, {}, &thing).ok());
  EXPECT_EQ(seen.substr(0, 36), parent.substr(0, 36));
  EXPECT_NE(seen, parent);
  EXPECT_OK(things_.Get("x", things_.Token({"agent"})));
  EXPECT_EQ(seen.size(), parent.size());
  EXPECT_NE(seen.substr(0, 36), parent.substr(0, 36));
}

TEST_F(ServerTest, CountsCallsOnBothSidesFromZero) {
  things_.Start();
  const auto has = [&](const std::string& line) {
    return absl::StrContains(things_.metrics.Text(), "\n" + line + "\n");
  };
  const std::string get =
      R"(grpc_method="GetThing",grpc_service="huiyin.testing.v1.ThingService",grpc_type="unary"})";
  EXPECT_TRUE(has("grpc_server_started_total{" + get + " 0"));
  EXPECT_TRUE(has(R"(grpc_server_handled_total{grpc_code="DataLoss",)" + get + " 0"));
  EXPECT_OK(things_.Get("x", things_.Token({"agent"})));
  EXPECT_FALSE(things_.Get("x", "").ok());
  EXPECT_TRUE(has("grpc_server_started_total{" + get + " 2"));
  EXPECT_TRUE(has("grpc_server_msg_received_total{" + get + " 2"));
  EXPECT_TRUE(has("grpc_server_msg_sent_total{" + get + " 1"));
  EXPECT_TRUE(has(R"(grpc_server_handled_total{grpc_code="OK",)" + get + " 1"));
  EXPECT_TRUE(has(R"(grpc_server_handled_total{grpc_code="Unauthenticated",)" + get + " 1"));
  EXPECT_TRUE(has("grpc_server_handling_seconds_count{" + get + " 2"));
  EXPECT_TRUE(has("grpc_client_started_total{" + get + " 2"));
  EXPECT_TRUE(has(R"(grpc_client_handled_total{grpc_code="Unauthenticated",)" + get + " 1"));
}

TEST_F(ServerTest, HealthKnowsTheServerAndItsServices) {
  things_.Start();
  auto health = grpc::health::v1::Health::NewStub(things_.channel());
  const auto check = [&](const std::string& service) {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    const grpc::Status status = health->Check(&context, request, &response);
    return status.ok()
               ? grpc::health::v1::HealthCheckResponse::ServingStatus_Name(response.status())
               : std::string(CodeName(status.error_code()));
  };
  EXPECT_EQ(check(""), "SERVING");
  EXPECT_EQ(check("huiyin.testing.v1.ThingService"), "SERVING");
  EXPECT_EQ(check("huiyin.Other"), "NotFound");
  things_.server().SetServing(false);
  EXPECT_EQ(check(""), "NOT_SERVING");
  EXPECT_EQ(check("huiyin.testing.v1.ThingService"), "NOT_SERVING");
}

TEST_F(ServerTest, HealthWatchTellsEachChange) {
  things_.Start();
  auto health = grpc::health::v1::Health::NewStub(things_.channel());
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckResponse response;
  auto watch = health->Watch(&context, {});
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), response.SERVING);
  things_.server().SetServing(false);
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), response.NOT_SERVING);
  things_.server().SetServing(true);
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), response.SERVING);
}

TEST_F(ServerTest, AnAddressInUseIsAClearError) {
  things_.Start();
  ServerOptions options = things_.options;
  options.listen = absl::StrCat("127.0.0.1:", things_.server().port());
  testing::TempDatabase database(db::Dialect::kSqlite);
  db::GroupCommit writer(database.database(), {});
  obs::Metrics metrics;
  auto second = Server::Create(options, writer, SystemClock(), metrics);
  ASSERT_OK(second);
  const absl::Status status = (*second)->Start();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(status.message()), HasSubstr(options.listen));
}

TEST_F(ServerTest, AMessageOverTheLimitIsRefused) {
  things_.options.max_message_bytes = 1 << 20;
  things_.Start();
  pb::CreateThingRequest request;
  request.set_name(std::string(2 << 20, 'x'));
  EXPECT_THAT(things_.Create(request, things_.Token({"agent"})).status(),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(ServerTest, ServesOnAUnixSocket) {
  testing::TempDir dir;
  things_.options.listen = "unix:" + dir.path() + "/s";
  things_.Start();
  EXPECT_EQ(things_.server().port(), 0);
  auto stub = pb::ThingService::NewStub(*MakeChannel({things_.options.listen}));
  grpc::ClientContext context;
  things_.Prepare(context);
  pb::Thing thing;
  EXPECT_OK(FromGrpc(stub->GetThing(&context, {}, &thing)));
}

// request_id, on each database.
class RequestIdTest : public ::testing::TestWithParam<db::Dialect> {
 protected:
  RequestIdTest() : things_(GetParam()) {}
  ThingServer things_;
};
HUIYIN_ON_ALL_DATABASES(RequestIdTest);

TEST_P(RequestIdTest, ARepeatGetsTheFirstAnswer) {
  things_.Start();
  EXPECT_OK(things_.Create("other"));
  const auto first = things_.Create("lamp", kRequestId);
  ASSERT_OK(first);
  EXPECT_EQ(first->number(), 2);
  EXPECT_OK(things_.Create("other"));
  const auto second = things_.Create("lamp", kRequestId);
  ASSERT_OK(second);
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(things_.ThingsStored(), 3);
}

TEST_P(RequestIdTest, OtherContentIsRefused) {
  things_.Start();
  EXPECT_OK(things_.Create("lamp", kRequestId));
  const absl::Status status = things_.Create("chair", kRequestId).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(status, HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(things_.ThingsStored(), 1);
}

TEST_P(RequestIdTest, OrderOfMapEntriesIsNotContent) {
  things_.Start();
  pb::CreateThingRequest one, two;
  for (auto* request : {&one, &two}) {
    request->set_name("lamp");
    request->set_request_id(kRequestId);
  }
  for (int i = 0; i < 20; ++i) (*one.mutable_attributes())[absl::StrCat(i)] = "v";
  for (int i = 19; i >= 0; --i) (*two.mutable_attributes())[absl::StrCat(i)] = "v";
  EXPECT_OK(things_.Create(one, things_.Token({"agent"})));
  EXPECT_OK(things_.Create(two, things_.Token({"agent"})));
  EXPECT_EQ(things_.ThingsStored(), 1);
}

TEST_P(RequestIdTest, TenantsHaveTheirOwnIdsAndSubjectsDoNotSeeEachOthersAnswers) {
  things_.Start();
  pb::CreateThingRequest request;
  request.set_name("lamp");
  request.set_request_id(kRequestId);
  EXPECT_OK(things_.Create(request, things_.Token({"agent"}, "acme", "ann")));
  EXPECT_OK(things_.Create(request, things_.Token({"agent"}, "globex", "ann")));
  EXPECT_THAT(things_.Create(request, things_.Token({"agent"}, "acme", "bob")).status(),
              HasReason("REQUEST_ID_REUSED"));
  EXPECT_EQ(things_.ThingsStored(), 2);
}

TEST_P(RequestIdTest, AFailedCallMayBeRepeated) {
  std::atomic<bool> fail = true;
  things_.handlers.before_create = [&](const RequestContext&, db::Transaction&) {
    return fail ? Error(absl::StatusCode::kFailedPrecondition, "NOT_NOW", "not now")
                : absl::OkStatus();
  };
  things_.Start();
  EXPECT_THAT(things_.Create("lamp", kRequestId).status(), HasReason("NOT_NOW"));
  fail = false;
  EXPECT_OK(things_.Create("lamp", kRequestId));
  EXPECT_EQ(things_.ThingsStored(), 1);
}

TEST_P(RequestIdTest, SixtyFourRepeatsAtOnceHaveOneEffect) {
  things_.Start();
  std::vector<std::thread> threads;
  std::atomic<int> same = 0;
  for (int i = 0; i < 64; ++i) {
    threads.emplace_back([&, i] {
      // Others write at the same time.
      if (i % 8 == 0) {
        EXPECT_OK(things_.Create(absl::StrCat("other", i)));
      }
      const auto thing = things_.Create("lamp", kRequestId);
      EXPECT_OK(thing);
      if (thing.ok() && thing->name() == "lamp") ++same;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(same, 64);
  EXPECT_EQ(things_.ThingsStored(), 1 + 8);
}

TEST_P(RequestIdTest, OldAnswersArePrunedAndYoungOnesKept) {
  constexpr char kOldId[] = "00000000-0000-4000-8000-000000000001";
  constexpr char kYoungId[] = "00000000-0000-4000-8000-000000000002";
  const absl::Time now = SystemClock().Now();
  const auto store = [&](const std::string& id, absl::Time at) {
    Caller caller;
    caller.tenant = TenantId("acme");
    const LoggedRequest logged = MakeLoggedRequest(caller, "/m", id, pb::CreateThingRequest());
    EXPECT_OK(things_.database().Write(
        [&](db::Transaction& tx) { return StoreAnswer(tx, logged, "answer", at); }));
    return logged;
  };
  const LoggedRequest old_one = store(kOldId, now - absl::Hours(24 * 7) - absl::Seconds(1));
  const LoggedRequest young = store(kYoungId, now - absl::Hours(24 * 7) + absl::Seconds(1));
  EXPECT_OK(
      things_.database().Write([&](db::Transaction& tx) { return PruneRequestLog(tx, now); }));
  EXPECT_OK(things_.database().Write([&](db::Transaction& tx) {
    std::string answer;
    EXPECT_FALSE(*FindAnswer(tx, old_one, answer));
    EXPECT_TRUE(*FindAnswer(tx, young, answer));
    EXPECT_EQ(answer, "answer");
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace huiyin::rpc
