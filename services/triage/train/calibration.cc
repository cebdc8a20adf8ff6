#include "services/triage/train/calibration.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "services/triage/domain/labels.h"

namespace huiyin::triage::train {
namespace {

constexpr std::size_t kEnough = 30;  // decisions needed for a category's own threshold

double Surprise(const std::vector<Judged>& judged, const Head& head, std::size_t h,
                float temperature) {
  double sum = 0;
  std::vector<float> p(head.count);
  for (const Judged& j : judged) {
    if (j.target[h].empty()) continue;
    for (std::size_t c = 0; c < head.count; ++c) p[c] = j.scores[head.first + c] / temperature;
    Softmax(p.data(), head.count);
    const auto gold = std::max_element(j.target[h].begin(), j.target[h].end());
    sum -= std::log(std::max(p[static_cast<std::size_t>(gold - j.target[h].begin())], 1e-9f));
  }
  return sum;
}

struct Decision {
  float p;
  bool right;
};

float Threshold(std::vector<Decision> decisions) {
  std::sort(decisions.begin(), decisions.end(),
            [](const Decision& a, const Decision& b) { return a.p > b.p; });
  float threshold = 1.0f;
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    wrong += decisions[i].right ? 0 : 1;
    if (static_cast<float>(wrong) <= kTargetError * static_cast<float>(i + 1)) {
      threshold = decisions[i].p;
    }
  }
  return threshold;
}

}  // namespace

float FitTemperature(const std::vector<Judged>& judged, const Head& head, std::size_t h) {
  float best = 1;
  double least = std::numeric_limits<double>::max();
  for (int step = 0; step <= 60; ++step) {
    const float temperature = 0.4f * std::pow(1.04f, static_cast<float>(step));
    const double s = Surprise(judged, head, h, temperature);
    if (s < least) least = s, best = temperature;
  }
  return best;
}

void SetReviewThresholds(const std::vector<Judged>& judged, float temperature, float* below) {
  std::vector<std::vector<Decision>> by_category(kCategoryCount);
  std::vector<Decision> all;
  for (const Judged& j : judged) {
    if (j.target[0].empty()) continue;
    std::vector<float> p(j.scores.begin(), j.scores.begin() + kCategoryCount);
    for (float& v : p) v /= temperature;
    Softmax(p.data(), kCategoryCount);
    const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
    // A second category counts as right: the message does belong there too.
    const Decision d{p[best], j.target[0][best] > 0};
    by_category[best].push_back(d);
    all.push_back(d);
  }
  const float general = Threshold(all);
  for (std::size_t c = 0; c < kCategoryCount; ++c) {
    below[c] = by_category[c].size() >= kEnough ? Threshold(by_category[c]) : general;
  }
}

}  // namespace huiyin::triage::train
