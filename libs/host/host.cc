#include "libs/host/host.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <iostream>
#include <mutex>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/events/consumer_runner.h"
#include "libs/events/outbox.h"
#include "libs/events/relay.h"
#include "libs/host/dead_letter_service.h"
#include "libs/host/delivery_service.h"
#include "libs/host/settings.h"
#include "libs/host/stop_signal.h"
#include "libs/http/server.h"
#include "libs/obs/log.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/server.h"

namespace huiyin::host {
namespace {

constexpr absl::Duration kRetryDatabase = absl::Milliseconds(500);
constexpr absl::Duration kDrainOutbox = absl::Seconds(5);

absl::StatusOr<http::Options> AdminAddress(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  http::Options options;
  if (colon == std::string::npos || !absl::SimpleAtoi(listen.substr(colon + 1), &options.port)) {
    return absl::InvalidArgumentError(
        absl::StrCat("http.listen = ", listen, ": expected IP:PORT, for example 127.0.0.1:9100"));
  }
  options.host = listen.substr(0, colon);
  return options;
}

rpc::ServerOptions ServerOptionsFrom(const config::Settings& settings) {
  rpc::ServerOptions options;
  options.listen = settings.String("grpc.listen");
  options.cert_file = settings.String("grpc.cert_file");
  options.key_file = settings.String("grpc.key_file");
  options.client_ca_file = settings.String("grpc.client_ca_file");
  options.jwt_keys_file = settings.String("auth.keys_file");
  options.read_threads = static_cast<int>(settings.Int("grpc.read_threads"));
  options.stream_threads = static_cast<int>(settings.Int("grpc.stream_threads"));
  options.max_queue = static_cast<size_t>(settings.Int("grpc.max_queue"));
  options.max_in_flight = static_cast<size_t>(settings.Int("grpc.max_in_flight"));
  options.max_message_bytes = static_cast<int>(settings.Int("grpc.max_message"));
  options.default_deadline = settings.Duration("grpc.default_deadline");
  options.max_connection_age = settings.Duration("grpc.max_connection_age");
  options.access_log_every = static_cast<int>(settings.Int("log.access_every"));
  return options;
}

events::BusOptions BusOptionsFrom(const config::Settings& settings) {
  return {.redis = settings.String("redis.address"),
          .username = settings.String("redis.username"),
          .password = settings.String("redis.password"),
          .partitions = static_cast<int>(settings.Int("events.partitions"))};
}

// The schemas of a service's database: its own and those of the libraries that keep tables in it.
struct Component {
  std::string name;
  std::span<const db::Migration> migrations;
};

class Process final : public Host {
 public:
  Process(const Program& program, config::Settings settings)
      : program_(program), settings_(std::move(settings)), ids_(SystemClock()) {}

  // Everything up to serving. `stop` ends the waiting for a database that is not there yet.
  absl::Status Start(StopSignal& stop) {
    HUIYIN_RETURN_IF_ERROR(StartAdmin());
    HUIYIN_RETURN_IF_ERROR(OpenDatabase(stop));
    writer_ = std::make_unique<db::GroupCommit>(
        *database_, db::GroupCommit::Options{
                        .max_group = static_cast<size_t>(settings_.Int("commit.max_group")),
                        .max_queue = static_cast<size_t>(settings_.Int("commit.max_queue"))});
    HUIYIN_ASSIGN_OR_RETURN(server_, rpc::Server::Create(ServerOptionsFrom(settings_), *writer_,
                                                         SystemClock(), metrics_));
    tokens_ =
        rpc::MakeTokenSource(settings_.String("auth.keys_file"), program_.name, SystemClock());
    timers_ = std::make_unique<timers::Runner>(*database_, *writer_, SystemClock());
    const events::BusOptions bus = BusOptionsFrom(settings_);
    relay_ = std::make_unique<events::Relay>(
        events::RelayOptions{.bus = bus,
                             .consumers = program_.event_consumers,
                             .retention = settings_.Duration("events.retention")},
        *database_, *writer_, SystemClock(), ids_, metrics_);
    consumers_ = std::make_unique<events::ConsumerRunner>(
        events::ConsumerOptions{.bus = bus}, *database_, *writer_, SystemClock(), ids_, metrics_);
    writer_->OnCommit([this] { relay_->Wake(); });

    HUIYIN_RETURN_IF_ERROR(program_.assemble(*this));
    server_->Add(MakeDeadLetterService(server_->methods(), *database_, *consumers_));
    server_->Add(MakeDeliveryService(server_->methods(), *database_));
    HUIYIN_RETURN_IF_ERROR(server_->Start());
    relay_->Start();
    timers_->Start();
    consumers_->Start();
    for (const Background& work : background_) work.start();
    server_->SetServing(true);
    serving_ = true;
    obs::Log(obs::Level::kInfo, "serving",
             {{"grpc", settings_.String("grpc.listen")},
              {"grpc_port", server_->port()},
              {"http_port", admin_->port()}});
    return absl::OkStatus();
  }

