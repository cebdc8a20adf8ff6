#include "services/triage/train/linear_trainer.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "services/triage/train/rng.h"

namespace huiyin::triage::train {
namespace {

// |log(P(feature | label) / P(feature | other labels))|, smoothed, to the power asked: features
// that tell labels apart learn faster than those that merely occur often.
std::vector<float> NaiveBayesScale(const std::vector<Sample>& samples,
                                   const std::vector<Head>& heads, const LinearOptions& o) {
  const std::size_t rows = std::size_t{1} << o.bucket_bits;
  std::vector<float> count(rows * o.columns, 0.0f);
  std::vector<double> total(o.columns, 0.0);
  for (const Sample& s : samples) {
    for (std::size_t h = 0; h < heads.size(); ++h) {
      if (s.target[h].empty()) continue;
      for (std::size_t c = 0; c < heads[h].count; ++c) {
        const float mass = s.target[h][c];
        if (mass < 0.5f) continue;
        const std::size_t column = heads[h].first + c;
        for (std::uint32_t b : s.buckets) count[b * o.columns + column] += 1;
        total[column] += static_cast<double>(s.buckets.size());
      }
    }
  }
  for (const Head& head : heads) {
    double all = 0;
    for (std::size_t c = 0; c < head.count; ++c) all += total[head.first + c];
    for (std::size_t b = 0; b < rows; ++b) {
      float* row = &count[b * o.columns + head.first];
      const float sum = std::accumulate(row, row + head.count, 0.0f);
      for (std::size_t c = 0; c < head.count; ++c) {
        const double in = (row[c] + 1.0) / (total[head.first + c] + static_cast<double>(rows));
        const double out =
            (sum - row[c] + 1.0) / (all - total[head.first + c] + static_cast<double>(rows));
        row[c] = static_cast<float>(std::pow(std::abs(std::log(in / out)) + 0.05, o.nb_power));
      }
    }
  }
  return count;
}

}  // namespace

float FeatureValue(std::size_t count, float length_power) {
  return count == 0 ? 0.0f : std::pow(static_cast<float>(count), -length_power);
}

void Softmax(float* scores, std::size_t count) {
  const float top = *std::max_element(scores, scores + count);
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += scores[i] = std::exp(scores[i] - top);
  for (std::size_t i = 0; i < count; ++i) scores[i] /= sum;
}

void Score(const LinearModel& model, const Sample& sample, float length_power,
           std::vector<float>* scores) {
  scores->assign(model.columns, 0.0f);
  float* s = scores->data();
  for (std::uint32_t b : sample.buckets) {
    const float* row = model.Row(b);
    for (std::size_t c = 0; c < model.columns; ++c) s[c] += row[c];
  }
  const float value = FeatureValue(sample.buckets.size(), length_power);
  for (std::size_t c = 0; c < model.columns; ++c) s[c] = s[c] * value + model.bias[c];
}

LinearModel TrainLinear(const std::vector<Sample>& samples, const std::vector<Head>& heads,
                        const LinearOptions& o) {
  const std::size_t rows = std::size_t{1} << o.bucket_bits;
  LinearModel model;
  model.columns = o.columns;
  model.weights.assign(rows * o.columns, 0.0f);
  model.bias.assign(o.columns, 0.0f);
  std::vector<float> scale;
  if (o.nb_power > 0) scale = NaiveBayesScale(samples, heads, o);
  std::vector<float> squares(rows * o.columns, 1e-3f);
  std::vector<float> bias_squares(o.columns, 1.0f);

  std::vector<std::size_t> order(samples.size());
  std::iota(order.begin(), order.end(), 0);
  Rng rng(o.seed);
  std::vector<float> scores;
  std::vector<float> gradient(o.columns);
  for (int epoch = 0; epoch < o.epochs; ++epoch) {
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.Next() % i]);
    const float rate = o.rate * (1.0f - static_cast<float>(epoch) / static_cast<float>(o.epochs));
    for (std::size_t index : order) {
      const Sample& s = samples[index];
      if (s.buckets.empty()) continue;
      Score(model, s, o.length_power, &scores);
      std::fill(gradient.begin(), gradient.end(), 0.0f);
      // Columns outside of these have no gradient.
      std::size_t first = o.columns;
      std::size_t last = 0;
      for (std::size_t h = 0; h < heads.size(); ++h) {
        if (s.target[h].empty()) continue;
        first = std::min(first, heads[h].first);
        last = std::max(last, heads[h].first + heads[h].count);
        float* p = &scores[heads[h].first];
        Softmax(p, heads[h].count);
        for (std::size_t c = 0; c < heads[h].count; ++c) {
          gradient[heads[h].first + c] = s.weight * (p[c] - s.target[h][c]);
        }
      }
      const float value = FeatureValue(s.buckets.size(), o.length_power);
      for (std::size_t c = first; c < last; ++c) {
        bias_squares[c] += gradient[c] * gradient[c];
        model.bias[c] -= rate * gradient[c] / std::sqrt(bias_squares[c]);
        gradient[c] *= value;
      }
      for (std::uint32_t b : s.buckets) {
        float* w = &model.weights[b * o.columns];
        float* q = &squares[b * o.columns];
        const float* r = scale.empty() ? nullptr : &scale[b * o.columns];
        for (std::size_t c = first; c < last; ++c) {
          q[c] += gradient[c] * gradient[c];
          const float step = rate * gradient[c] / std::sqrt(q[c]);
          w[c] -= r == nullptr ? step : step * r[c];
        }
      }
    }
  }
  return model;
}

}  // namespace huiyin::triage::train
