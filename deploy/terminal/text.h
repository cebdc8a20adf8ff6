// Text on a terminal: how wide it is and how it is cut. All text is UTF-8; Chinese, Japanese,
// Korean and emoji take two columns, combining marks none.
#pragma once

#include <string>
#include <string_view>

namespace huiyin::terminal {

// Columns that `text` takes; invalid bytes count as one column each.
int Width(std::string_view text);

// `text` on one line: line breaks, tabs and control characters become spaces, so that a customer's
// text cannot move the cursor or change colours.
std::string OneLine(std::string_view text);

// The beginning of `text` that fits into `columns` (≥ 1), with "…" when something is cut off.
std::string Cut(std::string_view text, int columns);

// "12 345 678": thin groups that do not depend on the reader's locale.
std::string Grouped(int64_t number);

}  // namespace huiyin::terminal
