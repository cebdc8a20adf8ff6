// The ingest service as its program puts it together, inside a test: real database, group commit,
// gRPC server and timers; events are handed in and read from the outbox by the test.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "huiyin/ingest/v1/customer_service.grpc.pb.h"
#include "huiyin/ingest/v1/evidence_service.grpc.pb.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "libs/events/outbox.h"
#include "libs/host/host.h"
#include "libs/host/settings.h"
#include "libs/rpc/auth.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/server.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/ingest/app.h"

namespace huiyin::ingest {

class TestHost final : public host::Host {
 public:
  explicit TestHost(db::Dialect dialect = db::Dialect::kSqlite)
      : program_(Program()), temp_(dialect), ids_(clock_), settings_(LoadSettings()) {
    temp_.Migrate("events", events::Schema());
    temp_.Migrate("timers", timers::Schema());
    temp_.Migrate("rpc", rpc::Schema());
    temp_.Migrate("ingest", program_.schema);
    EXPECT_OK(rpc::CreateKeyFile(keys_file()));
    writer_ = std::make_unique<db::GroupCommit>(temp_.database(), db::GroupCommit::Options{});
    timers_ = std::make_unique<timers::Runner>(temp_.database(), *writer_, clock_);
    rpc::ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.jwt_keys_file = keys_file();
    auto server = rpc::Server::Create(options, *writer_, clock_, metrics_);
    EXPECT_OK(server);
    server_ = *std::move(server);
    EXPECT_OK(program_.assemble(*this));
    EXPECT_OK(server_->Start());
    server_->SetServing(true);
    timers_->Start();
    for (const auto& [start, stop] : background_) start();
    auto channel = rpc::MakeChannel({absl::StrCat("127.0.0.1:", server_->port())}, &metrics_);
    EXPECT_OK(channel);
    tickets_ = v1::TicketService::NewStub(*channel);
    evidence_ = v1::EvidenceService::NewStub(*channel);
    customers_ = v1::CustomerService::NewStub(*channel);
  }
  ~TestHost() override {
    server_->Drain(absl::ZeroDuration(), SystemClock().Now() + absl::Seconds(5));
    timers_->Stop();
    for (const auto& [start, stop] : background_) stop();
    writer_.reset();
  }

  const config::Settings& settings() const override { return settings_; }
  const Clock& clock() override { return clock_; }
  IdGenerator& ids() override { return ids_; }
  obs::Metrics& metrics() override { return metrics_; }
  db::Database& database() override { return temp_.database(); }
  db::GroupCommit& writer() override { return *writer_; }
  timers::Runner& timers() override { return *timers_; }
  rpc::Methods& methods() override { return server_->methods(); }
  rpc::TokenSource& tokens() override { std::abort(); }  // ingest calls nobody
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Peer(const std::string&) override {
    return absl::UnimplementedError("ingest calls nobody");
  }
  void Add(std::unique_ptr<grpc::Service> service) override { server_->Add(std::move(service)); }
  void Add(events::Subscription subscription, std::unique_ptr<events::Handler> handler) override {
    EXPECT_EQ(subscription.topics, std::vector<std::string>{"decision"});
    handler_ = std::move(handler);
  }
  void AddBackground(std::function<void()> start, std::function<void()> stop) override {
    background_.emplace_back(std::move(start), std::move(stop));
  }
  void Keep(std::shared_ptr<void> object) override { kept_.push_back(std::move(object)); }

  v1::TicketService::Stub& tickets() { return *tickets_; }
  v1::EvidenceService::Stub& evidence() { return *evidence_; }
  v1::CustomerService::Stub& customers() { return *customers_; }
  testing::FakeClock& fake_clock() { return clock_; }
  events::Handler& decisions() { return *handler_; }

  // A call's context: 30 s to answer, and a token of this role.
  struct Call {
    grpc::ClientContext context;
  };
  std::unique_ptr<Call> As(const std::string& role, const std::string& subject = "shop",
                           const std::string& tenant = "acme") const {
    auto call = std::make_unique<Call>();
    call->context.set_deadline(absl::ToChronoTime(clock_.Now() + absl::Seconds(30)));
    const auto token = rpc::MintToken(keys_file(), {tenant, subject, {role}}, clock_.Now());
    EXPECT_OK(token);
    call->context.AddMetadata("authorization", "Bearer " + token.value_or(""));
    return call;
  }
  // Unary calls: host.Ask(&v1::TicketService::Stub::GetTicket, request, host.As("agent")).
  template <class Stub, class In, class Out>
  absl::StatusOr<Out> Ask(Stub& stub,
                          grpc::Status (Stub::*method)(grpc::ClientContext*, const In&, Out*),
                          const In& request, const std::unique_ptr<Call>& call) {
    Out answer;
    const grpc::Status status = (stub.*method)(&call->context, request, &answer);
    if (!status.ok()) return rpc::FromGrpc(status);
    return answer;
  }
  std::string NewId() { return ids_.NewId(); }

  int64_t Count(const std::string& table) {
    int64_t count = -1;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT COUNT(*) FROM " + table, {},
                           [&](const db::Row& row) { count = row.Int(0); });
    }));
    return count;
  }

 private:
  std::string keys_file() const { return dir_.path() + "/keys.json"; }
  config::Settings LoadSettings() {
    std::vector<config::Setting> table = host::CommonSettings(program_.name);
    table.insert(table.end(), program_.settings.begin(), program_.settings.end());
    const std::map<std::string, std::string> environment = {
        {"HUIYIN_DATABASE_DSN", temp_.dsn()}, {"HUIYIN_UPLOAD_FOLDER", dir_.path() + "/evidence"}};
    auto settings = config::Load(table, 0, nullptr, environment);
    EXPECT_OK(settings);
    return *std::move(settings);
  }

  const host::Program program_;
  testing::TempDir dir_;
  testing::TempDatabase temp_;
  testing::FakeClock clock_{SystemClock().Now()};  // tokens and deadlines are real time's
  UuidV7Generator ids_;
  obs::Metrics metrics_;
  config::Settings settings_;
  std::vector<std::shared_ptr<void>> kept_;
  std::unique_ptr<db::GroupCommit> writer_;
  std::unique_ptr<timers::Runner> timers_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<events::Handler> handler_;
  std::vector<std::pair<std::function<void()>, std::function<void()>>> background_;
  std::unique_ptr<v1::TicketService::Stub> tickets_;
  std::unique_ptr<v1::EvidenceService::Stub> evidence_;
  std::unique_ptr<v1::CustomerService::Stub> customers_;
};

}  // namespace huiyin::ingest
