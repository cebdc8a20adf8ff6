#include "services/analytics/domain/report.h"

#include <gmock/gmock.h>

namespace huiyin::analytics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Report Sample() {
  Report report{"Feedback", "2026-11-15 to 2026-11-22", {}};
  report.sections.push_back({"Products", {"product", "complaints"}, {}, {}});
  report.sections[0].rows = {{"=HYPERLINK(\"http://x\")", 3.0},
                             {"@SUM(A1)", -2.0},
                             {"a \"quoted\", text\nof two lines", 0.125},
                             {"<script>alert(1)</script>", 7.0}};
  report.sections.push_back({"Tickets by day", {}, {}, {{"2026-11-21", 4}, {"2026-11-22", 9}}});
  return report;
}

TEST(ReportCsvTest, TextsThatLookLikeFormulasAreDefused) {
  const std::string csv = ToCsv(Sample());
  EXPECT_THAT(csv, HasSubstr("\"'=HYPERLINK(\"\"http://x\"\")\",3\r\n"));
  EXPECT_THAT(csv, HasSubstr("'@SUM(A1),-2\r\n"));  // a number stays a number
  EXPECT_THAT(csv, HasSubstr("\"a \"\"quoted\"\", text\nof two lines\",0.125\r\n"));
  EXPECT_THAT(csv, HasSubstr("2026-11-22,9\r\n"));
}

TEST(ReportHtmlTest, MarkupIsDataAndChartsAreInline) {
  const std::string html = ToHtml(Sample());
  EXPECT_THAT(html, Not(HasSubstr("<script>")));
  EXPECT_THAT(html, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(html, HasSubstr("<svg"));
  EXPECT_THAT(html, HasSubstr("<title>2026-11-22: 9</title>"));
  EXPECT_THAT(html, HasSubstr("@media print"));
}

TEST(ReportJsonTest, RowsAreObjectsByColumn) {
  const std::string json = ToJson(Sample());
  EXPECT_THAT(json, HasSubstr("{\"product\":\"@SUM(A1)\",\"complaints\":-2}"));
  EXPECT_THAT(json, HasSubstr("text\\u000aof two lines"));
  EXPECT_THAT(json, HasSubstr("[\"2026-11-22\",9]"));
}

TEST(ReportRenderTest, FormsSayWhatTheyAre) {
  EXPECT_EQ(Render(Sample(), ReportFormat::kCsv).file_name, "report.csv");
  EXPECT_THAT(Render(Sample(), ReportFormat::kHtml).content_type, HasSubstr("text/html"));
  EXPECT_EQ(Render({"Nothing", "", {}}, ReportFormat::kJson).content,
            "{\"title\":\"Nothing\",\"period\":\"\",\"sections\":[]}\n");
}

}  // namespace
}  // namespace huiyin::analytics
