#include "libs/crypto/aes_gcm.h"
#include "libs/crypto/rsa.h"
#include "libs/testing/status.h"

namespace huiyin::crypto {
namespace {

using testing::StatusIs;

TEST(Rsa, VerifiesWhatItSignedAndNothingElse) {
  const auto key = RsaPrivateKey::Generate();
  ASSERT_OK(key);
  const auto pem = key->ToPem();
  ASSERT_OK(pem);
  const auto again = RsaPrivateKey::FromPem(*pem);
  ASSERT_OK(again);
  const auto signature = again->Sign("hello");
  ASSERT_OK(signature);
  const auto open = RsaPublicKey::FromPem(*key->PublicPem());
  ASSERT_OK(open);
  EXPECT_TRUE(open->Verify("hello", *signature));
  EXPECT_FALSE(open->Verify("hello!", *signature));
  EXPECT_FALSE(open->Verify("hello", ""));
  EXPECT_FALSE(open->Verify("hello", "%%%"));
  EXPECT_FALSE(
      RsaPublicKey::FromPem(*RsaPrivateKey::Generate()->PublicPem())->Verify("hello", *signature));
}

TEST(Rsa, RefusesWhatIsNoKeyWithoutShowingIt) {
  const auto bad = RsaPrivateKey::FromPem("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n");
  EXPECT_THAT(bad, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(bad.status().message().find("c2VjcmV0"), std::string::npos);
  EXPECT_THAT(RsaPublicKey::FromPem("x"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(AesGcm, OpensWhatItSealedAndNothingElse) {
  const std::string key(32, 'k'), nonce = "0123456789ab";
  const auto sealed = AesGcmSeal(key, nonce, "refund", R"({"a":1})");
  ASSERT_OK(sealed);
  EXPECT_THAT(AesGcmOpen(key, nonce, "refund", *sealed), testing::IsOkAndHolds(R"({"a":1})"));
  std::string changed = *sealed;
  changed[0] = static_cast<char>(changed[0] ^ 1);
  EXPECT_THAT(AesGcmOpen(key, nonce, "refund", changed),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(AesGcmOpen(key, nonce, "other", *sealed),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(AesGcmOpen(std::string(32, 'x'), nonce, "refund", *sealed),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(AesGcmOpen(key, nonce, "refund", "short"),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(AesGcmOpen("short", nonce, "", *sealed),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace huiyin::crypto
