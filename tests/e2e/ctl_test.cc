// huiyinctl as people and scripts use it.
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/e2e/whole_test.h"
#include "tests/harness/flows.h"

namespace huiyin {
namespace {

using ::huiyin::testing::Ran;
using ::huiyin::testing::WaitUntil;
using ::testing::HasSubstr;

class CtlTest : public WholeTest {
 protected:
  static Ran Ctl(std::vector<std::string> arguments) {
    return testing::RunProgram(suite(), "huiyinctl", std::move(arguments));
  }
};

TEST_F(CtlTest, HealthTellsOfEveryService) {
  const Ran ran = Ctl({"health"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  for (const std::string& service : client::Services()) EXPECT_THAT(ran.out, HasSubstr(service));
}

TEST_F(CtlTest, ATicketCanBeCreatedReadFoundAndResolved) {
  const Ran created = Ctl({"--json", "ticket", "create", "--channel", "wechat", "--user",
                           Fresh("wx"), "--text", "我要退款，电水壶漏水"});
  ASSERT_EQ(created.code, 0) << created.err;
  const std::string id = nlohmann::json::parse(created.out)["ticket"]["id"];
  const Ran got = Ctl({"ticket", "get", id});
  EXPECT_EQ(got.code, 0) << got.err;
  EXPECT_THAT(got.out, HasSubstr("我要退款，电水壶漏水"));
  EXPECT_TRUE(WaitUntil([&] {
    return Ctl({"ticket", "search", "漏水"}).out.find(id) != std::string::npos;
  }));
  EXPECT_EQ(Ctl({"ticket", "reply", id, "您好，马上处理", "--agent", "li"}).code, 0);
  const Ran resolved = Ctl({"ticket", "resolve", id});
  EXPECT_EQ(resolved.code, 0) << resolved.err;
  EXPECT_THAT(resolved.out, HasSubstr("resolved"));
}

TEST_F(CtlTest, EveryWrongFieldIsNamed) {
  const Ran ran =
      Ctl({"ticket", "create", "--text", " ", "--request-id", "x", "--user", Fresh("u")});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("2 fields are wrong"));
  EXPECT_THAT(ran.err, HasSubstr("request_id"));
  EXPECT_THAT(ran.err, HasSubstr("feedback.text"));
}

TEST_F(CtlTest, ErrorsAreJsonWhenAsked) {
  const Ran ran = Ctl({"--json", "ticket", "get", "018f3c5e-0000-7000-8000-000000000000"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(nlohmann::json::parse(ran.err)["error"]["reason"], "TICKET_NOT_FOUND");
}

TEST_F(CtlTest, AWrongCommandLineIsNotSent) {
  EXPECT_EQ(Ctl({"ticket", "creat"}).code, 2);
  EXPECT_EQ(Ctl({"ticket", "create", "--text", "x", "--channel", "pigeon"}).code, 2);
  EXPECT_EQ(Ctl({"ticket", "list", "--from", "yesterday"}).code, 2);
  EXPECT_EQ(Ctl({"--help"}).code, 0);
}

TEST_F(CtlTest, NobodyAtTheAddressIsToldApart) {
  const Ran ran = Ctl({"--ingest", "unix:/nonexistent.sock", "ticket", "list"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("make run"));
}

TEST_F(CtlTest, AnImportRunTwiceStoresOnce) {
  const std::string file = suite().folder() + "/import.tsv";
  std::ofstream out(file);
  for (int i = 0; i < 1200; ++i) out << "label\t第" << i << "条 where is parcel " << i << "\n";
  out << "label\tthe same\nlabel\tthe same\nno column\n";
  out.close();
  const auto before = testing::CountTickets(connection());
  ASSERT_OK(before);
  const Ran first =
      Ctl({"ticket", "import", "--file", file, "--text-column", "2", "--channel", "chat"});
  EXPECT_EQ(first.code, 4) << first.err;  // one line has no second column
  EXPECT_THAT(first.err, HasSubstr("line 1203"));
  EXPECT_THAT(testing::CountTickets(connection()), testing::IsOkAndHolds(*before + 1202));
  const Ran second = Ctl(
      {"--json", "ticket", "import", "--file", file, "--text-column", "2", "--channel", "chat"});
  EXPECT_EQ(nlohmann::json::parse(second.out)["duplicate"], 1202);
  EXPECT_THAT(testing::CountTickets(connection()), testing::IsOkAndHolds(*before + 1202));
}

TEST_F(CtlTest, ReportsAndAuditsAnswer) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"report", "overview"},
                                             {"report", "top"},
                                             {"report", "alerts"},
                                             {"report", "product", "P-1"},
                                             {"report", "progress"},
                                             {"report", "cohorts"},
                                             {"report", "cohorts", "csat"},
                                             {"report", "explain", "complaints"},
                                             {"ledger", "audit"},
                                             {"survey", "results"},
                                             {"survey", "list"},
                                             {"review", "list"},
                                             {"review", "asked"},
                                             {"review", "score", "P-1"},
                                             {"rma", "list"},
                                             {"refund", "list"},
                                             {"order", "list"},
                                             {"triage", "list"},
                                             {"triage", "classify", "退款什么时候到账"},
                                             {"dlq", "list"},
                                             {"events", "--wait", "60"}}) {
    const Ran ran = Ctl(command);
    EXPECT_EQ(ran.code, 0) << ::testing::PrintToString(command) << ran.err;
    EXPECT_FALSE(ran.out.empty()) << ::testing::PrintToString(command);
  }
}

TEST_F(CtlTest, AWatchShowsATicketAsItComes) {
  const std::string user = Fresh("watched");
  const std::string out = suite().folder() + "/watch.out";
  testing::ChildProcess watch(
      {"/bin/sh", "-c",
       std::string(HUIYIN_BIN) + "/huiyinctl --config " + suite().config_file() +
           " --json ticket watch --for 60 --channel weibo --limit 1 >" + out});
  // The first sign of life says that the watch has begun.
  ASSERT_TRUE(WaitUntil([&] {
    std::ifstream in(out);
    std::string line;
    return static_cast<bool>(std::getline(in, line));
  }));
  ASSERT_EQ(Ctl({"ticket", "create", "--channel", "weibo", "--user", user, "--text", "hi"}).code,
            0);
  EXPECT_EQ(watch.Wait(absl::Seconds(30)), 0);
  std::ifstream in(out);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_THAT(text, HasSubstr(user));
}

}  // namespace
}  // namespace huiyin
