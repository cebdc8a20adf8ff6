#include "libs/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/impl/server_initializer.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/core/status.h"
#include "libs/obs/log.h"
#include "libs/rpc/auth.h"
#include "libs/rpc/files.h"
#include "libs/rpc/health.h"
#include "libs/rpc/malformed_request.h"
#include "libs/rpc/methods_impl.h"

namespace huiyin::rpc {
namespace {

constexpr absl::Duration kTurnAway = absl::Milliseconds(100);
constexpr absl::Duration kLookForCalls = absl::Milliseconds(5);
constexpr absl::Duration kCloseIdle = absl::Milliseconds(300);  // answers on their way arrive

// Tells which services a server got; gRPC shows them to plugins only.
class ServiceNames final : public grpc::ServerBuilderOption {
 public:
  explicit ServiceNames(std::vector<std::string>& names) : names_(names) {}
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->push_back(std::make_unique<Plugin>(names_));
  }

 private:
  struct Plugin final : grpc::ServerBuilderPlugin {
    explicit Plugin(std::vector<std::string>& names) : names(names) {}
    std::string name() override { return "huiyin_service_names"; }
    void InitServer(grpc::ServerInitializer*) override {}
    void Finish(grpc::ServerInitializer* server) override { names = *server->GetServiceList(); }
    void ChangeArguments(const std::string&, void*) override {}
    std::vector<std::string>& names;
  };
  std::vector<std::string>& names_;
};

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> Credentials(const ServerOptions& options) {
  if (options.cert_file.empty() != options.key_file.empty()) {
    return absl::InvalidArgumentError("TLS needs both a certificate and its key");
  }
  if (options.cert_file.empty()) {
    if (!options.client_ca_file.empty()) {
      return absl::InvalidArgumentError("mutual TLS needs a certificate and its key");
    }
    return grpc::InsecureServerCredentials();
  }
  grpc::SslServerCredentialsOptions tls(
      options.client_ca_file.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                                     : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  HUIYIN_ASSIGN_OR_RETURN(std::string cert, ReadFile(options.cert_file));
  HUIYIN_ASSIGN_OR_RETURN(std::string key, ReadFile(options.key_file));
  if (!options.client_ca_file.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadFile(options.client_ca_file));
  }
  tls.pem_key_cert_pairs.push_back({std::move(key), std::move(cert)});
  return grpc::SslServerCredentials(tls);
}

int Millis(absl::Duration duration) {
  return static_cast<int>(std::min<int64_t>(absl::ToInt64Milliseconds(duration), INT32_MAX));
}

class GrpcServer final : public Server {
 public:
  GrpcServer(ServerOptions options, std::shared_ptr<grpc::ServerCredentials> credentials,
             std::unique_ptr<Authenticator> authenticator, db::GroupCommit& writer,
             const Clock& clock, obs::Metrics& metrics)
      : options_(std::move(options)),
        credentials_(std::move(credentials)),
        authenticator_(std::move(authenticator)),
        metrics_(metrics),
        impl_({{options_.max_in_flight, options_.default_deadline, options_.access_log_every},
               options_.read_threads,
               options_.stream_threads,
               options_.max_queue},
              *authenticator_, writer, clock),
        methods_(impl_) {}

  ~GrpcServer() override { Drain(absl::ZeroDuration(), SystemClock().Now()); }

  Methods& methods() override { return methods_; }
  void Add(std::unique_ptr<grpc::Service> service) override {
    services_.push_back(std::move(service));
  }
  int port() const override { return port_; }
  void SetServing(bool serving) override { health_.SetServing(serving); }

