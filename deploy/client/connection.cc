#include "deploy/client/connection.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <openssl/evp.h>

#include <array>
#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/core/status.h"
#include "libs/rpc/auth.h"
#include "libs/rpc/channel.h"

namespace huiyin::client {
namespace {

constexpr absl::Duration kTokenLife = absl::Minutes(30);
constexpr absl::Duration kTokenReserve = absl::Minutes(5);

// rpc::Prepare wants a source; the token was found before.
class Given final : public rpc::TokenSource {
 public:
  explicit Given(std::string token) : token_(std::move(token)) {}
  std::string Token(const TenantId&) override { return token_; }

 private:
  const std::string token_;
};

absl::StatusOr<std::string> Mint(const Access& access, absl::Time now) {
  if (access.keys_file.empty()) {
    return Error(absl::StatusCode::kInvalidArgument, "NO_TOKEN",
                 "no token to call with: give --token (or HUIYINCTL_TOKEN), or --keys-file to make "
                 "one; make run writes both down in var/huiyinctl.yaml");
  }
  return rpc::MintToken(access.keys_file,
                        {.tenant = access.tenant,
                         .subject = access.subject,
                         .roles = access.roles,
                         .life = kTokenLife},
                        now);
}

}  // namespace

struct Connection::State {
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<grpc::Channel>, std::less<>> channels;
  std::string token;
  absl::Time token_good_until = absl::InfinitePast();
};

Connection::Connection(Access access, const Clock& clock)
    : access_(std::move(access)), clock_(clock), state_(std::make_unique<State>()) {}

Connection::~Connection() = default;

absl::StatusOr<std::shared_ptr<grpc::Channel>> Connection::Channel(std::string_view service) {
  std::lock_guard lock(state_->mutex);
  if (const auto it = state_->channels.find(service); it != state_->channels.end()) {
    return it->second;
  }
  const auto address = access_.addresses.find(std::string(service));
  if (address == access_.addresses.end()) {
    return Error(absl::StatusCode::kInvalidArgument, "NO_ADDRESS",
                 absl::StrCat("no address for service ", std::string(service)));
  }
  rpc::ChannelOptions options;
  options.target = address->second;
  options.ca_file = access_.ca_file;
  options.cert_file = access_.cert_file;
  options.key_file = access_.key_file;
  HUIYIN_ASSIGN_OR_RETURN(auto channel, rpc::MakeChannel(options));
  state_->channels.emplace(service, channel);
  return channel;
}

absl::Status Connection::Prepare(grpc::ClientContext& context, absl::Duration timeout) {
  std::string token = access_.token;
  if (token.empty()) {
    std::lock_guard lock(state_->mutex);
    const absl::Time now = clock_.Now();
    if (state_->token_good_until < now) {
      HUIYIN_ASSIGN_OR_RETURN(state_->token, Mint(access_, now));
      state_->token_good_until = now + kTokenLife - kTokenReserve;
    }
    token = state_->token;
  }
  Given source(std::move(token));
  rpc::Prepare(context, source, TenantId(access_.tenant), clock_.Now() + timeout, "");
  return absl::OkStatus();
}

std::string ServiceOf(std::string_view message_type) {
  const size_t begin = message_type.find('.') + 1;
  return std::string(message_type.substr(begin, message_type.find('.', begin) - begin));
}

std::string UuidOf(std::string_view name) {
  // Namespace: a UUID drawn once for this project.
  static constexpr std::string_view kNamespace(
      "\x6b\x0e\x4c\x52\x8f\x1d\x4a\x37\x9c\x20\xd5\x71\x33\xa8\x5e\x94", 16);
  const std::string input = absl::StrCat(std::string(kNamespace), std::string(name));
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  EVP_Digest(input.data(), input.size(), hash.data(), &size, EVP_sha1(), nullptr);
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  std::string text;
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += absl::StrFormat("%02x", hash[i]);
  }
  return text;
}

}  // namespace huiyin::client
