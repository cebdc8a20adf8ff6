#include "libs/crypto/aes_gcm.h"

#include <openssl/evp.h>

#include <memory>

#include "libs/core/status.h"

namespace huiyin::crypto {
namespace {

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

// A cipher that has taken in key, nonce and associated data.
absl::StatusOr<Cipher> Begin(std::string_view key, std::string_view nonce,
                             std::string_view associated, bool seal) {
  if (key.size() != kAesKeyBytes || nonce.empty()) {
    return absl::InvalidArgumentError("AES-256-GCM needs a key of 32 bytes and a nonce");
  }
  Cipher cipher(EVP_CIPHER_CTX_new());
  int written = 0;
  const bool ok =
      cipher != nullptr &&
      EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr, seal ? 1 : 0) ==
          1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_IVLEN, static_cast<int>(nonce.size()),
                          nullptr) == 1 &&
      EVP_CipherInit_ex(cipher.get(), nullptr, nullptr, Bytes(key), Bytes(nonce), -1) == 1 &&
      EVP_CipherUpdate(cipher.get(), nullptr, &written, Bytes(associated),
                       static_cast<int>(associated.size())) == 1;
  if (!ok) return absl::InternalError("AES-256-GCM cannot begin");
  return cipher;
}

}  // namespace

absl::StatusOr<std::string> AesGcmSeal(std::string_view key, std::string_view nonce,
                                       std::string_view associated, std::string_view plain) {
  HUIYIN_ASSIGN_OR_RETURN(const Cipher cipher, Begin(key, nonce, associated, true));
  std::string sealed(plain.size() + kGcmTagBytes, '\0');
  int written = 0, last = 0;
  if (EVP_CipherUpdate(cipher.get(), Bytes(sealed), &written, Bytes(plain),
                       static_cast<int>(plain.size())) != 1 ||
      EVP_CipherFinal_ex(cipher.get(), Bytes(sealed) + written, &last) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kGcmTagBytes,
                          Bytes(sealed) + plain.size()) != 1) {
    return absl::InternalError("AES-256-GCM cannot seal");
  }
  return sealed;
}

absl::StatusOr<std::string> AesGcmOpen(std::string_view key, std::string_view nonce,
                                       std::string_view associated, std::string_view sealed) {
  HUIYIN_ASSIGN_OR_RETURN(const Cipher cipher, Begin(key, nonce, associated, false));
  const absl::Status bad = absl::UnauthenticatedError("the sealed bytes do not open");
  if (sealed.size() < kGcmTagBytes) return bad;
  const size_t size = sealed.size() - kGcmTagBytes;
  std::string plain(size, '\0');
  std::string tag(sealed.substr(size));
  int written = 0, last = 0;
  if (EVP_CipherUpdate(cipher.get(), Bytes(plain), &written, Bytes(sealed),
                       static_cast<int>(size)) != 1 ||
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kGcmTagBytes, Bytes(tag)) != 1 ||
      EVP_CipherFinal_ex(cipher.get(), Bytes(plain) + written, &last) != 1) {
    return bad;
  }
  return plain;
}

}  // namespace huiyin::crypto
