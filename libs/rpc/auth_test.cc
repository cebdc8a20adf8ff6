#include "libs/rpc/auth.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/servers/process.h"
#include "libs/testing/status.h"

namespace huiyin::rpc {
namespace {

using testing::HasReason;
using testing::StatusIs;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";

class AuthTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return dir_.path() + "/" + name; }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
  }
  std::string KeyFile(const std::string& keys, const std::string& issuer = "huiyin",
                      const std::string& audience = "huiyin") const {
    Write("keys.json", absl::StrCat("{\"issuer\":\"", issuer, "\",\"audience\":\"", audience,
                                    "\",\"keys\":[", keys, "]}"));
    return Path("keys.json");
  }
  static std::string Hs256(const std::string& kid, const std::string& secret = kSecret) {
    return absl::StrCat("{\"kid\":\"", kid, "\",\"alg\":\"HS256\",\"secret\":\"", secret, "\"}");
  }
  std::unique_ptr<Authenticator> Open(const std::string& file) {
    auto opened = Authenticator::Open(file, clock_);
    EXPECT_OK(opened);
    return *std::move(opened);
  }
  std::string Mint(const std::string& file, TokenClaims claims = {"acme", "ann", {"agent"}}) const {
    auto token = MintToken(file, claims, clock_.Now());
    EXPECT_OK(token);
    return token.value_or("");
  }
  // Both halves of `key` as PEM files; `key` is freed.
  void WritePem(const std::string& name, EVP_PKEY* key) const {
    std::FILE* file = std::fopen(Path(name + ".key").c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    file = std::fopen(Path(name + ".pub").c_str(), "w");
    PEM_write_PUBKEY(file, key);
    std::fclose(file);
    EVP_PKEY_free(key);
  }

  testing::TempDir dir_;
  testing::FakeClock clock_;
};

// The same token with another header; its signature no longer fits.
std::string WithHeader(const std::string& token, const std::string& header) {
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  return absl::StrCat(absl::WebSafeBase64Escape(header), ".", parts[1], ".", parts[2]);
}

TEST_F(AuthTest, TellsTenantSubjectAndRoles) {
  const std::string file = KeyFile(Hs256("a"));
  const auto caller = Open(file)->Verify(Mint(file, {"acme", "ann", {"agent", "lead"}}));
  ASSERT_OK(caller);
  EXPECT_EQ((*caller)->tenant.value(), "acme");
  EXPECT_EQ((*caller)->subject, "ann");
  EXPECT_TRUE((*caller)->Is(Role::kAgent));
  EXPECT_TRUE((*caller)->Is(Role::kLead));
  EXPECT_FALSE((*caller)->Is(Role::kOperator));
}

TEST_F(AuthTest, VerifiesAForeignTokenWithFractionsAndAudienceList) {
  // Made with another library, with the secret above: {"alg":"HS256","kid":"a"}.
  const std::string file = KeyFile(Hs256("a"));
  const std::string body = absl::StrCat(
      R"({"iss":"huiyin","aud":["other","huiyin"],"sub":"s","tenant":"acme","roles":["future",)",
      R"("customer"],"exp":)", absl::ToUnixSeconds(clock_.Now()) + 60, ".75}");
  const std::string data = absl::StrCat(absl::WebSafeBase64Escape(R"({"alg":"HS256","kid":"a"})"),
                                        ".", absl::WebSafeBase64Escape(body));
  unsigned char mac[32];
  size_t size = 0;
  ASSERT_NE(EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, kSecret, sizeof kSecret - 1,
                      reinterpret_cast<const unsigned char*>(data.data()), data.size(), mac,
                      sizeof mac, &size),
            nullptr);
  const std::string token = absl::StrCat(
      data, ".", absl::WebSafeBase64Escape(std::string(reinterpret_cast<char*>(mac), size)));
  const auto caller = Open(file)->Verify(token);
  ASSERT_OK(caller);
  EXPECT_EQ((*caller)->roles, 1u << static_cast<int>(Role::kCustomer));
}

