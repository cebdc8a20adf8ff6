#include "deploy/sample_day/player/outcome.h"

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::sample_day {
namespace {
constexpr size_t kExamples = 20;
}

void Outcome::Failed(const std::string& step, const absl::Status& status) {
  std::string text = absl::StrCat(step, ": ", status.ToString());
  for (const Violation& violation : Violations(status)) {
    absl::StrAppend(&text, "; ", violation.field, ": ", violation.description);
  }
  std::lock_guard lock(mutex_);
  ++failures_;
  if (examples_.size() < kExamples) examples_.push_back(std::move(text));
}

void Outcome::Unexpected(const std::string& what) {
  std::lock_guard lock(mutex_);
  ++counts_["verdicts other than expected"];
  if (examples_.size() < kExamples) examples_.push_back(what);
}

}  // namespace huiyin::sample_day