  // In the order that host.h promises; also after a Start that failed half-way.
  void Stop() {
    serving_ = false;
    if (server_) {
      server_->Drain(settings_.Duration("shutdown.linger"),
                     SystemClock().Now() + settings_.Duration("shutdown.linger") +
                         settings_.Duration("shutdown.drain"));
    }
    for (auto work = background_.rbegin(); work != background_.rend(); ++work) work->stop();
    if (consumers_) consumers_->Stop();
    if (timers_) timers_->Stop();
    if (relay_) relay_->Stop(kDrainOutbox);
    server_.reset();  // services first: they refer to what follows
    consumers_.reset();
    timers_.reset();
    writer_.reset();  // finishes what was accepted
    relay_.reset();
    kept_.clear();
    database_.reset();
    admin_.reset();
  }

  const config::Settings& settings() const override { return settings_; }
  const Clock& clock() override { return SystemClock(); }
  IdGenerator& ids() override { return ids_; }
  obs::Metrics& metrics() override { return metrics_; }
  db::Database& database() override { return *database_; }
  db::GroupCommit& writer() override { return *writer_; }
  timers::Runner& timers() override { return *timers_; }
  rpc::Methods& methods() override { return server_->methods(); }
  rpc::TokenSource& tokens() override { return *tokens_; }

  absl::StatusOr<std::shared_ptr<grpc::Channel>> Peer(const std::string& name) override {
    return rpc::MakeChannel({.target = settings_.String(absl::StrCat("peers.", name)),
                             .ca_file = settings_.String("peers.ca_file"),
                             .cert_file = settings_.String("peers.cert_file"),
                             .key_file = settings_.String("peers.key_file")},
                            &metrics_);
  }
  void Add(std::unique_ptr<grpc::Service> service) override { server_->Add(std::move(service)); }
  void Add(events::Subscription subscription, std::unique_ptr<events::Handler> handler) override {
    subscription.max_group = static_cast<size_t>(settings_.Int("events.group"));
    consumers_->Add(std::move(subscription), std::move(handler));
  }
  void AddBackground(std::function<void()> start, std::function<void()> stop) override {
    background_.push_back({std::move(start), std::move(stop)});
  }
  void Keep(std::shared_ptr<void> object) override { kept_.push_back(std::move(object)); }

 private:
  struct Background {
    std::function<void()> start, stop;
  };

  absl::Status StartAdmin() {
    HUIYIN_ASSIGN_OR_RETURN(const http::Options options,
                            AdminAddress(settings_.String("http.listen")));
    HUIYIN_ASSIGN_OR_RETURN(
        admin_,
        http::Server::Start(options, [this](const http::Request& request) -> http::Response {
          if (request.method != "GET") return {.status = 405, .body = "only GET\n"};
          if (request.path == "/livez") return {.body = "ok\n"};
          if (request.path == "/readyz") {
            return serving_ ? http::Response{.body = "ok\n"}
                            : http::Response{.status = 503, .body = "not serving\n"};
          }
          if (request.path == "/metrics") {
            return {.body = metrics_.Text(), .content_type = "text/plain; version=0.0.4"};
          }
          return {.status = 404, .body = "try /metrics, /livez or /readyz\n"};
        }));
    return absl::OkStatus();
  }

