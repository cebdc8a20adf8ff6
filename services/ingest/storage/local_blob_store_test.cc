#include "services/ingest/storage/local_blob_store.h"

#include <sys/stat.h>

#include "libs/testing/servers/process.h"
#include "libs/testing/status.h"

namespace huiyin::ingest {
namespace {

using huiyin::testing::IsOk;
using huiyin::testing::IsOkAndHolds;
using huiyin::testing::StatusIs;

class LocalBlobStoreTest : public ::testing::Test {
 protected:
  LocalBlobStoreTest() {
    auto opened = LocalBlobStore::Open(dir_.path() + "/a/b");
    EXPECT_OK(opened);
    store_ = *std::move(opened);
  }
  static Upload Of(int64_t size, std::string id = "018f3c5e-0000-7000-8000-000000000001") {
    return {.id = UploadId(std::move(id)), .tenant = TenantId("acme"), .size = size};
  }
  huiyin::testing::TempDir dir_;
  std::unique_ptr<LocalBlobStore> store_;
};

TEST_F(LocalBlobStoreTest, GivesBackWhatWasWrittenInParts) {
  const Upload upload = Of(11);
  ASSERT_OK(store_->Write(upload, 0, "hello "));
  ASSERT_OK(store_->Write(upload, 6, "world"));
  ASSERT_OK(store_->Sync(upload));
  EXPECT_THAT(store_->Read(upload, 0, 100), IsOkAndHolds(std::string("hello world")));
  EXPECT_THAT(store_->Read(upload, 6, 3), IsOkAndHolds(std::string("wor")));
  EXPECT_THAT(store_->Read(upload, 11, 3), IsOkAndHolds(std::string()));
}

TEST_F(LocalBlobStoreTest, WritingAgainReplacesWhatABrokenUploadLeft) {
  const Upload upload = Of(5);
  ASSERT_OK(store_->Write(upload, 0, "hello, lost tail"));
  ASSERT_OK(store_->Write(upload, 2, "LLO"));
  EXPECT_THAT(store_->Read(upload, 0, 100), IsOkAndHolds(std::string("heLLO")));
}

TEST_F(LocalBlobStoreTest, TellsDigestAndTypeByContentNotByName) {
  Upload upload = Of(5);
  upload.file_name = "innocent.jpg";
  ASSERT_OK(store_->Write(upload, 0, "hello"));
  const auto facts = store_->Inspect(upload);
  ASSERT_OK(facts);
  EXPECT_EQ(facts->size, 5);
  EXPECT_EQ(facts->sha256, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  EXPECT_EQ(facts->content_type, "text/plain");
  const Upload png = Of(33, "018f3c5e-0000-7000-8000-000000000002");
  ASSERT_OK(store_->Write(png, 0,
                          std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
                                      "\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xde",
                                      33)));
  EXPECT_EQ(store_->Inspect(png)->content_type, "image/png");
  const Upload elf = Of(64, "018f3c5e-0000-7000-8000-000000000003");
  ASSERT_OK(store_->Write(elf, 0,
                          std::string("\x7f"
                                      "ELF\x02\x01\x01",
                                      7) +
                              std::string(57, '\0')));
  EXPECT_FALSE(IsAllowedContent(store_->Inspect(elf)->content_type));
}

TEST_F(LocalBlobStoreTest, NeverLeavesItsFolder) {
  Upload upload = Of(1, "../../../escape");
  upload.tenant = TenantId("../..");
  ASSERT_OK(store_->Write(upload, 0, "x"));
  EXPECT_THAT(store_->Read(upload, 0, 1), IsOkAndHolds(std::string("x")));
  struct stat found;
  EXPECT_NE(::stat((dir_.path() + "/escape").c_str(), &found), 0);
  EXPECT_NE(::stat((dir_.path() + "/../escape").c_str(), &found), 0);
}

TEST_F(LocalBlobStoreTest, RemovesAndForgets) {
  const Upload upload = Of(1);
  ASSERT_OK(store_->Write(upload, 0, "x"));
  ASSERT_OK(store_->Remove(upload));
  ASSERT_OK(store_->Remove(upload));
  EXPECT_THAT(store_->Read(upload, 0, 1), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(store_->Inspect(upload), StatusIs(absl::StatusCode::kNotFound));
}

TEST(LocalBlobStoreOpenTest, SaysWhenItsFolderCannotBeMade) {
  EXPECT_THAT(LocalBlobStore::Open("/proc/nowhere"), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace huiyin::ingest
