// AES-256-GCM: sealed bytes are the ciphertext with its 16-byte tag behind it. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace huiyin::crypto {

inline constexpr size_t kAesKeyBytes = 32;
inline constexpr size_t kGcmTagBytes = 16;

// INVALID_ARGUMENT when the key has not 32 bytes or the nonce none. A nonce must never be used
// twice with one key.
absl::StatusOr<std::string> AesGcmSeal(std::string_view key, std::string_view nonce,
                                       std::string_view associated, std::string_view plain);
// The same, and UNAUTHENTICATED when anything was changed or the key is another.
absl::StatusOr<std::string> AesGcmOpen(std::string_view key, std::string_view nonce,
                                       std::string_view associated, std::string_view sealed);

}  // namespace huiyin::crypto
