#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "deploy/client/access.h"
#include "deploy/client/connection.h"
#include "libs/core/id.h"
#include "libs/testing/status.h"

namespace huiyin::client {
namespace {

using ::huiyin::testing::HasReason;

std::string Write(const std::string& name, const std::string& text) {
  const std::string file = ::testing::TempDir() + name;
  std::ofstream(file) << text;
  return file;
}

TEST(AccessTest, KnowsTheLocalRunnersPorts) {
  const Access access = LocalAccess();
  EXPECT_EQ(access.addresses.at("ingest"), "127.0.0.1:7401");
  EXPECT_EQ(access.addresses.at("analytics"), "127.0.0.1:7405");
}

TEST(AccessTest, TakesAddressesAndKeysFromAFile) {
  const std::string file =
      Write("huiyinctl.yaml", "triage: unix:/t\nkeys_file: jwt-keys.json\ntenant: acme\n");
  const auto access = WithFile(LocalAccess(), file);
  ASSERT_OK(access);
  EXPECT_EQ(access->addresses.at("triage"), "unix:/t");
  EXPECT_EQ(access->addresses.at("ingest"), "127.0.0.1:7401");
  EXPECT_EQ(access->keys_file, ::testing::TempDir() + "jwt-keys.json");
  EXPECT_EQ(access->tenant, "acme");
}

TEST(AccessTest, RefusesAFileItDoesNotUnderstand) {
  EXPECT_THAT(WithFile({}, Write("a.yaml", "triagge: unix:/t\n")), HasReason("UNKNOWN_SETTING"));
  EXPECT_THAT(WithFile({}, Write("b.yaml", "triage: [1, 2]\n")), HasReason("BAD_FILE"));
  EXPECT_THAT(WithFile({}, "/nonexistent/huiyinctl.yaml"), HasReason("NO_FILE"));
}

TEST(UuidOfTest, GivesTheSameIdForTheSameName) {
  EXPECT_EQ(UuidOf("a"), UuidOf("a"));
  EXPECT_NE(UuidOf("a"), UuidOf("b"));
  EXPECT_TRUE(IsUuid(UuidOf("a")));
  EXPECT_EQ(UuidOf("a")[14], '5');
}

TEST(ServiceOfTest, ReadsTheServiceFromAPackage) {
  EXPECT_EQ(ServiceOf("huiyin.ingest.v1.GetTicketRequest"), "ingest");
}

}  // namespace
}  // namespace huiyin::client