  // Opens the database and brings its schema up to date, or waits until it is.
  absl::Status OpenDatabase(StopSignal& stop) {
    for (bool told = false;; told = true) {
      const absl::Status ready = TryDatabase();
      if (ready.ok() || ready.code() != absl::StatusCode::kUnavailable) return ready;
      if (!told) obs::Log(obs::Level::kWarning, "waiting_for_database", {{"error", ready}});
      if (stop.WaitFor(kRetryDatabase)) return absl::CancelledError("told to stop");
    }
  }

  absl::Status TryDatabase() {
    if (!database_) {
      HUIYIN_ASSIGN_OR_RETURN(
          database_,
          db::Database::Open({.dsn = settings_.String("database.dsn"),
                              .max_readers = static_cast<int>(settings_.Int("database.readers"))}));
    }
    const Component components[] = {{"events", events::Schema()},
                                    {"timers", timers::Schema()},
                                    {"rpc", rpc::Schema()},
                                    {program_.name, program_.schema}};
    for (const Component& component : components) {
      if (settings_.Bool("database.migrate")) {
        HUIYIN_RETURN_IF_ERROR(db::Migrate(*database_, component.name, component.migrations));
        continue;
      }
      HUIYIN_ASSIGN_OR_RETURN(const int version, db::SchemaVersion(*database_, component.name));
      if (!component.migrations.empty() && version < component.migrations.back().version) {
        return absl::UnavailableError(absl::StrCat(
            "the schema of ", component.name, " is at version ", version, " and must be at ",
            component.migrations.back().version, ": run huiyin-", program_.name, " --migrate"));
      }
    }
    return absl::OkStatus();
  }

  const Program& program_;
  const config::Settings settings_;
  UuidV7Generator ids_;
  obs::Metrics metrics_;
  std::atomic<bool> serving_{false};
  std::unique_ptr<http::Server> admin_;
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<db::GroupCommit> writer_;
  std::unique_ptr<rpc::TokenSource> tokens_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<timers::Runner> timers_;
  std::unique_ptr<events::Relay> relay_;
  std::unique_ptr<events::ConsumerRunner> consumers_;
  std::vector<Background> background_;
  std::vector<std::shared_ptr<void>> kept_;

  friend absl::Status MigrateOnly(const Program&, config::Settings, StopSignal&);
};

absl::Status MigrateOnly(const Program& program, config::Settings settings, StopSignal& stop) {
  Process process(program, std::move(settings));
  return process.OpenDatabase(stop);
}

std::map<std::string, std::string> Environment() {
  std::map<std::string, std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

int Fail(const Program& program, const absl::Status& error) {
  std::cerr << "huiyin-" << program.name << ": " << error.message() << "\n";
  return 1;
}

}  // namespace

int Main(int argc, char** argv, const Program& program) {
  std::vector<config::Setting> table = CommonSettings(program.name);
  table.insert(table.end(), program.settings.begin(), program.settings.end());
  bool migrate_only = false;
  std::vector<char*> flags;
  for (int i = 0; i < argc; ++i) {
    const std::string_view flag = argv[i];
    if (flag == "--help") {
      std::cout << "huiyin-" << program.name << "\n\n"
                << config::Help(table)
                << "\n  --migrate brings the database's schema up to date, and ends.\n";
      return 0;
    }
    if (flag == "--migrate") {
      migrate_only = true;
    } else {
      flags.push_back(argv[i]);
    }
  }
  absl::StatusOr<config::Settings> settings =
      config::Load(table, static_cast<int>(flags.size()), flags.data(), Environment());
  if (!settings.ok()) return Fail(program, settings.status());

  StopSignal stop;  // before any thread starts
  obs::StartLogging(program.name, obs::ParseLevel(settings->String("log.level")));
  absl::Status ended;
  if (migrate_only) {
    ended = MigrateOnly(program, *std::move(settings), stop);
  } else {
    Process process(program, *std::move(settings));
    ended = process.Start(stop);
    if (ended.ok()) {
      stop.Wait();
      obs::Log(obs::Level::kInfo, "stopping");
    }
    process.Stop();
    if (ended.ok()) obs::Log(obs::Level::kInfo, "stopped");
  }
  obs::StopLogging();
  if (absl::IsCancelled(ended)) return 0;
  return ended.ok() ? 0 : Fail(program, ended);
}

}  // namespace huiyin::host
