// The server that the tests of this folder call: huiyin.testing.v1.ThingService over a database of
// its own, a key file, and stubs with tokens.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "huiyin/testing/v1/thing_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/auth.h"
#include "libs/rpc/channel.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/server.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

namespace huiyin::rpc {

namespace pb = huiyin::testing::v1;

// Handlers that a test may replace.
struct ThingHandlers {
  std::function<absl::StatusOr<pb::Thing>(const RequestContext&, const pb::GetThingRequest&)> get =
      [](const RequestContext&, const pb::GetThingRequest& request) {
        pb::Thing thing;
        thing.set_name(request.name());
        return thing;
      };
  std::function<absl::Status(const RequestContext&, db::Transaction&)> before_create =
      [](const RequestContext&, db::Transaction&) { return absl::OkStatus(); };
  std::function<absl::Status(const RequestContext&, const pb::WatchThingsRequest&,
                             StreamWriter<pb::Thing>&)>
      watch;
  std::function<absl::StatusOr<pb::UploadThingsResponse>(const RequestContext&,
                                                         StreamReader<pb::UploadThingsRequest>&)>
      upload;
  std::function<absl::Status(const RequestContext&, StreamReader<pb::ExchangeThingsRequest>&,
                             StreamWriter<pb::Thing>&)>
      exchange;
};

class ThingService final : public pb::ThingService::CallbackService {
 public:
  ThingService(Methods& methods, const ThingHandlers& handlers)
      : methods_(methods), handlers_(handlers) {}

  grpc::ServerUnaryReactor* GetThing(grpc::CallbackServerContext* context,
                                     const pb::GetThingRequest* request,
                                     pb::Thing* response) override {
    return methods_.Read(context, request, response, handlers_.get);
  }
  grpc::ServerUnaryReactor* Ping(grpc::CallbackServerContext* context,
                                 const pb::PingRequest* request,
                                 pb::PingResponse* response) override {
    return methods_.Read(
        context, request, response,
        [](const RequestContext& c, const pb::PingRequest&) -> absl::StatusOr<pb::PingResponse> {
          pb::PingResponse answer;
          answer.set_subject(c.caller.subject);
          return answer;
        });
  }
  grpc::ServerUnaryReactor* CreateThing(grpc::CallbackServerContext* context,
                                        const pb::CreateThingRequest* request,
                                        pb::Thing* response) override {
    return methods_.Write(
        context, request, response,
        [](const RequestContext&, const pb::CreateThingRequest& q) -> absl::StatusOr<std::string> {
          InputCheck check;
          check.Require(!q.name().empty() && q.name().size() <= 20, "name", "1 to 20 characters");
          for (const auto& [key, value] : q.attributes()) {
            check.Require(!value.empty(), absl::StrCat("attributes[", key, "]"), "not empty");
          }
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return q.name();
        },
        [](const std::string& name) { return std::hash<std::string>()(name); },
        [this](const RequestContext& c, const std::string& name,
               db::Transaction& tx) -> absl::StatusOr<pb::Thing> {
          HUIYIN_RETURN_IF_ERROR(handlers_.before_create(c, tx));
          HUIYIN_RETURN_IF_ERROR(tx.Execute("INSERT INTO thing (tenant, name) VALUES (?, ?)",
                                            {c.caller.tenant.value(), name})
                                     .status());
          pb::Thing thing;
          thing.set_name(name);
          HUIYIN_RETURN_IF_ERROR(
              tx.Query("SELECT COUNT(*) FROM thing", {},
                       [&](const db::Row& row) { thing.set_number(row.Int(0)); }));
          return thing;
        });
  }
  grpc::ServerWriteReactor<pb::Thing>* WatchThings(grpc::CallbackServerContext* context,
                                                   const pb::WatchThingsRequest* request) override {
    return methods_.ServerStream<pb::Thing>(context, request, handlers_.watch);
  }
  grpc::ServerReadReactor<pb::UploadThingsRequest>* UploadThings(
      grpc::CallbackServerContext* context, pb::UploadThingsResponse* response) override {
    return methods_.ClientStream<pb::UploadThingsRequest>(context, response, handlers_.upload);
  }
  grpc::ServerBidiReactor<pb::ExchangeThingsRequest, pb::Thing>* ExchangeThings(
      grpc::CallbackServerContext* context) override {
    return methods_.BidiStream<pb::ExchangeThingsRequest, pb::Thing>(context, handlers_.exchange);
  }

