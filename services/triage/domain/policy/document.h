// Policies are written as plain text, one statement a line, so that a lead can read, compare and
// review them:
//
//   # a comment
//   rule payment_blocked +45 when category in PAYMENT, STOCK
//
// Words are parted by blanks; a comma is a word of its own; "#" begins a comment.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/status.h"

namespace huiyin::triage {

// Larger documents are refused.
inline constexpr size_t kMaxDocumentBytes = 64 << 10;

// The words of one line that has any; views into the document.
struct DocumentLine {
  int number = 0;  // from 1
  std::vector<std::string_view> words;
};

// Reads a document and gathers what is wrong with it, by line. Not thread-safe.
class DocumentCheck {
 public:
  // Violations are given for "source:LINE"; more than kMost of them end the reading.
  static constexpr int kMost = 20;

  // Lines with words, in order; empty with a violation when the document is too large.
  std::vector<DocumentLine> Lines(std::string_view source);

  // Something is wrong with the line; 0: with the document as a whole.
  void Add(int line, std::string_view what);
  // Adds unless `ok`; returns `ok`.
  bool Require(bool ok, int line, std::string_view what) {
    if (!ok) Add(line, what);
    return ok;
  }
  bool full() const { return count_ >= kMost; }
  bool ok() const { return check_.ok(); }
  absl::Status ToStatus() const { return check_.ToStatus(); }

 private:
  InputCheck check_;
  int count_ = 0;
};

// The words from `begin` on, commas left out: "A , B" → A B. Adds a violation and gives nothing
// when names and commas do not alternate.
std::vector<std::string_view> NameList(const DocumentLine& line, size_t begin, size_t end,
                                       DocumentCheck& check);

// "+45", "-40", "7"; false when it is none or not within ±1 000 000.
bool ParseSmallInt(std::string_view word, int* value);
// 1 to 64 of a–z, 0–9, "_", "-", beginning with a letter.
bool IsDocumentName(std::string_view word);

}  // namespace huiyin::triage
