// A report as data, and its forms: CSV for spreadsheets, JSON for programs, HTML with charts for
// people and printers. Pure.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace huiyin::analytics {

struct ReportSection {
  std::string title;
  // A table; no columns: none.
  std::vector<std::string> columns;
  std::vector<std::vector<std::variant<std::string, double>>> rows;  // as many cells as columns
  // A chart: labels and values ≥ 0, in order of time; empty: none.
  std::vector<std::pair<std::string, double>> points;
};

struct Report {
  std::string title;
  std::string period;
  std::vector<ReportSection> sections;
};

// Numbers are stored and sent.
enum class ReportFormat { kCsv = 1, kJson = 2, kHtml = 3 };

struct RenderedReport {
  std::string content_type;
  std::string file_name;
  std::string content;
};

RenderedReport Render(const Report& report, ReportFormat format);

// RFC 4180 with CRLF; sections are parted by an empty line. A text that a spreadsheet would take
// for a formula (it begins with = + - @, tab or carriage return) gets a leading apostrophe.
std::string ToCsv(const Report& report);
std::string ToJson(const Report& report);
// One file without scripts or links: text is escaped, charts are inline SVG, and it prints on A4.
std::string ToHtml(const Report& report);

}  // namespace huiyin::analytics
