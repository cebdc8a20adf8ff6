// A service, whole, inside a test: its Program assembled over a database of its own and served on a
// free port, with time in the test's hands and without Redis – the test hands events to the
// service's handlers itself. Its peers are those whose addresses the test gives as "peers.<name>";
// others are not there.
//
//   TestHost host(survey::Program(), dialect, {{"survey.cool_down", "0s"}});
//   ASSERT_OK(host.Deliver("survey", "rma", "rma-1", RmaClosed…, at));
//   auto stub = v1::SurveyService::NewStub(host.channel());
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/host/host.h"
#include "libs/rpc/auth.h"
#include "libs/rpc/server.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/servers/temp_database.h"

namespace google::protobuf {
class Message;
}

namespace huiyin::testing {

// Aborts the test program when the service cannot be assembled. Not thread-safe.
class TestHost : public host::Host {
 public:
  using Overrides = std::vector<std::pair<std::string, std::string>>;

  // `start`: what time it is at first. `overrides`: settings that are not the default.
  TestHost(const host::Program& program, db::Dialect dialect, const Overrides& overrides = {},
           absl::Time start = absl::FromUnixSeconds(1767225600));
  ~TestHost() override;

  FakeClock& fake_clock() { return clock_; }
  const std::shared_ptr<grpc::Channel>& channel() { return channel_; }
  // Sets a deadline and, with roles, a token of `tenant`.
  void Prepare(grpc::ClientContext& context, std::vector<std::string> roles,
               const std::string& tenant = "t1", const std::string& subject = "someone");

  // Hand an event to the handler of `consumer`, in a transaction of its own.
  absl::Status Deliver(const std::string& consumer, const events::Event& event);
  absl::Status Deliver(const std::string& consumer, const std::string& topic,
                       const std::string& aggregate_id, const google::protobuf::Message& body,
                       absl::Time at, const std::string& tenant = "t1");
  // How many events of a type wait in the outbox.
  int64_t Published(const std::string& type);
  // Fires timers that are due by the fake clock, until none is left.
  void FireTimers();
  // Starts what AddBackground was given; it is stopped with the host.
  void StartBackground();

  const config::Settings& settings() const override { return settings_; }
  const Clock& clock() override { return clock_; }
  IdGenerator& ids() override { return ids_; }
  obs::Metrics& metrics() override { return metrics_; }
  db::Database& database() override { return temp_.database(); }
  db::GroupCommit& writer() override { return *writer_; }
  timers::Runner& timers() override { return *timers_; }
  rpc::Methods& methods() override { return server_->methods(); }
  rpc::TokenSource& tokens() override { return *tokens_; }
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Peer(const std::string& name) override;
  void Add(std::unique_ptr<grpc::Service> service) override;
  void Add(events::Subscription subscription, std::unique_ptr<events::Handler> handler) override;
  void AddBackground(std::function<void()> start, std::function<void()> stop) override;
  void Keep(std::shared_ptr<void> object) override { kept_.push_back(std::move(object)); }

 private:
  std::string keys_file() const { return dir_.path() + "/keys.json"; }

  TempDir dir_;
  TempDatabase temp_;
  FakeClock clock_;
  UuidV7Generator ids_{clock_};
  obs::Metrics metrics_;
  config::Settings settings_;
  const std::map<std::string, std::string> peers_;  // settings the test gave, by key
  std::vector<std::shared_ptr<void>> kept_;
  std::map<std::string, std::unique_ptr<events::Handler>> handlers_;
  std::vector<std::pair<std::function<void()>, std::function<void()>>> background_;
  bool background_started_ = false;
  std::unique_ptr<db::GroupCommit> writer_;
  std::unique_ptr<timers::Runner> timers_;
  std::unique_ptr<rpc::TokenSource> tokens_;
  std::unique_ptr<rpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace huiyin::testing
