// RSA signatures: SHA-256 with PKCS#1 v1.5 padding, the kind that payment gateways ask for.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

struct evp_pkey_st;  // OpenSSL's

namespace huiyin::crypto {

// Immutable; thread-safe; cheap to copy.
class RsaPrivateKey {
 public:
  // PEM in PKCS#1 or PKCS#8 without a passphrase; INVALID_ARGUMENT otherwise. The message never
  // holds the key.
  static absl::StatusOr<RsaPrivateKey> FromPem(std::string_view pem);
  // A fresh key of 2048 bits.
  static absl::StatusOr<RsaPrivateKey> Generate();

  // Base64.
  absl::StatusOr<std::string> Sign(std::string_view message) const;
  absl::StatusOr<std::string> ToPem() const;
  absl::StatusOr<std::string> PublicPem() const;

 private:
  explicit RsaPrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

// Immutable; thread-safe; cheap to copy.
class RsaPublicKey {
 public:
  // PEM of a public key or of an X.509 certificate (whose validity is not looked at: the caller
  // pins it). INVALID_ARGUMENT otherwise.
  static absl::StatusOr<RsaPublicKey> FromPem(std::string_view pem);

  // `signature` in Base64. False for anything but a good signature.
  bool Verify(std::string_view message, std::string_view signature) const;

 private:
  explicit RsaPublicKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace huiyin::crypto
