#include "libs/rpc/jwt.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include <array>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"
#include "libs/rpc/files.h"

namespace huiyin::rpc {
namespace {

using Json = nlohmann::json;

// How far the clocks of those who make tokens may be off.
constexpr absl::Duration kClockSkew = absl::Seconds(30);
constexpr size_t kMaxToken = 8192;
constexpr size_t kMinSecret = 32;
constexpr size_t kEs256Half = 32;  // r and s of an ES256 signature

enum class Algorithm { kHs256, kRs256, kEs256 };
struct AlgorithmName {
  Algorithm algorithm;
  const char* name;
};
constexpr AlgorithmName kAlgorithms[] = {
    {Algorithm::kHs256, "HS256"}, {Algorithm::kRs256, "RS256"}, {Algorithm::kEs256, "ES256"}};

struct Deleter {
  void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  void operator()(BIO* p) const { BIO_free(p); }
  void operator()(ECDSA_SIG* p) const { ECDSA_SIG_free(p); }
};
template <class T>
using Owned = std::unique_ptr<T, Deleter>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

absl::Status Refuse(std::string_view reason, std::string_view message) {
  return Error(absl::StatusCode::kUnauthenticated, reason, message);
}

struct Key {
  std::string id;
  Algorithm algorithm;
  std::string secret;            // HS256
  std::shared_ptr<EVP_PKEY> pk;  // RS256, ES256
  bool can_sign = false;

  const char* algorithm_name() const { return kAlgorithms[static_cast<int>(algorithm)].name; }
};

std::string HmacSha256(std::string_view secret, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out;
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), Bytes(data), data.size(),
       out.data(), &size);
  return std::string(reinterpret_cast<char*>(out.data()), size);
}

// JOSE carries ES256 as r‖s, OpenSSL as DER.
std::string DerFromJose(std::string_view jose) {
  if (jose.size() != 2 * kEs256Half) return "";
  Owned<ECDSA_SIG> signature(ECDSA_SIG_new());
  ECDSA_SIG_set0(signature.get(), BN_bin2bn(Bytes(jose), kEs256Half, nullptr),
                 BN_bin2bn(Bytes(jose) + kEs256Half, kEs256Half, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature.get(), &der);
  if (size <= 0) return "";
  std::string result(reinterpret_cast<char*>(der), size);
  OPENSSL_free(der);
  return result;
}

std::string JoseFromDer(std::string_view der) {
  const unsigned char* in = Bytes(der);
  Owned<ECDSA_SIG> signature(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())));
  if (signature == nullptr) return "";
  std::string jose(2 * kEs256Half, '\0');
  auto* out = reinterpret_cast<unsigned char*>(jose.data());
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, kEs256Half);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + kEs256Half, kEs256Half);
  return jose;
}

bool SignatureHolds(const Key& key, std::string_view data, std::string_view signature) {
  if (key.algorithm == Algorithm::kHs256) {
    const std::string expected = HmacSha256(key.secret, data);
    return signature.size() == expected.size() &&
           CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) == 0;
  }
  const std::string der =
      key.algorithm == Algorithm::kEs256 ? DerFromJose(signature) : std::string(signature);
  Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.pk.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(der), der.size(), Bytes(data), data.size()) == 1;
}

std::string SignWith(const Key& key, std::string_view data) {
  if (key.algorithm == Algorithm::kHs256) return HmacSha256(key.secret, data);
  Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.pk.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, Bytes(data), data.size()) != 1) {
    return "";
  }
  std::string out(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                     Bytes(data), data.size()) != 1) {
    return "";
  }
  out.resize(size);
  return key.algorithm == Algorithm::kEs256 ? JoseFromDer(out) : out;
}

std::string Beside(const std::string& file, const std::string& path) {
  const size_t slash = file.rfind('/');
  if (absl::StartsWith(path, "/") || slash == std::string::npos) return path;
  return absl::StrCat(file.substr(0, slash + 1), path);
}

