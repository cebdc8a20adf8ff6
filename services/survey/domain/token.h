// Survey links: signed, expiring tokens that name an invitation and nothing else. Single use is the
// invitation's state, not the token's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/survey/domain/invitation.h"

namespace huiyin::survey {

struct TokenKey {
  uint8_t id = 0;      // travels in the token; never reused for another secret
  std::string secret;  // at least 32 bytes
};

// "1:<hex>,2:<hex>", newest first, each secret at least 32 bytes. INVALID_ARGUMENT without quoting
// any secret.
absl::StatusOr<std::vector<TokenKey>> ParseTokenKeys(std::string_view text);

// Immutable, so thread-safe.
class TokenSigner {
 public:
  // The first key signs, all verify. `keys` must not be empty.
  explicit TokenSigner(std::vector<TokenKey> keys);

  // 78 characters of A–Z a–z 0–9 - _; the same input gives the same token while the first key
  // stays. `id` must be a UUID; times are kept to the second.
  std::string Sign(const InvitationId& id, absl::Time expires_at) const;

  // The invitation; nothing when the token is malformed, forged, signed with an unknown key or
  // expired – callers cannot tell which.
  std::optional<InvitationId> Verify(std::string_view token, absl::Time now) const;

 private:
  std::vector<TokenKey> keys_;
};

}  // namespace huiyin::survey