  absl::Status Start() override {
    // Debian builds Abseil with its deadlock detector on, which costs gRPC a tenth of its speed.
    absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
    // Fills process-wide state of gRPC; harmless when repeated.
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    std::vector<std::string> names;
    builder.SetOption(std::make_unique<ServiceNames>(names));
    Configure(builder);
    builder.AddListeningPort(options_.listen, credentials_, &port_);
    builder.RegisterService(&health_);
    for (const auto& service : services_) builder.RegisterService(service.get());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on ", options_.listen,
                       ": the address is in use, not this machine's, or not allowed"));
    }
    if (absl::StartsWith(options_.listen, "unix:")) port_ = 0;
    // Health and reflection answer anybody and do not pass the middleware.
    std::vector<std::string> guarded;
    for (const std::string& name : names) {
      if (!absl::StartsWith(name, "grpc.")) guarded.push_back(name);
    }
    auto table = MethodTable::Build(guarded, metrics_);
    if (!table.ok()) {
      server_->Shutdown();
      return table.status();
    }
    impl_.SetTable(*std::move(table));
    health_.SetServices(std::move(names));
    return absl::OkStatus();
  }

  void Drain(absl::Duration linger, absl::Time deadline) override {
    health_.SetServing(false);
    if (server_ == nullptr || drained_.exchange(true)) return;
    std::this_thread::sleep_for(absl::ToChronoMicroseconds(linger));
    obs::Log(obs::Level::kInfo, "rpc_draining", {{"calls", impl_.chain.in_flight()}});
    // gRPC breaks off calls that arrive while it shuts down, without a word to the handler. So for
    // a moment callers get an answer that sends them elsewhere, before the connections are closed.
    impl_.chain.TurnAway();
    impl_.DrainStreams();
    std::this_thread::sleep_for(absl::ToChronoMicroseconds(
        std::clamp(deadline - SystemClock().Now(), absl::ZeroDuration(), kTurnAway)));
    health_.EndWatches();
    // Shutdown waits for connections, and a caller that is idle does not notice that its own is to
    // close. So the calls are waited for here, and the connections for a moment only.
    while (impl_.chain.in_flight() > 0 && SystemClock().Now() < deadline) {
      std::this_thread::sleep_for(absl::ToChronoMicroseconds(kLookForCalls));
    }
    server_->Shutdown(absl::ToChronoTime(std::min(deadline, SystemClock().Now() + kCloseIdle)));
  }

 private:
  void Configure(grpc::ServerBuilder& builder) const {
    // Without this two processes share a port, and each gets some of the calls.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> answers;
    answers.push_back(MakeMalformedRequestAnswer());
    builder.experimental().SetInterceptorCreators(std::move(answers));
    builder.SetMaxReceiveMessageSize(options_.max_message_bytes);
    builder.SetMaxSendMessageSize(options_.max_message_bytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                               options_.max_streams_per_connection);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Millis(options_.max_connection_age));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                               Millis(options_.max_connection_age_grace));
    // The chain looks at deadlines itself and answers are not compressed: neither needs a filter
    // that every call passes, the former with a timer of its own.
    builder.AddChannelArgument(GRPC_ARG_ENABLE_DEADLINE_CHECKS, 0);
    builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    grpc::ResourceQuota quota("huiyin");
    quota.Resize(options_.max_memory_bytes);
    builder.SetResourceQuota(quota);
  }

  const ServerOptions options_;
  const std::shared_ptr<grpc::ServerCredentials> credentials_;
  const std::unique_ptr<Authenticator> authenticator_;
  obs::Metrics& metrics_;
  Methods::Impl impl_;
  Methods methods_;
  HealthService health_;
  std::vector<std::unique_ptr<grpc::Service>> services_;
  int port_ = 0;
  std::atomic<bool> drained_{false};
  std::unique_ptr<grpc::Server> server_;  // last: gone before what its calls use
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Create(ServerOptions options,
                                                       db::GroupCommit& writer, const Clock& clock,
                                                       obs::Metrics& metrics) {
  if (options.jwt_keys_file.empty()) {
    return absl::InvalidArgumentError("the JWT key file is not set");
  }
  if (options.read_threads < 1 || options.stream_threads < 1) {
    return absl::InvalidArgumentError("read and stream threads must be at least 1");
  }
  HUIYIN_ASSIGN_OR_RETURN(auto credentials, Credentials(options));
  HUIYIN_ASSIGN_OR_RETURN(auto authenticator, Authenticator::Open(options.jwt_keys_file, clock));
  return std::make_unique<GrpcServer>(std::move(options), std::move(credentials),
                                      std::move(authenticator), writer, clock, metrics);
}

}  // namespace huiyin::rpc
