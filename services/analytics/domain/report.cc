#include "services/analytics/domain/report.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace huiyin::analytics {
namespace {

using Cell = std::variant<std::string, double>;

std::string NumberText(double value) {
  if (!std::isfinite(value)) return "";
  return value == std::floor(value) && std::abs(value) < 1e15 ? absl::StrFormat("%.0f", value)
                                                              : absl::StrFormat("%.6g", value);
}

std::string Plain(const Cell& cell) {
  return std::holds_alternative<double>(cell) ? NumberText(std::get<double>(cell))
                                              : std::get<std::string>(cell);
}

std::string CsvText(const std::string& text) {
  std::string safe = text;
  if (!safe.empty() && std::string_view("=+-@\t\r").find(safe[0]) != std::string_view::npos) {
    safe.insert(0, 1, '\'');
  }
  if (safe.find_first_of(",\"\r\n") == std::string::npos) return safe;
  std::string quoted = "\"";
  for (const char c : safe) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string CsvCell(const Cell& cell) {
  return std::holds_alternative<double>(cell) ? NumberText(std::get<double>(cell))
                                              : CsvText(std::get<std::string>(cell));
}

std::string JsonText(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string JsonCell(const Cell& cell) {
  if (!std::holds_alternative<double>(cell)) return JsonText(std::get<std::string>(cell));
  const double value = std::get<double>(cell);
  return std::isfinite(value) ? absl::StrFormat("%.15g", value) : "null";
}

std::string HtmlText(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// Bars from left to right; the first, last and highest are labelled.
std::string Chart(const ReportSection& section) {
  constexpr double kWidth = 720, kHeight = 140, kBase = 116;
  double most = 0;
  for (const auto& [label, value] : section.points) most = std::max(most, value);
  const double step = kWidth / static_cast<double>(section.points.size());
  std::string svg =
      absl::StrFormat("<svg role=\"img\" aria-label=\"%s\" viewBox=\"0 0 %.0f %.0f\">",
                      HtmlText(section.title), kWidth, kHeight);
  for (size_t i = 0; i < section.points.size(); ++i) {
    const auto& [label, value] = section.points[i];
    const double height = most > 0 ? (kBase - 16) * std::max(0.0, value) / most : 0;
    absl::StrAppendFormat(&svg,
                          "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\">"
                          "<title>%s: %s</title></rect>",
                          step * static_cast<double>(i), kBase - height, std::max(1.0, step * 0.8),
                          height, HtmlText(label), NumberText(value));
  }
  absl::StrAppendFormat(&svg, "<text x=\"0\" y=\"11\">%s</text>", NumberText(most));
  absl::StrAppendFormat(&svg, "<text x=\"0\" y=\"%.0f\">%s</text>", kHeight - 8,
                        HtmlText(section.points.front().first));
  absl::StrAppendFormat(&svg, "<text x=\"%.0f\" y=\"%.0f\" text-anchor=\"end\">%s</text></svg>\n",
                        kWidth, kHeight - 8, HtmlText(section.points.back().first));
  return svg;
}

constexpr char kStyle[] = R"(
body{font:14px/1.5 system-ui,sans-serif;color:#222;max-width:760px;margin:2em auto;padding:0 1em}
h1{margin-bottom:0}h2{margin:1.6em 0 .4em;font-size:1.1em}
table{border-collapse:collapse;width:100%}
th,td{padding:.25em .6em;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
svg{width:100%;height:auto}svg rect{fill:#2a6f97}svg text{font-size:11px;fill:#555}
@page{size:A4;margin:15mm}
@media print{body{margin:0;max-width:none}section{break-inside:avoid}
svg rect{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)";

}  // namespace

std::string ToCsv(const Report& report) {
  std::string csv = absl::StrCat(CsvText(report.title), ",", CsvText(report.period), "\r\n");
  for (const ReportSection& section : report.sections) {
    absl::StrAppend(&csv, "\r\n", CsvText(section.title), "\r\n");
    for (size_t i = 0; i < section.columns.size(); ++i) {
      absl::StrAppend(&csv, i ? "," : "", CsvText(section.columns[i]));
    }
    if (!section.columns.empty()) csv += "\r\n";
    for (const auto& row : section.rows) {
      for (size_t i = 0; i < row.size(); ++i) {
        absl::StrAppend(&csv, i ? "," : "", CsvCell(row[i]));
      }
      csv += "\r\n";
    }
    for (const auto& [label, value] : section.points) {
      absl::StrAppend(&csv, CsvText(label), ",", NumberText(value), "\r\n");
    }
  }
  return csv;
}

std::string ToJson(const Report& report) {
  std::string json = absl::StrCat("{\"title\":", JsonText(report.title),
                                  ",\"period\":", JsonText(report.period), ",\"sections\":[");
  for (size_t s = 0; s < report.sections.size(); ++s) {
    const ReportSection& section = report.sections[s];
    absl::StrAppend(&json, s ? "," : "", "{\"title\":", JsonText(section.title), ",\"rows\":[");
    for (size_t r = 0; r < section.rows.size(); ++r) {
      json += r ? ",{" : "{";
      for (size_t i = 0; i < section.columns.size(); ++i) {
        absl::StrAppend(&json, i ? "," : "", JsonText(section.columns[i]), ":",
                        JsonCell(section.rows[r][i]));
      }
      json += '}';
    }
    json += "],\"points\":[";
    for (size_t p = 0; p < section.points.size(); ++p) {
      absl::StrAppend(&json, p ? "," : "", "[", JsonText(section.points[p].first), ",",
                      JsonCell(section.points[p].second), "]");
    }
    json += "]}";
  }
  return json + "]}\n";
}

std::string ToHtml(const Report& report) {
  std::string html = absl::StrCat(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>",
      HtmlText(report.title), "</title>\n<style>", kStyle, "</style></head>\n<body>\n<h1>",
      HtmlText(report.title), "</h1>\n<p>", HtmlText(report.period), "</p>\n");
  for (const ReportSection& section : report.sections) {
    absl::StrAppend(&html, "<section><h2>", HtmlText(section.title), "</h2>\n");
    if (!section.points.empty()) html += Chart(section);
    if (!section.columns.empty()) {
      html += "<table><thead><tr>";
      for (const std::string& column : section.columns) {
        absl::StrAppend(&html, "<th>", HtmlText(column), "</th>");
      }
      html += "</tr></thead><tbody>\n";
      for (const auto& row : section.rows) {
        html += "<tr>";
        for (const Cell& cell : row) {
          absl::StrAppend(&html, std::holds_alternative<double>(cell) ? "<td class=\"n\">" : "<td>",
                          HtmlText(Plain(cell)), "</td>");
        }
        html += "</tr>\n";
      }
      html += "</tbody></table>";
    }
    html += "</section>\n";
  }
  return html + "</body></html>\n";
}

RenderedReport Render(const Report& report, ReportFormat format) {
  switch (format) {
    case ReportFormat::kCsv:
      return {"text/csv; charset=utf-8", "report.csv", ToCsv(report)};
    case ReportFormat::kJson:
      return {"application/json", "report.json", ToJson(report)};
    case ReportFormat::kHtml:
      break;
  }
  return {"text/html; charset=utf-8", "report.html", ToHtml(report)};
}

}  // namespace huiyin::analytics
