// Bearer tokens: JSON Web Tokens (RFC 7519) signed with HS256, RS256 or ES256. The keys are in one
// JSON file:
//
//   {"issuer": "huiyin", "audience": "huiyin",
//    "keys": [{"kid": "2026-11", "alg": "HS256", "secret_file": "jwt.secret"},
//             {"kid": "idp-7", "alg": "RS256", "public_key_file": "idp.pem"}]}
//
// A key has one of "secret" (HS256, at least 32 bytes), "secret_file" (its bytes, a trailing
// newline aside), "public_key_file" (PEM: verifies only) or "private_key_file" (PEM: signs and
// verifies). Paths are relative to the file. The first key that can sign signs the tokens made
// here. To rotate: add the new key last, wait until every process has it, move it to the front,
// wait for the longest token life, remove the old one. A changed file is noticed within seconds;
// one that does not parse is logged and the former keys stay.
//
// Claims: iss and aud as in the file, exp (mandatory), nbf, sub (customer, agent or system), tenant
// (lower-case letters, digits, hyphens; 1 to 63), roles (names of huiyin.common.v1.Role without
// prefix: "agent"). The algorithm is that of the key; what a token's header says must agree.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/caller.h"
#include "libs/core/clock.h"

namespace huiyin::rpc {

class KeySet;  // jwt.h

// Service to service tokens. Thread-safe.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  // A token valid for at least another minute, acting within `tenant`. Empty when there is no key
  // to sign with (logged): the call will be refused.
  virtual std::string Token(const TenantId& tenant) = 0;
};

// Tells who a token's bearer is. Thread-safe.
class Authenticator {
 public:
  // NOT_FOUND, INVALID_ARGUMENT: the key file is missing or wrong, and why. `clock` must outlive
  // it.
  static absl::StatusOr<std::unique_ptr<Authenticator>> Open(std::string keys_file,
                                                             const Clock& clock);

  // The bearer, without traceparent. UNAUTHENTICATED with reason TOKEN_MALFORMED,
  // TOKEN_KEY_UNKNOWN, TOKEN_SIGNATURE, TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_ISSUER,
  // TOKEN_AUDIENCE or TOKEN_CLAIMS. A token seen before is not verified again until it expires or
  // the keys change.
  absl::StatusOr<std::shared_ptr<const Caller>> Verify(std::string_view token);

  // Verify what follows "Bearer ".  TOKEN_MISSING for any other header value.
  absl::StatusOr<std::shared_ptr<const Caller>> VerifyHeader(std::string_view authorization);

 private:
  Authenticator(std::string keys_file, std::shared_ptr<const KeySet> keys, const Clock& clock);
  void ReloadIfChanged(absl::Time now);

  struct Verified {
    std::shared_ptr<const Caller> caller;
    absl::Time not_after;
  };

  const std::string keys_file_;
  const Clock& clock_;
  std::atomic<int64_t> next_look_us_{0};
  std::mutex mutex_;
  std::shared_ptr<const KeySet> keys_;
  std::string stamp_;
  absl::flat_hash_map<std::string, Verified> verified_;
};

struct TokenClaims {
  std::string tenant;
  std::string subject;
  std::vector<std::string> roles;  // "agent", "lead" …
  absl::Duration life = absl::Minutes(10);
};

// Signs a token with the first key of `keys_file` that can sign. FAILED_PRECONDITION when none can;
// INVALID_ARGUMENT for a tenant or role that Verify would refuse.
absl::StatusOr<std::string> MintToken(const std::string& keys_file, const TokenClaims& claims,
                                      absl::Time now);

// Writes a key file with one fresh random HS256 key, readable by its owner only. ALREADY_EXISTS
// when the file is there.
absl::Status CreateKeyFile(const std::string& keys_file);

// Tokens with role "service" and subject `service`, made from `keys_file`, kept until a minute
// before they expire.
std::unique_ptr<TokenSource> MakeTokenSource(std::string keys_file, std::string service,
                                             const Clock& clock);

}  // namespace huiyin::rpc
