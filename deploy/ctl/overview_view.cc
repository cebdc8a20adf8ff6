#include "deploy/ctl/overview_view.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/text.h"
#include "huiyin/analytics/v1/analytics.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::analytics::v1;
using terminal::Paint;
using terminal::Style;
using terminal::Tone;
using Counts = google::protobuf::RepeatedPtrField<pb::Count>;

constexpr int kBarColumns = 24;
constexpr int kShownValues = 20;

void Heading(std::ostream& out, const Style& style, const std::string& text) {
  out << '\n' << Paint(style, Tone::kBold, text) << '\n';
}

// "WRONG_OR_MISSING_ITEM" → "wrong or missing item"; languages and priorities stay as they are.
std::string ValueText(const std::string& value, const std::string& missing) {
  if (value.empty()) return missing;
  if (value.find_first_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos) return value;
  if (value.size() <= 2) return value;  // P1
  std::string text = absl::AsciiStrToLower(value);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

// One dimension as bars, most frequent first.
void PrintBars(std::ostream& out, const Style& style, const std::string& title,
               const Counts& counts, const std::string& missing = "not decided yet") {
  if (counts.empty()) return;
  int64_t total = 0, max = 0;
  for (const auto& count : counts) {
    total += count.count();
    max = std::max(max, count.count());
  }
  terminal::Table table({{"by " + title}, {"", true}, {"", true}, {""}});
  int64_t rest = 0;
  for (int i = 0; i < counts.size(); ++i) {
    const int64_t count = counts[i].count();
    if (i >= kShownValues) {
      rest += count;
      continue;
    }
    table.Add({ValueText(counts[i].value(), missing), terminal::Grouped(count),
               absl::StrFormat("%.0f %%", 100.0 * static_cast<double>(count) /
                                              static_cast<double>(std::max<int64_t>(1, total))),
               terminal::Bar(static_cast<double>(count), static_cast<double>(max), kBarColumns)});
  }
  if (rest > 0) table.Add({"others", terminal::Grouped(rest), "", ""});
  table.Print(out, style, 2);
}

// "logistics 12, quality 7" for short dimensions.
std::string InOneLine(const Counts& counts, const std::string& missing) {
  std::vector<std::string> parts;
  for (const auto& count : counts) {
    parts.push_back(absl::StrCat(ValueText(count.value(), missing), " ", count.count()));
  }
  return absl::StrJoin(parts, ", ");
}

void PrintTickets(std::ostream& out, const Style& style, const pb::TicketFigures& tickets) {
  Heading(out, style, "Tickets");
  out << "  " << terminal::Grouped(tickets.created()) << " created, "
      << terminal::Grouped(tickets.decided()) << " decided, "
      << terminal::Grouped(tickets.resolved()) << " resolutions, "
      << terminal::Grouped(tickets.reopened()) << " reopenings";
  if (tickets.distinct_customers() > 0) {
    out << ", about " << terminal::Grouped(tickets.distinct_customers()) << " known customers";
  }
  out << '\n';
  if (tickets.created() == 0) return;
  out << '\n';
  PrintBars(out, style, "category", tickets.by_category());
  out << '\n';
  PrintBars(out, style, "priority", tickets.by_priority());
  out << '\n';
  PrintBars(out, style, "language", tickets.by_language());
  out << '\n';
  PrintBars(out, style, "channel", tickets.by_channel());
  out << "\n  sentiment: " << InOneLine(tickets.by_sentiment(), "not decided")
      << "\n  urgency:   " << InOneLine(tickets.by_urgency(), "not decided") << '\n';
}

void PrintReturns(std::ostream& out, const Style& style, const pb::ReturnFigures& returns) {
  Heading(out, style, "Returns and refunds");
  if (returns.submitted() + returns.refunds_size() == 0) {
    out << "  None.\n";
    return;
  }
  out << "  " << returns.submitted() << " returns filed, " << returns.approved() << " approved, "
      << returns.rejected() << " rejected, " << returns.completed() << " completed\n"
      << "  kinds:   " << InOneLine(returns.by_kind(), "unknown") << '\n'
      << "  reasons: " << InOneLine(returns.by_reason(), "unknown") << "\n\n";
  terminal::Table table({{"refunded", true}, {"refunds", true}});
  for (const auto& refund : returns.refunds()) {
    table.Add({MoneyText(refund.amount()), std::to_string(refund.count())});
  }
  if (!table.empty()) table.Print(out, style, 2);
  if (returns.refunds_pending() + returns.refunds_failed() > 0) {
    out << "  " << returns.refunds_pending() << " refunds under way, "
        << Paint(style, returns.refunds_failed() > 0 ? Tone::kBad : Tone::kPlain,
                 absl::StrCat(returns.refunds_failed(), " refused by the gateway"))
        << '\n';
  }
}

void PrintSurveys(std::ostream& out, const Style& style, const pb::Overview& overview) {
  if (overview.surveys().empty()) return;
  Heading(out, style, "What customers said afterwards");
  terminal::Table table(
      {{"scale"}, {"asked", true}, {"answers", true}, {"mean", true}, {"headline"}});
  for (const auto& survey : overview.surveys()) {
    const pb::Estimate& mean = survey.mean();
    const pb::Estimate& headline = survey.headline();
    const char* meaning = survey.kind() == "NPS"   ? "promoters − detractors"
                          : survey.kind() == "CES" ? "found it easy"
                                                   : "satisfied";
    table.Add({survey.kind(), std::to_string(survey.invited()), std::to_string(survey.count()),
               absl::StrFormat("%.2f [%.2f, %.2f]", mean.value(), mean.lower(), mean.upper()),
               absl::StrFormat("%.0f %% [%.0f, %.0f] %s", headline.value() * 100,
                               headline.lower() * 100, headline.upper() * 100, meaning)});
  }
  table.Print(out, style, 2);
}

void PrintDurations(std::ostream& out, const Style& style, const pb::Overview& overview) {
  terminal::Table table({{"how long it took"},
                         {"count", true},
                         {"half within", true},
                         {"90 % within", true},
                         {"99 % within", true}});
  for (const auto& figures : overview.durations()) {
    if (figures.count() == 0) continue;
    std::string name = figures.duration();
    std::replace(name.begin(), name.end(), '_', ' ');
    table.Add({name, terminal::Grouped(figures.count()),
               terminal::ShortDuration(figures.p50_seconds()),
               terminal::ShortDuration(figures.p90_seconds()),
               terminal::ShortDuration(figures.p99_seconds())});
  }
  if (table.empty()) return;
  Heading(out, style, "Speed");
  table.Print(out, style, 2);
}

}  // namespace

