// Drift: whether the messages of now are still those that the model was put in force on. The first
// kPopulation decisions of a model version are its reference, the newest kPopulation the window;
// gauges hold the population stability of categories and of confidence between them, 0 until both
// are full. Kept in memory: a restart takes a new reference.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "libs/obs/metrics.h"
#include "services/triage/domain/labels.h"

namespace huiyin::triage {

// Thread-safe.
class DriftWatch {
 public:
  static constexpr size_t kPopulation = 2000;
  static constexpr size_t kConfidenceBins = 10;

  explicit DriftWatch(obs::Metrics& metrics);
  void Add(const std::string& model_version, Category category, float confidence);

 private:
  struct Counts {
    std::array<int64_t, kCategoryCount> categories{};
    std::array<int64_t, kConfidenceBins> confidences{};
    void Count(uint8_t category, uint8_t confidence, int64_t by) {
      categories[category] += by;
      confidences[confidence] += by;
    }
  };

  prometheus::Gauge &categories_, &confidence_;
  std::mutex mutex_;
  std::string model_version_;
  size_t seen_ = 0;
  Counts reference_, window_;
  std::deque<std::pair<uint8_t, uint8_t>> recent_;  // category, confidence bin
};

}  // namespace huiyin::triage
