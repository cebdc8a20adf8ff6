#include "services/triage/train/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "services/triage/domain/labels.h"

namespace huiyin::triage::train {
namespace {

constexpr int kNewtonPasses = 20;
constexpr double kRidge = 3e-3;
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

// The pieces of evidence, and a last one that is always 1: its weight is the bias.
constexpr std::size_t kColumns = text::kEvidence + 1;
using Column = std::array<double, kColumns>;

// Brings each piece of evidence to mean 0 and spread 1, so that the ridge weighs them alike.
struct Scale {
  explicit Scale(const std::vector<Answered>& answered) {
    const auto n = static_cast<double>(answered.size());
    for (const Answered& a : answered) {
      for (std::size_t i = 0; i < text::kEvidence; ++i) mean[i] += a.evidence[i] / n;
    }
    for (const Answered& a : answered) {
      for (std::size_t i = 0; i < text::kEvidence; ++i) {
        spread[i] += (a.evidence[i] - mean[i]) * (a.evidence[i] - mean[i]) / n;
      }
    }
    for (double& s : spread) s = std::sqrt(s) + 1e-6;
  }
  Column Of(const text::Evidence& evidence) const {
    Column x;
    for (std::size_t i = 0; i < text::kEvidence; ++i) x[i] = (evidence[i] - mean[i]) / spread[i];
    x.back() = 1;
    return x;
  }

  Column mean{};
  Column spread{};
};

// The solution of a x = b; `a` is symmetric and positive definite, so no pivot is ever zero.
Column Solve(std::array<Column, kColumns> a, Column b) {
  for (std::size_t i = 0; i < kColumns; ++i) {
    for (std::size_t row = i + 1; row < kColumns; ++row) {
      const double share = a[row][i] / a[i][i];
      for (std::size_t k = i; k < kColumns; ++k) a[row][k] -= share * a[i][k];
      b[row] -= share * b[i];
    }
  }
  for (std::size_t i = kColumns; i-- > 0;) {
    for (std::size_t k = i + 1; k < kColumns; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  return b;
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

text::Opinion FitOpinion(const std::vector<Answered>& answered) {
  text::Opinion opinion = {};
  if (answered.empty()) return opinion;
  const Scale scale(answered);
  Column w{};
  for (int pass = 0; pass < kNewtonPasses; ++pass) {
    Column gradient{};
    std::array<Column, kColumns> curvature{};
    for (const Answered& a : answered) {
      const Column x = scale.Of(a.evidence);
      const double p = 1 / (1 + std::exp(-std::inner_product(w.begin(), w.end(), x.begin(), 0.0)));
      for (std::size_t i = 0; i < kColumns; ++i) {
        gradient[i] += (p - (a.yes ? 1 : 0)) * x[i];
        for (std::size_t k = 0; k < kColumns; ++k) curvature[i][k] += p * (1 - p) * x[i] * x[k];
      }
    }
    const double ridge = kRidge * static_cast<double>(answered.size());
    for (std::size_t i = 0; i < kColumns; ++i) {
      if (i < text::kEvidence) gradient[i] += ridge * w[i];
      curvature[i][i] += ridge;
    }
    const Column step = Solve(curvature, gradient);
    for (std::size_t i = 0; i < kColumns; ++i) w[i] -= step[i];
  }
  double bias = w.back();
  for (std::size_t i = 0; i < text::kEvidence; ++i) {
    opinion.weight[i] = static_cast<float>(w[i] / scale.spread[i]);
    bias -= w[i] * scale.mean[i] / scale.spread[i];
  }
  opinion.bias = static_cast<float>(bias);
  return opinion;
}

}  // namespace huiyin::triage::train
