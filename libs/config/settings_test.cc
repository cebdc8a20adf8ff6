#include "libs/config/settings.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "libs/testing/status.h"

namespace huiyin::config {
namespace {

using ::huiyin::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

const std::vector<Setting>& Table() {
  static const std::vector<Setting> table = {
      {"grpc.listen", Type::kString, "127.0.0.1:0", "Where to listen."},
      {"grpc.max_in_flight", Type::kInt, "10", "Calls at once."},
      {"drain", Type::kDuration, "30s", "How long."},
      {"limit", Type::kBytes, "4MiB", "How much."},
      {"tls", Type::kBool, "false", "Whether."},
      {"secret", Type::kString, "", "What nobody may read.", true},
  };
  return table;
}

absl::StatusOr<Settings> LoadWith(std::vector<std::string> flags,
                                  const std::map<std::string, std::string>& environment = {}) {
  flags.insert(flags.begin(), "program");
  std::vector<char*> argv;
  for (std::string& flag : flags) argv.push_back(flag.data());
  return Load(Table(), static_cast<int>(argv.size()), argv.data(), environment);
}

std::string WriteFile(const std::string& text) {
  const std::string path = ::testing::TempDir() + "/huiyin_settings_" +
                           ::testing::UnitTest::GetInstance()->current_test_info()->name() +
                           ".yaml";
  std::ofstream(path) << text;
  return path;
}

TEST(Settings, DefaultsAreTyped) {
  const auto settings = LoadWith({});
  ASSERT_OK(settings);
  EXPECT_EQ(settings->String("grpc.listen"), "127.0.0.1:0");
  EXPECT_EQ(settings->Int("grpc.max_in_flight"), 10);
  EXPECT_EQ(settings->Duration("drain"), absl::Seconds(30));
  EXPECT_EQ(settings->Int("limit"), 4 << 20);
  EXPECT_FALSE(settings->Bool("tls"));
}

TEST(Settings, FlagsWinOverEnvironmentOverFile) {
  const std::string file = WriteFile("grpc:\n  listen: file:1\n  max_in_flight: 20\ntls: true\n");
  const auto settings = LoadWith({"--config", file, "--set", "grpc.listen=flag:1"},
                                 {{"HUIYIN_GRPC_LISTEN", "environment:1"},
                                  {"HUIYIN_GRPC_MAX_IN_FLIGHT", "30"},
                                  {"PATH", "/bin"}});
  ASSERT_OK(settings);
  EXPECT_EQ(settings->String("grpc.listen"), "flag:1");
  EXPECT_EQ(settings->Int("grpc.max_in_flight"), 30);
  EXPECT_TRUE(settings->Bool("tls"));
}

TEST(Settings, UnknownKeysStopStartUpAndSayWhereTheyCameFrom) {
  EXPECT_THAT(std::string(LoadWith({"--set", "grpc.lisen=x"}).status().message()),
              HasSubstr("unknown setting \"grpc.lisen\" (flag --set)"));
  EXPECT_THAT(std::string(LoadWith({}, {{"HUIYIN_NOPE", "1"}}).status().message()),
              HasSubstr("environment HUIYIN_NOPE"));
  const std::string file = WriteFile("grpc: {port: 1}\n");
  EXPECT_THAT(std::string(LoadWith({"--config", file}).status().message()),
              HasSubstr("unknown setting \"grpc.port\" (" + file));
}

TEST(Settings, ValuesOfTheWrongTypeAreRefused) {
  for (const char* bad : {"grpc.max_in_flight=many", "drain=30", "limit=4 megs", "tls=yes"}) {
    EXPECT_THAT(LoadWith({"--set", bad}), StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
}

TEST(Settings, BrokenFilesAndFlagsAreRefused) {
  EXPECT_THAT(LoadWith({"--config", "/nonexistent"}), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(LoadWith({"--config", WriteFile("a: [")}), Not(testing::IsOk()));
  EXPECT_THAT(LoadWith({"--config", WriteFile("tls: [true]")}), Not(testing::IsOk()));
  EXPECT_THAT(LoadWith({"--verbose"}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(LoadWith({"--set"}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(LoadWith({"--set", "tls"}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Settings, SecretsAreNeverPrinted) {
  const auto settings = LoadWith({"--set", "secret=hunter2"});
  ASSERT_OK(settings);
  EXPECT_EQ(settings->String("secret"), "hunter2");
  EXPECT_THAT(settings->Describe(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(settings->Describe(), HasSubstr("secret = ***"));
  EXPECT_THAT(Help(Table()), HasSubstr("grpc.max_in_flight (whole number, default 10)"));
}

TEST(SettingsDeathTest, AskingForWhatIsNotInTheTableAborts) {
  const auto settings = LoadWith({});
  ASSERT_OK(settings);
  EXPECT_DEATH(settings->Int("nope"), "");
  EXPECT_DEATH(settings->Bool("grpc.listen"), "");
}

}  // namespace
}  // namespace huiyin::config
