// Tables and small charts for people who read figures in a terminal.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace huiyin::terminal {

// What the output can show.
struct Style {
  bool colour = false;  // ANSI colours
  int columns = 0;      // width of the terminal; 0: not a terminal, nothing is cut

  // As standard output is: colour and cutting only on a terminal; NO_COLOR is respected.
  static Style OfStandardOutput();
};

enum class Tone { kPlain, kDim, kBold, kGood, kWarn, kBad };

// `text` in `tone` when `style` has colours.
std::string Paint(const Style& style, Tone tone, std::string_view text);

struct Column {
  std::string title;
  bool right = false;  // numbers
};

struct Cell {
  Cell(std::string text, Tone tone = Tone::kPlain) : text(std::move(text)), tone(tone) {}  // NOLINT
  Cell(const char* text, Tone tone = Tone::kPlain) : text(text), tone(tone) {}             // NOLINT
  std::string text;
  Tone tone;
};

// Columns as wide as their content; on a terminal the last column is cut to what is left of the
// line.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // As many cells as columns. Line breaks in cells become spaces.
  void Add(std::vector<Cell> row);
  bool empty() const { return rows_.empty(); }
  size_t size() const { return rows_.size(); }
  // Title row, rows. `indent` spaces before every line.
  void Print(std::ostream& out, const Style& style, int indent = 0) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

// ▁▂▅▇: one character per value, scaled to the largest; zero is the lowest bar.
std::string Sparkline(const std::vector<double>& values);

// A horizontal bar of value/max, at most `columns` wide, in eighths of a column. Something above
// zero is never shown as nothing.
std::string Bar(double value, double max, int columns);

// "3.4 s", "12 min", "2.5 h", "3.1 d": two significant places are enough to compare.
std::string ShortDuration(double seconds);

}  // namespace huiyin::terminal
