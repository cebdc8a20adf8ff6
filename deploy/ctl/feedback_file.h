// Reads customer messages from a file, line by line.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace huiyin::ingest::v1 {
class Feedback;
}

namespace huiyin::ctl {

enum class FileFormat { kTsv, kJsonl };

struct FileOptions {
  FileFormat format = FileFormat::kTsv;
  int text_column = 0;  // TSV: which column holds the text, from 1; 0: the last
  int channel = 0;      // huiyin.common.v1.Channel of lines that name none
};

// Not thread-safe. `in` must outlive it.
class FeedbackFile {
 public:
  FeedbackFile(std::istream& in, FileOptions options) : in_(in), options_(options) {}

  // The next message that is not blank; false at the end. A line that cannot be read comes back
  // as INVALID_ARGUMENT (BAD_LINE), and reading can go on.
  //
  // JSON lines hold huiyin.ingest.v1.Feedback in protobuf's JSON form, at least {"text": "…"}.
  // A message without an external id gets one made of its content and line number, so that a file
  // that is read again gives the same ids.
  absl::StatusOr<bool> Next(ingest::v1::Feedback& feedback);

  int64_t line() const { return line_; }  // of what Next gave, from 1

 private:
  absl::Status Parse(std::string_view line, ingest::v1::Feedback& feedback) const;

  std::istream& in_;
  const FileOptions options_;
  int64_t line_ = 0;
};

}  // namespace huiyin::ctl
