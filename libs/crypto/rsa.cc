#include "libs/crypto/rsa.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "absl/strings/escaping.h"
#include "libs/core/status.h"

namespace huiyin::crypto {
namespace {

constexpr int kBits = 2048;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

std::shared_ptr<EVP_PKEY> Shared(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

Bio Reader(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

bool IsRsa(const EVP_PKEY* key) { return key != nullptr && EVP_PKEY_base_id(key) == EVP_PKEY_RSA; }

// A key behind a passphrase must not stop the program to ask for it.
int NoPassphrase(char*, int, int, void*) { return -1; }

absl::StatusOr<std::string> Written(const Bio& bio, int ok) {
  if (ok != 1) return absl::InternalError("cannot write the RSA key");
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &bytes);
  return std::string(bytes, static_cast<size_t>(size));
}

}  // namespace

absl::StatusOr<RsaPrivateKey> RsaPrivateKey::FromPem(std::string_view pem) {
  const Bio bio = Reader(pem);
  auto key = Shared(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  if (!IsRsa(key.get())) return absl::InvalidArgumentError("not an RSA private key in PEM");
  return RsaPrivateKey(std::move(key));
}

absl::StatusOr<RsaPrivateKey> RsaPrivateKey::Generate() {
  auto key = Shared(EVP_RSA_gen(kBits));
  if (key == nullptr) return absl::InternalError("cannot make an RSA key");
  return RsaPrivateKey(std::move(key));
}

absl::StatusOr<std::string> RsaPrivateKey::Sign(std::string_view message) const {
  const Digest context(EVP_MD_CTX_new());
  size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) != 1) {
    return absl::InternalError("cannot sign");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes, message.size()) != 1) {
    return absl::InternalError("cannot sign");
  }
  signature.resize(size);
  return absl::Base64Escape(signature);
}

absl::StatusOr<std::string> RsaPrivateKey::ToPem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  return Written(bio, PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0,
                                                    nullptr, nullptr));
}

absl::StatusOr<std::string> RsaPrivateKey::PublicPem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  return Written(bio, PEM_write_bio_PUBKEY(bio.get(), key_.get()));
}

absl::StatusOr<RsaPublicKey> RsaPublicKey::FromPem(std::string_view pem) {
  Bio bio = Reader(pem);
  auto key = Shared(PEM_read_bio_PUBKEY(bio.get(), nullptr, NoPassphrase, nullptr));
  if (key == nullptr) {
    bio = Reader(pem);
    const std::unique_ptr<X509, void (*)(X509*)> certificate(
        PEM_read_bio_X509(bio.get(), nullptr, NoPassphrase, nullptr), X509_free);
    if (certificate != nullptr) key = Shared(X509_get_pubkey(certificate.get()));
  }
  if (!IsRsa(key.get())) {
    return absl::InvalidArgumentError("neither an RSA public key nor a certificate in PEM");
  }
  return RsaPublicKey(std::move(key));
}

bool RsaPublicKey::Verify(std::string_view message, std::string_view signature) const {
  std::string raw;
  if (!absl::Base64Unescape(std::string(signature), &raw)) return false;
  const Digest context(EVP_MD_CTX_new());
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(raw.data()),
                          raw.size(), reinterpret_cast<const unsigned char*>(message.data()),
                          message.size()) == 1;
}

}  // namespace huiyin::crypto