std::string StringAt(const Json& object, const char* name) {
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

absl::Status LoadSecret(const Json& entry, const std::string& file, Key& key) {
  key.secret = StringAt(entry, "secret");
  if (const std::string path = StringAt(entry, "secret_file"); !path.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(key.secret, ReadFile(Beside(file, path)));
    while (absl::EndsWith(key.secret, "\n")) key.secret.pop_back();
  }
  if (key.secret.size() < kMinSecret) {
    return absl::InvalidArgumentError(
        absl::StrCat("the secret of key ", key.id, " has fewer than ", kMinSecret, " bytes"));
  }
  key.can_sign = true;
  return absl::OkStatus();
}

absl::Status LoadPem(const Json& entry, const std::string& file, Key& key) {
  const std::string private_path = StringAt(entry, "private_key_file");
  key.can_sign = !private_path.empty();
  HUIYIN_ASSIGN_OR_RETURN(
      const std::string pem,
      ReadFile(Beside(file, key.can_sign ? private_path : StringAt(entry, "public_key_file"))));
  Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  key.pk.reset(key.can_sign ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)
                            : PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr),
               EVP_PKEY_free);
  const int wanted = key.algorithm == Algorithm::kRs256 ? EVP_PKEY_RSA : EVP_PKEY_EC;
  const int bits = key.pk == nullptr ? 0 : EVP_PKEY_get_bits(key.pk.get());
  const bool strong = wanted == EVP_PKEY_RSA ? bits >= 2048 : bits == 256;
  if (key.pk == nullptr || EVP_PKEY_get_base_id(key.pk.get()) != wanted || !strong) {
    return absl::InvalidArgumentError(absl::StrCat("the PEM file of key ", key.id,
                                                   " holds no key fit for ", key.algorithm_name()));
  }
  return absl::OkStatus();
}

absl::StatusOr<Key> LoadKey(const Json& entry, const std::string& file) {
  Key key;
  key.id = entry.is_object() ? StringAt(entry, "kid") : "";
  if (key.id.empty()) return absl::InvalidArgumentError("a key has no kid");
  const std::string name = StringAt(entry, "alg");
  for (const AlgorithmName& candidate : kAlgorithms) {
    if (name != candidate.name) continue;
    key.algorithm = candidate.algorithm;
    HUIYIN_RETURN_IF_ERROR(key.algorithm == Algorithm::kHs256 ? LoadSecret(entry, file, key)
                                                              : LoadPem(entry, file, key));
    return key;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("key ", key.id, " has alg \"", name, "\"; HS256, RS256 and ES256 are known"));
}

bool HasAudience(const Json& claim, const std::string& audience) {
  if (claim.is_string()) return claim.get<std::string>() == audience;
  if (!claim.is_array()) return false;
  for (const Json& item : claim) {
    if (item.is_string() && item.get<std::string>() == audience) return true;
  }
  return false;
}

// A NumericDate claim: seconds, perhaps with a fraction.
std::optional<absl::Time> TimeAt(const Json& claims, const char* name) {
  const auto it = claims.find(name);
  if (it == claims.end() || !it->is_number()) return std::nullopt;
  const double seconds = it->get<double>();
  if (!(seconds > 0 && seconds < 1e11)) return std::nullopt;
  return absl::FromUnixSeconds(static_cast<int64_t>(seconds));
}

class LoadedKeys final : public KeySet {
 public:
  LoadedKeys(std::vector<Key> keys, std::string issuer, std::string audience)
      : keys_(std::move(keys)), issuer_(std::move(issuer)), audience_(std::move(audience)) {}

  absl::StatusOr<Claims> Verify(std::string_view token, absl::Time now) const override {
    const std::vector<absl::string_view> parts = absl::StrSplit(Absl(token), '.');
    std::string header_text, body_text, signature;
    if (token.size() > kMaxToken || parts.size() != 3 ||
        !absl::WebSafeBase64Unescape(parts[0], &header_text) ||
        !absl::WebSafeBase64Unescape(parts[1], &body_text) ||
        !absl::WebSafeBase64Unescape(parts[2], &signature)) {
      return Refuse("TOKEN_MALFORMED", "the token is not a signed JSON Web Token");
    }
    const Json header = Json::parse(header_text, nullptr, false);
    const Json body = Json::parse(body_text, nullptr, false);
    if (!header.is_object() || !body.is_object() || header.contains("crit")) {
      return Refuse("TOKEN_MALFORMED", "the token's header or body is not a JSON object");
    }
    const Key* key = Find(StringAt(header, "kid"));
    if (key == nullptr || StringAt(header, "alg") != key->algorithm_name()) {
      return Refuse("TOKEN_KEY_UNKNOWN", "the token's kid is unknown or its alg is not the key's");
    }
    const std::string_view data = token.substr(0, parts[0].size() + 1 + parts[1].size());
    if (!SignatureHolds(*key, data, signature)) {
      return Refuse("TOKEN_SIGNATURE", "the token's signature does not hold");
    }
    return CheckClaims(body, now);
  }

