#include "libs/rpc/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/obs/trace.h"
#include "libs/rpc/client_metrics.h"
#include "libs/rpc/files.h"

namespace huiyin::rpc {
namespace {

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(
    const ChannelOptions& options) {
  if (options.cert_file.empty() != options.key_file.empty()) {
    return absl::InvalidArgumentError("mutual TLS needs both a certificate and its key");
  }
  if (options.ca_file.empty()) {
    if (!options.cert_file.empty()) {
      return absl::InvalidArgumentError("TLS needs the authority's certificate");
    }
    return grpc::InsecureChannelCredentials();
  }
  grpc::SslCredentialsOptions tls;
  HUIYIN_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadFile(options.ca_file));
  if (!options.cert_file.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(tls.pem_cert_chain, ReadFile(options.cert_file));
    HUIYIN_ASSIGN_OR_RETURN(tls.pem_private_key, ReadFile(options.key_file));
  }
  return grpc::SslCredentials(tls);
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> MakeChannel(const ChannelOptions& options,
                                                           obs::Metrics* metrics) {
  if (options.target.empty()) return absl::InvalidArgumentError("the channel has no target");
  HUIYIN_ASSIGN_OR_RETURN(auto credentials, Credentials(options));
  grpc::ChannelArguments arguments;
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // A service that comes back is found within a second.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> interceptors;
  if (metrics != nullptr) interceptors.push_back(MakeClientMetrics(*metrics));
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      options.target, credentials, arguments, std::move(interceptors));
}

void Prepare(grpc::ClientContext& context, TokenSource& tokens, const TenantId& tenant,
             absl::Time deadline, const std::string& traceparent) {
  context.set_deadline(absl::ToChronoTime(deadline));
  context.AddMetadata("authorization", absl::StrCat("Bearer ", tokens.Token(tenant)));
  context.AddMetadata("traceparent", obs::NewSpan(traceparent));
}

}  // namespace huiyin::rpc
