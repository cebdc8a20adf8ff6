// What became of the steps of the day, counted.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace huiyin::sample_day {

// Thread-safe.
class Outcome {
 public:
  void Count(const std::string& what) {
    std::lock_guard lock(mutex_);
    ++counts_[what];
  }
  // A step that a service refused although it should not have.
  void Failed(const std::string& step, const absl::Status& status);
  // A verdict that is not what a sensible policy would say.
  void Unexpected(const std::string& what);

  std::map<std::string, int64_t> counts() const {
    std::lock_guard lock(mutex_);
    return counts_;
  }
  int64_t failures() const {
    std::lock_guard lock(mutex_);
    return failures_;
  }
  // The first few of each, for people.
  std::vector<std::string> examples() const {
    std::lock_guard lock(mutex_);
    return examples_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int64_t> counts_;
  int64_t failures_ = 0;
  std::vector<std::string> examples_;
};

}  // namespace huiyin::sample_day