  absl::StatusOr<std::string> Sign(const Claims& claims, absl::Time now) const override {
    for (const Key& key : keys_) {
      if (!key.can_sign) continue;
      const Json header = {{"alg", key.algorithm_name()}, {"kid", key.id}, {"typ", "JWT"}};
      const Json body = {{"iss", issuer_},
                         {"aud", audience_},
                         {"sub", claims.subject},
                         {"tenant", claims.tenant},
                         {"roles", claims.roles},
                         {"iat", absl::ToUnixSeconds(now)},
                         {"exp", absl::ToUnixSeconds(claims.expires)}};
      const std::string data = absl::StrCat(
          absl::WebSafeBase64Escape(header.dump()), ".",
          absl::WebSafeBase64Escape(body.dump(-1, ' ', false, Json::error_handler_t::replace)));
      const std::string signature = SignWith(key, data);
      if (signature.empty()) return absl::InternalError("signing failed");
      return absl::StrCat(data, ".", absl::WebSafeBase64Escape(signature));
    }
    return absl::FailedPreconditionError("no key can sign: all are public keys");
  }

 private:
  const Key* Find(const std::string& id) const {
    for (const Key& key : keys_) {
      if (key.id == id) return &key;
    }
    return nullptr;
  }

  absl::StatusOr<Claims> CheckClaims(const Json& body, absl::Time now) const {
    if (StringAt(body, "iss") != issuer_) {
      return Refuse("TOKEN_ISSUER", "the token's issuer is not trusted");
    }
    if (!body.contains("aud") || !HasAudience(body["aud"], audience_)) {
      return Refuse("TOKEN_AUDIENCE", "the token is meant for another audience");
    }
    const std::optional<absl::Time> expires = TimeAt(body, "exp");
    if (!expires.has_value()) return Refuse("TOKEN_CLAIMS", "the token never expires (no exp)");
    if (now >= *expires + kClockSkew) return Refuse("TOKEN_EXPIRED", "the token has expired");
    if (body.contains("nbf")) {
      const std::optional<absl::Time> not_before = TimeAt(body, "nbf");
      if (!not_before.has_value() || now + kClockSkew < *not_before) {
        return Refuse("TOKEN_NOT_YET_VALID", "the token is not valid yet");
      }
    }
    Claims claims{StringAt(body, "sub"), StringAt(body, "tenant"), {}, *expires + kClockSkew};
    const auto roles = body.find("roles");
    if (roles != body.end() && roles->is_array()) {
      for (const Json& role : *roles) {
        if (role.is_string()) claims.roles.push_back(role.get<std::string>());
      }
    }
    return claims;
  }

  std::vector<Key> keys_;
  std::string issuer_;
  std::string audience_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<const KeySet>> KeySet::Load(const std::string& file) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  const auto wrong = [&file](std::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": ", Absl(what)));
  };
  const Json root = Json::parse(text, nullptr, false);
  if (!root.is_object()) return wrong("not a JSON object");
  std::string issuer = StringAt(root, "issuer");
  std::string audience = StringAt(root, "audience");
  if (issuer.empty() || audience.empty()) return wrong("issuer or audience is missing");
  const auto list = root.find("keys");
  if (list == root.end() || !list->is_array() || list->empty()) return wrong("no keys");
  std::vector<Key> keys;
  for (const Json& entry : *list) {
    absl::StatusOr<Key> key = LoadKey(entry, file);
    if (!key.ok()) {
      return wrong(std::string_view(key.status().message().data(), key.status().message().size()));
    }
    for (const Key& other : keys) {
      if (other.id == key->id) return wrong(absl::StrCat("kid ", key->id, " appears twice"));
    }
    keys.push_back(*std::move(key));
  }
  return std::make_shared<LoadedKeys>(std::move(keys), std::move(issuer), std::move(audience));
}

}  // namespace huiyin::rpc
