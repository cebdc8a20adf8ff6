#include "deploy/terminal/table.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "absl/strings/str_format.h"
#include "deploy/terminal/text.h"

namespace huiyin::terminal {
namespace {

constexpr int kMinLastColumn = 16;

const char* Code(Tone tone) {
  switch (tone) {
    case Tone::kDim:
      return "\033[2m";
    case Tone::kBold:
      return "\033[1m";
    case Tone::kGood:
      return "\033[32m";
    case Tone::kWarn:
      return "\033[33m";
    case Tone::kBad:
      return "\033[31m";
    case Tone::kPlain:
      break;
  }
  return "";
}

}  // namespace

Style Style::OfStandardOutput() {
  Style style;
  if (isatty(STDOUT_FILENO) == 0) return style;
  winsize size{};
  style.columns =
      ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  style.colour = (no_color == nullptr || *no_color == '\0') && term != nullptr &&
                 std::string_view(term) != "dumb";
  return style;
}

std::string Paint(const Style& style, Tone tone, std::string_view text) {
  if (!style.colour || tone == Tone::kPlain) return std::string(text);
  return std::string(Code(tone)).append(text).append("\033[0m");
}

void Table::Add(std::vector<Cell> row) {
  row.resize(columns_.size(), Cell(""));
  for (Cell& cell : row) cell.text = OneLine(cell.text);
  rows_.push_back(std::move(row));
}

void Table::Print(std::ostream& out, const Style& style, int indent) const {
  std::vector<int> widths;
  for (size_t c = 0; c < columns_.size(); ++c) {
    int width = Width(columns_[c].title);
    for (const auto& row : rows_) width = std::max(width, Width(row[c].text));
    widths.push_back(width);
  }
  const size_t last = columns_.size() - 1;
  if (style.columns > 0) {
    int before = indent;
    for (size_t c = 0; c < last; ++c) before += widths[c] + 2;
    widths[last] = std::min(widths[last], std::max(kMinLastColumn, style.columns - before - 1));
  }
  const auto line = [&](const std::vector<Cell>& cells) {
    std::string text(indent, ' ');
    for (size_t c = 0; c < cells.size(); ++c) {
      const std::string shown = Cut(cells[c].text, std::max(1, widths[c]));
      const std::string padding(std::max(0, widths[c] - Width(shown)), ' ');
      const std::string painted = Paint(style, cells[c].tone, shown);
      if (columns_[c].right) {
        text += padding + painted;
      } else {
        text += painted + (c == last ? "" : padding);
      }
      if (c != last) text += "  ";
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    out << text << '\n';
  };
  std::vector<Cell> titles;
  bool titled = false;
  for (const Column& column : columns_) {
    titles.emplace_back(column.title, Tone::kDim);
    titled = titled || !column.title.empty();
  }
  if (titled) line(titles);
  for (const auto& row : rows_) line(row);
}

std::string Sparkline(const std::vector<double>& values) {
  static constexpr std::array kSteps = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const double max = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  std::string line;
  for (const double value : values) {
    const double share = max > 0 && value > 0 ? value / max : 0;
    line += kSteps[std::min<size_t>(7, static_cast<size_t>(std::ceil(share * 7)))];
  }
  return line;
}

std::string Bar(double value, double max, int columns) {
  static constexpr std::array kEighths = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (value <= 0 || max <= 0) return "";
  const int eighths = std::max(1, static_cast<int>(std::lround(value / max * columns * 8)));
  std::string bar;
  for (int i = 0; i < eighths / 8; ++i) bar += "█";
  return bar + kEighths[eighths % 8];
}

std::string ShortDuration(double seconds) {
  struct Unit {
    double seconds;
    const char* name;
  };
  static constexpr std::array<Unit, 4> kUnits = {
      {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}}};
  for (const Unit& unit : kUnits) {
    if (seconds < unit.seconds * (unit.seconds > 1 ? 2 : 1)) continue;
    const double value = seconds / unit.seconds;
    return absl::StrFormat(value < 10 ? "%.1f %s" : "%.0f %s", value, unit.name);
  }
  return absl::StrFormat("%.0f ms", seconds * 1000);
}

}  // namespace huiyin::terminal
