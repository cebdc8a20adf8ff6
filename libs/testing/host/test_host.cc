#include "libs/testing/host/test_host.h"

#include <google/protobuf/message.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "libs/events/outbox.h"
#include "libs/host/settings.h"
#include "libs/rpc/channel.h"

namespace huiyin::testing {
namespace {

void Check(const absl::Status& status, const char* what) {
  if (status.ok()) return;
  std::fprintf(stderr, "TestHost: %s: %s\n", what, status.ToString().c_str());
  std::abort();
}

template <class T>
T Take(absl::StatusOr<T> value, const char* what) {
  Check(value.status(), what);
  return *std::move(value);
}

config::Settings LoadSettings(const host::Program& program, const std::string& dsn,
                              const TestHost::Overrides& overrides) {
  std::vector<config::Setting> table = host::CommonSettings(program.name);
  table.insert(table.end(), program.settings.begin(), program.settings.end());
  std::vector<std::string> words = {program.name, "--set", "database.dsn=" + dsn};
  for (const auto& [key, value] : overrides) {
    words.push_back("--set");
    words.push_back(absl::StrCat(key, "=", value));
  }
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return Take(config::Load(table, static_cast<int>(arguments.size()), arguments.data(), {}),
              "settings");
}

}  // namespace

TestHost::TestHost(const host::Program& program, db::Dialect dialect, const Overrides& overrides,
                   absl::Time start)
    : temp_(dialect),
      clock_(start),
      settings_(LoadSettings(program, temp_.dsn(), overrides)),
      peers_(overrides.begin(), overrides.end()) {
  temp_.Migrate("rpc", rpc::Schema());
  temp_.Migrate("events", events::Schema());
  temp_.Migrate("timers", timers::Schema());
  temp_.Migrate(program.name, program.schema);
  Check(rpc::CreateKeyFile(keys_file()), "key file");
  writer_ = std::make_unique<db::GroupCommit>(temp_.database(), db::GroupCommit::Options{});
  timers_ = std::make_unique<timers::Runner>(temp_.database(), *writer_, clock_);
  tokens_ = rpc::MakeTokenSource(keys_file(), program.name, clock_);
  rpc::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.jwt_keys_file = keys_file();
  server_ = Take(rpc::Server::Create(options, *writer_, clock_, metrics_), "server");
  Check(program.assemble(*this), "assemble");
  timers_->Start();
  Check(server_->Start(), "start");
  server_->SetServing(true);
  channel_ =
      Take(rpc::MakeChannel({absl::StrCat("127.0.0.1:", server_->port())}, &metrics_), "channel");
}

TestHost::~TestHost() {
  channel_.reset();
  server_.reset();
  timers_->Stop();
  if (background_started_) {
    for (auto& [start, stop] : background_) stop();
  }
  writer_.reset();
}

void TestHost::Prepare(grpc::ClientContext& context, std::vector<std::string> roles,
                       const std::string& tenant, const std::string& subject) {
  context.set_deadline(absl::ToChronoTime(SystemClock().Now() + absl::Seconds(30)));
  if (roles.empty()) return;
  const std::string token =
      Take(rpc::MintToken(keys_file(), {tenant, subject, std::move(roles)}, clock_.Now()), "token");
  context.AddMetadata("authorization", "Bearer " + token);
}

absl::Status TestHost::Deliver(const std::string& consumer, const std::string& topic,
                               const std::string& aggregate_id,
                               const google::protobuf::Message& body, absl::Time at,
                               const std::string& tenant) {
  events::Event event;
  event.event_id = ids_.NewId();
  event.type = body.GetDescriptor()->full_name();
  event.tenant = tenant;
  event.topic = topic;
  event.aggregate_id = aggregate_id;
  event.sequence = 1;
  event.occurred_at = at;
  event.body = body.SerializeAsString();
  return Deliver(consumer, event);
}

absl::Status TestHost::Deliver(const std::string& consumer, const events::Event& event) {
  events::Handler& handler = *handlers_.at(consumer);
  const absl::Status prepared = handler.Prepare({&event, 1});
  if (!prepared.ok()) return prepared;
  return database().Write([&](db::Transaction& tx) { return handler.Handle(tx, event); });
}

int64_t TestHost::Published(const std::string& type) {
  int64_t count = 0;
  Check(database().Read([&](db::Session& session) {
    return session.Query("SELECT COUNT(*) FROM outbox WHERE type = ?", {type},
                         [&](const db::Row& row) { count = row.Int(0); });
  }),
        "outbox");
  return count;
}

void TestHost::FireTimers() {
  const auto due = [&] {
    int64_t count = 0;
    Check(database().Read([&](db::Session& session) {
      return session.Query("SELECT COUNT(*) FROM timer WHERE next_attempt <= ?", {clock_.Now()},
                           [&](const db::Row& row) { count = row.Int(0); });
    }),
          "timers");
    return count;
  };
  timers_->Wake();
  if (!WaitUntil([&] { return due() == 0; }))
    Check(absl::DeadlineExceededError("still due"), "timers");
}

void TestHost::StartBackground() {
  background_started_ = true;
  for (auto& [start, stop] : background_) start();
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> TestHost::Peer(const std::string& name) {
  const auto given = peers_.find("peers." + name);
  // Without an address of the test's own: a socket that is not there, so that calls fail at once.
  return rpc::MakeChannel(
      {given != peers_.end() ? given->second : absl::StrCat("unix:", dir_.path(), "/", name)},
      &metrics_);
}

void TestHost::Add(std::unique_ptr<grpc::Service> service) { server_->Add(std::move(service)); }

void TestHost::Add(events::Subscription subscription, std::unique_ptr<events::Handler> handler) {
  handlers_[subscription.consumer] = std::move(handler);
}

void TestHost::AddBackground(std::function<void()> start, std::function<void()> stop) {
  background_.emplace_back(std::move(start), std::move(stop));
}

}  // namespace huiyin::testing
