#include "services/survey/domain/token.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "libs/core/id.h"
#include "libs/core/status.h"

namespace huiyin::survey {
namespace {

// version (1) · key id (1) · invitation (16) · expiry, seconds, big endian (8) · HMAC-SHA256 (32)
constexpr char kVersion = 1;
constexpr size_t kSignedBytes = 26;
constexpr size_t kMacBytes = 32;

std::string Mac(const TokenKey& key, std::string_view bytes) {
  std::string mac(kMacBytes, '\0');
  unsigned int length = kMacBytes;
  HMAC(EVP_sha256(), key.secret.data(), static_cast<int>(key.secret.size()),
       reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
       reinterpret_cast<unsigned char*>(mac.data()), &length);
  return mac;
}

std::string UuidBytes(std::string_view uuid) {
  std::string hex;
  for (const char c : uuid) {
    if (c != '-') hex.push_back(c);
  }
  return absl::HexStringToBytes(hex);
}

std::string UuidText(std::string_view bytes) {
  const std::string hex = absl::BytesToHexString({bytes.data(), bytes.size()});
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

bool IsHex(std::string_view text) {
  return text.size() % 2 == 0 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

absl::StatusOr<std::vector<TokenKey>> ParseTokenKeys(std::string_view text) {
  std::vector<TokenKey> keys;
  const std::vector<std::string> entries = absl::StrSplit(std::string(text), ',');
  for (const std::string& entry : entries) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(entry, absl::MaxSplits(':', 1));
    uint32_t id = 0;
    if (!absl::SimpleAtoi(parts.first, &id) || id == 0 || id > 255 || !IsHex(parts.second) ||
        parts.second.size() < 64) {
      return Error(absl::StatusCode::kInvalidArgument, "BAD_TOKEN_KEY",
                   "a survey token key must read ID:HEX, with ID from 1 to 255 and at least 64 "
                   "hexadecimal digits");
    }
    keys.push_back({static_cast<uint8_t>(id), absl::HexStringToBytes(parts.second)});
  }
  return keys;
}

TokenSigner::TokenSigner(std::vector<TokenKey> keys) : keys_(std::move(keys)) {}

std::string TokenSigner::Sign(const InvitationId& id, absl::Time expires_at) const {
  const TokenKey& key = keys_.front();
  std::string bytes = {kVersion, static_cast<char>(key.id)};
  bytes += UuidBytes(id.value());
  const auto seconds = static_cast<uint64_t>(absl::ToUnixSeconds(expires_at));
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(seconds >> shift));
  bytes += Mac(key, bytes);
  return absl::WebSafeBase64Escape(bytes);
}

std::optional<InvitationId> TokenSigner::Verify(std::string_view token, absl::Time now) const {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape({token.data(), token.size()}, &bytes) ||
      bytes.size() != kSignedBytes + kMacBytes || bytes[0] != kVersion) {
    return std::nullopt;
  }
  const std::string_view signed_part = std::string_view(bytes).substr(0, kSignedBytes);
  // One MAC whatever the key id says, so that the time taken does not tell which ids exist.
  const TokenKey* named = nullptr;
  for (const TokenKey& key : keys_) {
    if (static_cast<char>(key.id) == bytes[1]) named = &key;
  }
  const std::string mac = Mac(named ? *named : keys_.front(), signed_part);
  if (CRYPTO_memcmp(mac.data(), bytes.data() + kSignedBytes, kMacBytes) != 0 || !named) {
    return std::nullopt;
  }
  uint64_t seconds = 0;
  for (size_t i = 18; i < kSignedBytes; ++i) {
    seconds = seconds << 8 | static_cast<unsigned char>(bytes[i]);
  }
  if (now >= absl::FromUnixSeconds(static_cast<int64_t>(seconds))) return std::nullopt;
  return InvitationId(UuidText(signed_part.substr(2, 16)));
}

}  // namespace huiyin::survey
