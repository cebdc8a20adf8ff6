#include "services/triage/domain/text/model_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"
#include "services/triage/domain/text/model_for_tests.h"

namespace huiyin::triage::text {
namespace {

class ModelFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = ::testing::TempDir() + "/" +
            ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".model";
    std::ifstream in(ModelPath(), std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(in), {});
    ASSERT_GT(bytes_.size(), 1000u);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  absl::Status LoadChanged(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    return ModelFile::Map(path_).status();
  }

  std::string path_;
  std::string bytes_;
};

TEST_F(ModelFileTest, ShippedModelLoadsAndHasAVersion) {
  const auto file = ModelFile::Map(ModelPath());
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_NE((*file)->version().find('-'), std::string::npos);
  EXPECT_LE(bytes_.size(), 16u << 20);
}

TEST_F(ModelFileTest, MissingFileIsNotFound) {
  EXPECT_EQ(ModelFile::Map(path_).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ModelFileTest, AnyChangedByteIsNoticed) {
  for (std::size_t at = 64; at < bytes_.size(); at += bytes_.size() / 17) {
    std::string changed = bytes_;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    EXPECT_EQ(LoadChanged(changed).code(), absl::StatusCode::kDataLoss) << "byte " << at;
  }
}

TEST_F(ModelFileTest, ChangedHeaderIsRefused) {
  for (std::size_t at : {0u, 8u, 12u, 16u, 24u}) {
    std::string changed = bytes_;
    changed[at] = static_cast<char>(changed[at] ^ 0x01);
    EXPECT_EQ(LoadChanged(changed).code(), absl::StatusCode::kDataLoss) << "byte " << at;
  }
}

TEST_F(ModelFileTest, TruncatedAndEmptyFilesAreRefused) {
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64},
                           bytes_.size() / 2, bytes_.size() - 1}) {
    EXPECT_EQ(LoadChanged(bytes_.substr(0, size)).code(), absl::StatusCode::kDataLoss) << size;
  }
}

TEST_F(ModelFileTest, WriterRefusesALongRelease) {
  EXPECT_EQ(ModelWriter().Write(path_, std::string(40, 'x')).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(ModelFileTest, FileWithoutSectionsIsRefused) {
  ASSERT_TRUE(ModelWriter().Write(path_, "empty").ok());
  EXPECT_EQ(ModelFile::Map(path_).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace huiyin::triage::text