 private:
  Methods& methods_;
  const ThingHandlers& handlers_;
};

// What a server needs around it. Options and handlers may be changed before Start.
class ThingServer {
 public:
  explicit ThingServer(db::Dialect dialect = db::Dialect::kSqlite) : temp_(dialect) {
    static constexpr db::Migration kThings[] = {
        {1, "0001_thing.sql", "CREATE TABLE thing (tenant TEXT NOT NULL, name TEXT NOT NULL);\n"}};
    temp_.Migrate("things", kThings);
    temp_.Migrate("rpc", Schema());
    EXPECT_OK(CreateKeyFile(keys_file()));
    writer_ = std::make_unique<db::GroupCommit>(temp_.database(), db::GroupCommit::Options{});
    options.listen = "127.0.0.1:0";
    options.jwt_keys_file = keys_file();
  }

  void Start() {
    auto server = Server::Create(options, *writer_, *clock, metrics);
    ASSERT_OK(server);
    server_ = *std::move(server);
    server_->Add(std::make_unique<ThingService>(server_->methods(), handlers));
    ASSERT_OK(server_->Start());
    server_->SetServing(true);
    auto channel = MakeChannel({absl::StrCat("127.0.0.1:", server_->port())}, &metrics);
    ASSERT_OK(channel);
    channel_ = *channel;
    stub_ = pb::ThingService::NewStub(channel_);
  }

  Server& server() { return *server_; }
  pb::ThingService::Stub& stub() { return *stub_; }
  const std::shared_ptr<grpc::Channel>& channel() { return channel_; }
  db::Database& database() { return temp_.database(); }
  std::string keys_file() const { return dir_.path() + "/keys.json"; }

  std::string Token(std::vector<std::string> roles, std::string tenant = "acme",
                    std::string subject = "ann") const {
    auto token = MintToken(keys_file(), {std::move(tenant), std::move(subject), std::move(roles)},
                           clock->Now());
    EXPECT_OK(token);
    return token.value_or("");
  }
  // With a token of an agent, and 30 s to answer.
  void Prepare(grpc::ClientContext& context) const { Prepare(context, Token({"agent"})); }
  static void Prepare(grpc::ClientContext& context, const std::string& token) {
    context.set_deadline(absl::ToChronoTime(SystemClock().Now() + absl::Seconds(30)));
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
  }

  absl::StatusOr<pb::Thing> Get(const std::string& name, const std::string& token) {
    grpc::ClientContext context;
    Prepare(context, token);
    pb::GetThingRequest request;
    request.set_name(name);
    pb::Thing thing;
    const grpc::Status status = stub_->GetThing(&context, request, &thing);
    if (!status.ok()) return FromGrpc(status);
    return thing;
  }
  absl::StatusOr<pb::Thing> Create(const pb::CreateThingRequest& request,
                                   const std::string& token) {
    grpc::ClientContext context;
    Prepare(context, token);
    pb::Thing thing;
    const grpc::Status status = stub_->CreateThing(&context, request, &thing);
    if (!status.ok()) return FromGrpc(status);
    return thing;
  }
  absl::StatusOr<pb::Thing> Create(const std::string& name, const std::string& request_id = "") {
    pb::CreateThingRequest request;
    request.set_name(name);
    request.set_request_id(request_id);
    return Create(request, Token({"agent"}));
  }
  int64_t ThingsStored() {
    int64_t count = -1;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT COUNT(*) FROM thing", {},
                           [&](const db::Row& row) { count = row.Int(0); });
    }));
    return count;
  }

  ServerOptions options;
  ThingHandlers handlers;
  obs::Metrics metrics;
  const Clock* clock = &SystemClock();

 private:
  testing::TempDir dir_;
  testing::TempDatabase temp_;
  std::unique_ptr<db::GroupCommit> writer_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<pb::ThingService::Stub> stub_;
};

}  // namespace huiyin::rpc
