#include "services/survey/domain/token.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "libs/testing/status.h"

namespace huiyin::survey {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1767225600);
const InvitationId kId("018f3c5e-7b1a-7000-8000-0123456789ab");
const TokenKey kOld = {1, std::string(32, 'a')};
const TokenKey kNew = {2, std::string(32, 'b')};

TEST(TokenTest, NamesItsInvitationUntilItExpires) {
  const TokenSigner signer({kOld});
  const std::string token = signer.Sign(kId, kNow + absl::Hours(1));
  EXPECT_EQ(token.size(), 78u);
  EXPECT_EQ(token, signer.Sign(kId, kNow + absl::Hours(1)));
  EXPECT_EQ(signer.Verify(token, kNow), kId);
  EXPECT_EQ(signer.Verify(token, kNow + absl::Minutes(59)), kId);
  EXPECT_EQ(signer.Verify(token, kNow + absl::Hours(1)), std::nullopt);
}

TEST(TokenTest, EveryFlippedBitIsNoticed) {
  const TokenSigner signer({kOld, kNew});
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(signer.Sign(kId, kNow + absl::Hours(1)), &bytes));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string forged = bytes;
    forged[bit / 8] = static_cast<char>(forged[bit / 8] ^ (1 << bit % 8));
    EXPECT_EQ(signer.Verify(absl::WebSafeBase64Escape(forged), kNow), std::nullopt) << bit;
  }
}

TEST(TokenTest, RefusesGarbageAndForeignKeys) {
  const TokenSigner signer({kOld});
  for (const char* garbage : {"", "x", "====", "!!!", "QUJD"}) {
    EXPECT_EQ(signer.Verify(garbage, kNow), std::nullopt) << garbage;
  }
  EXPECT_EQ(signer.Verify(std::string(100000, 'A'), kNow), std::nullopt);
  const TokenSigner foreign({{1, std::string(32, 'z')}});
  EXPECT_EQ(signer.Verify(foreign.Sign(kId, kNow + absl::Hours(1)), kNow), std::nullopt);
}

TEST(TokenTest, OldKeysVerifyAfterRotationUntilTheyAreRemoved) {
  const std::string token = TokenSigner({kOld}).Sign(kId, kNow + absl::Hours(1));
  EXPECT_EQ(TokenSigner({kNew, kOld}).Verify(token, kNow), kId);
  EXPECT_EQ(TokenSigner({kNew}).Verify(token, kNow), std::nullopt);
}

TEST(ParseTokenKeysTest, ReadsKeysAndRefusesWeakOnes) {
  const std::string hex(64, '7');
  const auto keys = ParseTokenKeys("2:" + hex + ",1:" + hex);
  ASSERT_OK(keys);
  ASSERT_EQ(keys->size(), 2u);
  EXPECT_EQ((*keys)[0].id, 2);
  EXPECT_EQ((*keys)[0].secret, std::string(32, '\x77'));
  for (const std::string& bad :
       std::vector<std::string>{"", "1", "0:" + hex, "256:" + hex, "1:77", "1:" + hex + "7",
                                "1:" + std::string(64, 'g')}) {
    EXPECT_FALSE(ParseTokenKeys(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace huiyin::survey