TEST_F(AuthTest, RefusesAlgNone) {
  const std::string file = KeyFile(Hs256("a"));
  const std::string token = Mint(file);
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  const auto verifier = Open(file);
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"none","kid":"a"})",
                             R"({"alg":"None","kid":"a"})", R"({"kid":"a"})"}) {
    const std::string unsigned_token =
        absl::StrCat(absl::WebSafeBase64Escape(header), ".", parts[1], ".");
    EXPECT_THAT(verifier->Verify(unsigned_token).status(), HasReason("TOKEN_KEY_UNKNOWN"));
    EXPECT_THAT(verifier->Verify(WithHeader(token, header)).status(),
                HasReason("TOKEN_KEY_UNKNOWN"));
  }
}

TEST_F(AuthTest, RefusesAPublicKeyUsedAsSecret) {
  WritePem("rsa", EVP_RSA_gen(2048));
  const std::string keys = R"({"kid":"r","alg":"RS256","public_key_file":"rsa.pub"})";
  const auto verifier = Open(KeyFile(keys));
  Write("hs.json", R"({"issuer":"huiyin","audience":"huiyin","keys":[)"
                   R"({"kid":"r","alg":"HS256","secret_file":"rsa.pub"}]})");
  EXPECT_THAT(verifier->Verify(Mint(Path("hs.json"))).status(), HasReason("TOKEN_KEY_UNKNOWN"));
}

TEST_F(AuthTest, RefusesAForgedOrDamagedToken) {
  const std::string file = KeyFile(Hs256("a"));
  const auto verifier = Open(file);
  const std::string token = Mint(file);
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  std::string body;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(parts[1], &body));
  const std::string richer = absl::StrReplaceAll(body, {{"agent", "operator"}});
  EXPECT_THAT(
      verifier
          ->Verify(absl::StrCat(parts[0], ".", absl::WebSafeBase64Escape(richer), ".", parts[2]))
          .status(),
      HasReason("TOKEN_SIGNATURE"));
  for (const std::string& bad :
       {std::string(), std::string("x"), std::string("a.b"), parts[0] + "." + parts[1],
        token + ".x", std::string("....."), std::string(100000, 'a')}) {
    const absl::Status status = verifier->Verify(bad).status();
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnauthenticated));
    EXPECT_THAT(status, HasReason("TOKEN_MALFORMED")) << bad.substr(0, 50);
  }
}

TEST_F(AuthTest, RefusesOtherIssuersAndAudiences) {
  const std::string other_issuer = Mint(KeyFile(Hs256("a"), "someone"));
  const std::string other_audience = Mint(KeyFile(Hs256("a"), "huiyin", "other"));
  const auto verifier = Open(KeyFile(Hs256("a")));
  EXPECT_THAT(verifier->Verify(other_issuer).status(), HasReason("TOKEN_ISSUER"));
  EXPECT_THAT(verifier->Verify(other_audience).status(), HasReason("TOKEN_AUDIENCE"));
}

TEST_F(AuthTest, ATokenExpiresAlthoughItWasVerifiedBefore) {
  const std::string file = KeyFile(Hs256("a"));
  const auto verifier = Open(file);
  const std::string token = Mint(file);
  EXPECT_OK(verifier->Verify(token));
  clock_.Advance(absl::Minutes(10));  // within the tolerance for clocks that differ
  EXPECT_OK(verifier->Verify(token));
  clock_.Advance(absl::Seconds(30));
  EXPECT_THAT(verifier->Verify(token).status(), HasReason("TOKEN_EXPIRED"));
}

TEST_F(AuthTest, RefusesHeadersWithoutBearer) {
  const auto verifier = Open(KeyFile(Hs256("a")));
  EXPECT_THAT(verifier->VerifyHeader("").status(), HasReason("TOKEN_MISSING"));
  EXPECT_THAT(verifier->VerifyHeader("Basic YTpi").status(), HasReason("TOKEN_MISSING"));
}

