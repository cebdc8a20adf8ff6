#include <gmock/gmock.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>

#include <nlohmann/json.hpp>

#include "libs/obs/log.h"
#include "libs/obs/metrics.h"
#include "libs/obs/trace.h"

namespace huiyin::obs {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, AppearInTheExpositionTextWithTheirLabels) {
  Metrics metrics;
  metrics.Counter("huiyin_test_things_total", "Things.", {{"kind", "a"}}).Increment(3);
  metrics.Histogram("huiyin_test_wait_seconds", "Waiting.", {0.1, 1}).Observe(0.5);
  const std::string text = metrics.Text();
  EXPECT_THAT(text, HasSubstr("huiyin_test_things_total{kind=\"a\"} 3"));
  EXPECT_THAT(text, HasSubstr("huiyin_test_wait_seconds_bucket{le=\"1\"} 1"));
}

TEST(Metrics, SameNameAndLabelsAreTheSameObject) {
  Metrics metrics;
  EXPECT_EQ(&metrics.Counter("a_total", "A.", {{"x", "1"}}),
            &metrics.Counter("a_total", "A.", {{"x", "1"}}));
  EXPECT_NE(&metrics.Counter("a_total", "A.", {{"x", "1"}}),
            &metrics.Counter("a_total", "A.", {{"x", "2"}}));
}

TEST(Metrics, TellAboutTheProcess) {
  const std::string text = Metrics().Text();
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes",
                           "process_open_fds", "process_start_time_seconds", "huiyin_build_info"}) {
    EXPECT_THAT(text, HasSubstr(name));
  }
}

TEST(Trace, ChildKeepsTheTraceAndChangesTheSpan) {
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const std::string child = NewSpan(parent);
  EXPECT_TRUE(IsTraceparent(child)) << child;
  EXPECT_EQ(TraceId(child), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_NE(SpanId(child), SpanId(parent));
}

TEST(Trace, StartsANewTraceForAnythingMalformed) {
  for (const char* bad : {"", "00-0-0-0", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                          "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x"}) {
    EXPECT_FALSE(IsTraceparent(bad)) << bad;
    EXPECT_TRUE(IsTraceparent(NewSpan(bad)));
  }
}

TEST(Log, WritesOneJsonObjectALineEvenForBytesThatAreNotUtf8) {
  ::testing::internal::CaptureStderr();
  Log(Level::kError, "disk_full",
      {{"free", 0},
       {"path", "a\"b\xff"},
       {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
       {"error", absl::NotFoundError("gone")}});
  const std::string out = ::testing::internal::GetCapturedStderr();
  const auto line = nlohmann::json::parse(out);
  EXPECT_EQ(line["event"], "disk_full");
  EXPECT_EQ(line["level"], "error");
  EXPECT_EQ(line["free"], 0);
  EXPECT_EQ(line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(line["span_id"], "00f067aa0ba902b7");
  EXPECT_EQ(line["error"], "NOT_FOUND: gone");
}

TEST(Log, DropsLinesBelowTheLevel) {
  ::testing::internal::CaptureStderr();
  Log(Level::kInfo, "chatter");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace huiyin::obs
