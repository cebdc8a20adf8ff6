#include "libs/rpc/auth.h"

#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/obs/log.h"
#include "libs/rpc/files.h"
#include "libs/rpc/jwt.h"

namespace huiyin::rpc {
namespace {

constexpr absl::Duration kLookEvery = absl::Seconds(2);  // for a changed key file
constexpr absl::Duration kServiceTokenLife = absl::Minutes(10);
constexpr absl::Duration kFreshFor = absl::Minutes(1);
constexpr size_t kMaxVerified = 20000;  // tokens remembered
constexpr size_t kMaxTenants = 10000;   // service tokens remembered
constexpr size_t kKeyBytes = 4 + 32;    // of a new key: its kid and its secret

struct RoleName {
  Role role;
  const char* name;
};
constexpr RoleName kRoles[] = {{Role::kCustomer, "customer"}, {Role::kAgent, "agent"},
                               {Role::kLead, "lead"},         {Role::kPlatform, "platform"},
                               {Role::kOperator, "operator"}, {Role::kService, "service"}};

// Unknown names count for nothing: a newer issuer may know more roles.
uint32_t RoleBit(std::string_view name) {
  for (const RoleName& known : kRoles) {
    if (name == known.name) return 1u << static_cast<int>(known.role);
  }
  return 0;
}

bool IsTenant(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

absl::StatusOr<Caller> ToCaller(const Claims& claims) {
  Caller caller;
  caller.tenant = TenantId(claims.tenant);
  caller.subject = claims.subject;
  for (const std::string& role : claims.roles) caller.roles |= RoleBit(role);
  if (!IsTenant(claims.tenant) || claims.subject.empty() || claims.subject.size() > 255) {
    return Error(absl::StatusCode::kUnauthenticated, "TOKEN_CLAIMS",
                 "the token's tenant or sub is missing or malformed");
  }
  return caller;
}

class KeyFileTokenSource final : public TokenSource {
 public:
  KeyFileTokenSource(std::string keys_file, std::string service, const Clock& clock)
      : keys_file_(std::move(keys_file)), service_(std::move(service)), clock_(clock) {}

  std::string Token(const TenantId& tenant) override {
    const absl::Time now = clock_.Now();
    {
      std::lock_guard lock(mutex_);
      const auto it = tokens_.find(tenant.value());
      if (it != tokens_.end() && it->second.expires > now + kFreshFor) return it->second.text;
    }
    const absl::StatusOr<std::string> token =
        MintToken(keys_file_, {tenant.value(), service_, {"service"}, kServiceTokenLife}, now);
    if (!token.ok()) {
      obs::Log(obs::Level::kError, "service_token_failed", {{"error", token.status()}});
      return "";
    }
    std::lock_guard lock(mutex_);
    if (tokens_.size() >= kMaxTenants) tokens_.clear();
    // Renewed well before its end, so that a rotated key comes into use.
    tokens_[tenant.value()] = {*token, now + kServiceTokenLife / 2 + kFreshFor};
    return *token;
  }

 private:
  struct Kept {
    std::string text;
    absl::Time expires;
  };
  const std::string keys_file_;
  const std::string service_;
  const Clock& clock_;
  std::mutex mutex_;
  absl::flat_hash_map<std::string, Kept> tokens_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Authenticator>> Authenticator::Open(std::string keys_file,
                                                                   const Clock& clock) {
  HUIYIN_ASSIGN_OR_RETURN(auto keys, KeySet::Load(keys_file));
  return std::unique_ptr<Authenticator>(
      new Authenticator(std::move(keys_file), std::move(keys), clock));
}

Authenticator::Authenticator(std::string keys_file, std::shared_ptr<const KeySet> keys,
                             const Clock& clock)
    : keys_file_(std::move(keys_file)), clock_(clock), keys_(std::move(keys)) {
  stamp_ = FileStamp(keys_file_);
}

void Authenticator::ReloadIfChanged(absl::Time now) {
  const int64_t now_us = absl::ToUnixMicros(now);
  int64_t due = next_look_us_.load(std::memory_order_relaxed);
  if (now_us < due ||
      !next_look_us_.compare_exchange_strong(due, now_us + absl::ToInt64Microseconds(kLookEvery))) {
    return;
  }
  std::string stamp = FileStamp(keys_file_);
  {
    std::lock_guard lock(mutex_);
    if (stamp == stamp_) return;
  }
  auto keys = KeySet::Load(keys_file_);
  if (!keys.ok()) {
    obs::Log(obs::Level::kError, "jwt_keys_unreadable", {{"error", keys.status()}});
    return;
  }
  std::lock_guard lock(mutex_);
  stamp_ = std::move(stamp);
  keys_ = *std::move(keys);
  verified_.clear();
  obs::Log(obs::Level::kInfo, "jwt_keys_reloaded");
}

absl::StatusOr<std::shared_ptr<const Caller>> Authenticator::Verify(std::string_view token) {
  const absl::Time now = clock_.Now();
  ReloadIfChanged(now);
  std::shared_ptr<const KeySet> keys;
  {
    std::lock_guard lock(mutex_);
    const auto it = verified_.find(absl::string_view(token.data(), token.size()));
    if (it != verified_.end() && now < it->second.not_after) return it->second.caller;
    keys = keys_;
  }
  HUIYIN_ASSIGN_OR_RETURN(const Claims claims, keys->Verify(token, now));
  HUIYIN_ASSIGN_OR_RETURN(Caller caller, ToCaller(claims));
  auto shared = std::make_shared<const Caller>(std::move(caller));
  std::lock_guard lock(mutex_);
  if (keys == keys_) {  // not under keys that were replaced meanwhile
    if (verified_.size() >= kMaxVerified) verified_.clear();
    verified_[std::string(token)] = {shared, claims.expires};
  }
  return shared;
}

absl::StatusOr<std::shared_ptr<const Caller>> Authenticator::VerifyHeader(
    std::string_view authorization) {
  constexpr std::string_view kBearer = "Bearer ";
  const absl::string_view text(authorization.data(), authorization.size());
  if (!absl::StartsWithIgnoreCase(text, absl::string_view(kBearer.data(), kBearer.size()))) {
    return Error(absl::StatusCode::kUnauthenticated, "TOKEN_MISSING",
                 "send \"authorization: Bearer <token>\"");
  }
  return Verify(authorization.substr(kBearer.size()));
}

absl::StatusOr<std::string> MintToken(const std::string& keys_file, const TokenClaims& claims,
                                      absl::Time now) {
  for (const std::string& role : claims.roles) {
    if (RoleBit(role) == 0) return absl::InvalidArgumentError(absl::StrCat("no role ", role));
  }
  const Claims full{claims.subject, claims.tenant, claims.roles, now + claims.life};
  if (!ToCaller(full).ok()) {
    return absl::InvalidArgumentError(
        "a tenant has 1 to 63 lower-case letters, digits and hyphens; a subject 1 to 255 bytes");
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto keys, KeySet::Load(keys_file));
  return keys->Sign(full, now);
}

absl::Status CreateKeyFile(const std::string& keys_file) {
  std::string random(kKeyBytes, '\0');
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
    return absl::InternalError("no random bytes from the kernel");
  }
  const std::string text =
      absl::StrCat("{\"issuer\": \"huiyin\", \"audience\": \"huiyin\",\n \"keys\": [{\"kid\": \"",
                   absl::BytesToHexString(random.substr(0, 4)), "\", \"alg\": \"HS256\", ",
                   "\"secret\": \"", absl::BytesToHexString(random.substr(4)), "\"}]}\n");
  const int fd = open(keys_file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot create ", keys_file));
  }
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool closed = close(fd) == 0;
  return written && closed ? absl::OkStatus()
                           : absl::InternalError(absl::StrCat("cannot write ", keys_file));
}

std::unique_ptr<TokenSource> MakeTokenSource(std::string keys_file, std::string service,
                                             const Clock& clock) {
  return std::make_unique<KeyFileTokenSource>(std::move(keys_file), std::move(service), clock);
}

}  // namespace huiyin::rpc