TEST_F(AuthTest, Rs256AndEs256RoundTrip) {
  WritePem("rsa", EVP_RSA_gen(2048));
  WritePem("ec", EVP_EC_gen("P-256"));
  for (const auto& [alg, name] : {std::pair("RS256", "rsa"), std::pair("ES256", "ec")}) {
    const auto entry = [&, alg = alg, name = name](const char* field, const char* ending) {
      return absl::StrCat("{\"kid\":\"k\",\"alg\":\"", alg, "\",\"", field, "\":\"", name, ending,
                          "\"}");
    };
    const std::string token = Mint(KeyFile(entry("private_key_file", ".key")));
    const std::string file = KeyFile(entry("public_key_file", ".pub"));
    EXPECT_OK(Open(file)->Verify(token));
    std::string forged = token;
    forged[forged.size() - 20] = forged[forged.size() - 20] == 'A' ? 'B' : 'A';
    EXPECT_THAT(Open(file)->Verify(forged).status(), HasReason("TOKEN_SIGNATURE"));
    EXPECT_THAT(MintToken(file, {"acme", "ann", {"agent"}}, clock_.Now()).status(),
                StatusIs(absl::StatusCode::kFailedPrecondition));
  }
}

TEST_F(AuthTest, RotatesKeysWithoutRestart) {
  const std::string other(32, 'z');
  const std::string file = KeyFile(Hs256("a"));
  const auto verifier = Open(file);
  const std::string old_token = Mint(file);
  EXPECT_OK(verifier->Verify(old_token));

  KeyFile(Hs256("b", other) + "," + Hs256("a"));
  clock_.Advance(absl::Seconds(3));
  const std::string new_token = Mint(file);
  EXPECT_OK(verifier->Verify(new_token));
  EXPECT_OK(verifier->Verify(old_token));

  KeyFile(Hs256("b", other));
  clock_.Advance(absl::Seconds(3));
  EXPECT_OK(verifier->Verify(new_token));
  EXPECT_THAT(verifier->Verify(old_token).status(), HasReason("TOKEN_KEY_UNKNOWN"));

  Write("keys.json", "{ half a file");
  clock_.Advance(absl::Seconds(3));
  EXPECT_OK(verifier->Verify(new_token));
}

TEST_F(AuthTest, RefusesKeyFilesThatAreNotSafe) {
  const auto refused = [this](const std::string& keys) {
    return Authenticator::Open(KeyFile(keys), clock_).status();
  };
  EXPECT_THAT(refused(Hs256("a", "short")), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(refused(Hs256("a") + "," + Hs256("a")), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(refused(R"({"kid":"a","alg":"none"})"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(refused(""), StatusIs(absl::StatusCode::kInvalidArgument));
  WritePem("weak", EVP_RSA_gen(1024));
  EXPECT_THAT(refused(R"({"kid":"a","alg":"RS256","public_key_file":"weak.pub"})"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Authenticator::Open(Path("absent"), clock_).status(),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(AuthTest, MintsOnlyWhatVerifies) {
  const std::string file = KeyFile(Hs256("a"));
  for (const TokenClaims& bad :
       {TokenClaims{"", "ann", {"agent"}}, TokenClaims{"Acme", "ann", {"agent"}},
        TokenClaims{"acme/x", "ann", {"agent"}}, TokenClaims{"acme", "", {"agent"}},
        TokenClaims{"acme", "ann", {"root"}}}) {
    EXPECT_THAT(MintToken(file, bad, clock_.Now()).status(),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST_F(AuthTest, CreatesAKeyFileOnce) {
  const std::string file = Path("fresh.json");
  ASSERT_OK(CreateKeyFile(file));
  EXPECT_OK(Open(file)->Verify(Mint(file)));
  EXPECT_THAT(CreateKeyFile(file), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(AuthTest, ServiceTokensAreReusedAndRenewedInTime) {
  const std::string file = KeyFile(Hs256("a"));
  const auto verifier = Open(file);
  const auto source = MakeTokenSource(file, "triage", clock_);
  const std::string first = source->Token(TenantId("acme"));
  EXPECT_EQ(source->Token(TenantId("acme")), first);
  EXPECT_NE(source->Token(TenantId("other")), first);
  for (int minute = 0; minute < 30; ++minute) {
    const auto caller = verifier->Verify(source->Token(TenantId("acme")));
    ASSERT_OK(caller) << minute;
    EXPECT_TRUE((*caller)->Is(Role::kService));
    EXPECT_EQ((*caller)->subject, "triage");
    clock_.Advance(absl::Minutes(1));
  }
}

}  // namespace
}  // namespace huiyin::rpc