void PrintAlert(std::ostream& out, const Style& style, const pb::Alert& alert) {
  const pb::Evidence& evidence = alert.evidence();
  out << "  " << Paint(style, Tone::kBad, "● ") << alert.summary() << '\n';
  out << Paint(
      style, Tone::kDim,
      absl::StrFormat("    %s %s, %s: %d seen, %.1f expected; rate ×%.1f [%.1f, %.1f]",
                      alert.subject_kind(), alert.subject(), evidence.method(), evidence.observed(),
                      evidence.expected(), evidence.relative_rate().value(),
                      evidence.relative_rate().lower(), evidence.relative_rate().upper()));
  if (evidence.by_source_size() > 0) out << "  from " << InOneLine(evidence.by_source(), "other");
  if (evidence.daily_counts_size() > 1) {
    const std::vector<double> days(evidence.daily_counts().begin(), evidence.daily_counts().end());
    out << "  " << terminal::Sparkline(days);
  }
  if (evidence.phrases_size() > 0) {
    out << "\n    new words: " << absl::StrJoin(evidence.phrases(), ", ");
  }
  out << '\n';
}

void PrintOverview(std::ostream& out, const Style& style, const pb::Overview& overview) {
  out << Paint(style, Tone::kBold, "Huiyin, ") << TimeText(overview.period().start_time()) << " to "
      << TimeText(overview.period().end_time()) << '\n';
  PrintTickets(out, style, overview.tickets());
  PrintReturns(out, style, overview.returns());
  PrintSurveys(out, style, overview);
  PrintDurations(out, style, overview);
  Heading(out, style, "What is going wrong");
  if (overview.alerts().empty()) out << "  Nothing stands out.\n";
  for (const auto& alert : overview.alerts()) PrintAlert(out, style, alert);
}

}  // namespace huiyin::ctl
