#include "services/triage/train/conv_trainer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "services/triage/domain/text/tokens.h"
#include "services/triage/train/rng.h"

namespace huiyin::triage::train {
namespace {

// The model is the mean of what it was after each of the last epochs: less of the chance of the
// order of samples stays in it.
constexpr int kAveragedEpochs = 3;

// Values of one pass that the gradient needs.
struct Pass {
  std::vector<float> window;  // position * offset * filter
  // Of each half of the text: the maximum, after ReLU, and where it is; -1 if none is positive.
  std::array<std::array<float, kConvPooled>, 2> half;
  std::array<std::array<std::int32_t, kConvPooled>, 2> where;
  std::array<float, kConvInputs> pooled;  // what the heads see
};

// The same sums in the same order, whichever of the two is taken: the bytes do not depend on it.
// Which one is asked before ThreadSanitizer is there to watch.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define HUIYIN_WIDE_TOO [[gnu::target_clones("avx2", "default")]]
#else
#define HUIYIN_WIDE_TOO
#endif

HUIYIN_WIDE_TOO void Forward(const ConvModel& m, const std::vector<std::uint16_t>& tokens,
                             Pass* pass) {
  constexpr std::size_t kRow = kConvOffsets * kConvFilters;
  const std::size_t n = tokens.size();
  pass->window.resize(n * kRow);
  for (std::size_t o = 0; o < kConvOffsets; ++o) {
    const float* filters = &m.filters[o * kConvEmbedding * kConvFilters];
    for (std::size_t i = 0; i < n; ++i) {
      const float* e = &m.embedding[tokens[i] * kConvEmbedding];
      float sum[kConvFilters] = {};  // stays in registers, which the window itself would not
      for (std::size_t k = 0; k < kConvEmbedding; ++k) {
        const float* w = &filters[k * kConvFilters];
        for (std::size_t f = 0; f < kConvFilters; ++f) sum[f] += e[k] * w[f];
      }
      std::copy_n(sum, kConvFilters, &pass->window[i * kRow + o * kConvFilters]);
    }
  }
  for (std::size_t h = 0; h < 2; ++h) {
    pass->half[h].fill(0.0f);
    pass->where[h].fill(-1);
  }
  std::size_t offset = 0;
  for (std::size_t w = 0; w < kConvWidths.size(); offset += kConvWidths[w], ++w) {
    const std::size_t width = kConvWidths[w];
    for (std::size_t i = 0; i + width <= n; ++i) {
      std::array<float, kConvFilters> sum;
      for (std::size_t f = 0; f < kConvFilters; ++f) sum[f] = m.filter_bias[w * kConvFilters + f];
      for (std::size_t k = 0; k < width; ++k) {
        const float* v = &pass->window[(i + k) * kRow + (offset + k) * kConvFilters];
        for (std::size_t f = 0; f < kConvFilters; ++f) sum[f] += v[f];
      }
      const std::size_t h = i < text::FirstHalf(n) ? 0 : 1;
      float* best = &pass->half[h][w * kConvFilters];
      std::int32_t* where = &pass->where[h][w * kConvFilters];
      for (std::size_t f = 0; f < kConvFilters; ++f) {
        if (sum[f] > best[f]) {
          best[f] = sum[f];
          where[f] = static_cast<std::int32_t>(i);
        }
      }
    }
  }
  for (std::size_t p = 0; p < kConvPooled; ++p) {
    pass->pooled[p] = std::max(pass->half[0][p], pass->half[1][p]);
    pass->pooled[kConvPooled + p] = pass->half[1][p] - pass->half[0][p];
  }
}

void Output(const ConvModel& m, const std::array<float, kConvInputs>& pooled,
            std::vector<float>* scores) {
  *scores = m.output_bias;
  for (std::size_t p = 0; p < kConvInputs; ++p) {
    if (pooled[p] == 0) continue;
    const float* row = &m.output[p * m.columns];
    for (std::size_t c = 0; c < m.columns; ++c) (*scores)[c] += pooled[p] * row[c];
  }
}

HUIYIN_WIDE_TOO void Adagrad(float* w, float* q, const float* g, std::size_t n, float rate) {
  for (std::size_t i = 0; i < n; ++i) {
    q[i] += g[i] * g[i];
    w[i] -= rate * g[i] / std::sqrt(q[i]);
  }
}

// Adagrad over a block of parameters.
struct Squares {
  explicit Squares(std::size_t n) : q(n, 0.01f) {}
  void Apply(float* w, const float* g, std::size_t first, std::size_t n, float rate) {
    Adagrad(w + first, &q[first], g, n, rate);
  }
  std::vector<float> q;
};

class Trainer {
 public:
  Trainer(const std::vector<Head>& heads, const ConvOptions& o)
      : heads_(heads),
        o_(o),
        rng_(o.seed),
        embedding_q_((std::size_t{1} << o.token_bits) * kConvEmbedding),
        filters_q_(kConvOffsets * kConvEmbedding * kConvFilters),
        bias_q_(kConvPooled),
        output_q_(kConvInputs * o.columns),
        output_bias_q_(o.columns) {
    const auto random = [&](std::size_t n, float scale) {
      std::vector<float> v(n);
      for (float& x : v) x = (rng_.Unit() * 2 - 1) * scale;
      return v;
    };
    m_.columns = o.columns;
    m_.embedding = random((std::size_t{1} << o.token_bits) * kConvEmbedding, 0.25f);
    m_.filters = random(kConvOffsets * kConvEmbedding * kConvFilters, 0.15f);
    m_.filter_bias.assign(kConvPooled, 0.0f);
    m_.output = random(kConvInputs * o.columns, 0.1f);
    m_.output_bias.assign(o.columns, 0.0f);
  }

  void Step(const ConvSample& s, float rate) {
    tokens_.assign(s.tokens.begin(), s.tokens.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                            s.tokens.size(), text::kMostTokens)));
    for (std::uint16_t& t : tokens_) {
      if (rng_.Unit() < o_.token_dropout) t = 0;
    }
    while (tokens_.size() < kConvWidths.back()) tokens_.push_back(0);
    Forward(m_, tokens_, &pass_);
    std::array<float, kConvInputs> kept = pass_.pooled;
    const float scale = 1.0f / (1.0f - o_.dropout);
    for (float& p : kept) p = rng_.Unit() < o_.dropout ? 0.0f : p * scale;
    Output(m_, kept, &scores_);
    std::vector<float>& g = scores_;
    for (std::size_t h = 0; h < heads_.size(); ++h) {
      float* p = &g[heads_[h].first];
      if (s.target[h].empty()) {
        std::fill(p, p + heads_[h].count, 0.0f);
        continue;
      }
      Softmax(p, heads_[h].count);
      for (std::size_t c = 0; c < heads_[h].count; ++c) p[c] = s.weight * (p[c] - s.target[h][c]);
    }
    for (std::size_t c = heads_.back().first + heads_.back().count; c < o_.columns; ++c) g[c] = 0;
    Backward(kept, scale, rate);
  }

  const ConvModel& model() const { return m_; }

 private:
  void Backward(const std::array<float, kConvInputs>& kept, float scale, float rate) {
    std::array<float, kConvInputs> d;
    std::vector<float>& g = scores_;
    std::array<float, 64> out;
    for (std::size_t p = 0; p < kConvInputs; ++p) {
      d[p] = 0;
      if (kept[p] == 0) continue;
      const float* row = &m_.output[p * o_.columns];
      for (std::size_t c = 0; c < o_.columns; ++c) d[p] += g[c] * row[c];
      d[p] *= scale;
      for (std::size_t c = 0; c < o_.columns; ++c) out[c] = g[c] * kept[p];
      output_q_.Apply(m_.output.data(), out.data(), p * o_.columns, o_.columns, rate);
    }
    output_bias_q_.Apply(m_.output_bias.data(), g.data(), 0, o_.columns, rate);
    filter_gradient_.assign(kConvOffsets * kConvEmbedding * kConvFilters, 0.0f);
    token_gradient_.assign(tokens_.size() * kConvEmbedding, 0.0f);
    std::array<float, kConvPooled> bias{};
    for (std::size_t h = 0; h < 2; ++h) {
      std::size_t offset = 0;
      for (std::size_t w = 0; w < kConvWidths.size(); offset += kConvWidths[w], ++w) {
        for (std::size_t f = 0; f < kConvFilters; ++f) {
          const std::size_t p = w * kConvFilters + f;
          const std::int32_t where = pass_.where[h][p];
          if (where < 0) continue;
          const float of_both = pass_.half[h][p] == pass_.pooled[p] ? d[p] : 0;
          const float of_order = d[kConvPooled + p];
          const float dp = of_both + (h == 0 ? -of_order : of_order);
          if (dp == 0) continue;
          bias[p] += dp;
          Spread(dp, static_cast<std::size_t>(where), w, offset, f);
        }
      }
    }
    filters_q_.Apply(m_.filters.data(), filter_gradient_.data(), 0, filter_gradient_.size(), rate);
    bias_q_.Apply(m_.filter_bias.data(), bias.data(), 0, kConvPooled, rate);
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      float* e = &m_.embedding[tokens_[i] * kConvEmbedding];
      float* q = &embedding_q_.q[tokens_[i] * kConvEmbedding];
      Adagrad(e, q, &token_gradient_[i * kConvEmbedding], kConvEmbedding, rate);
    }
  }

  // Adds the gradient `d` of filter f of width number w, applied at `where`, to what it was made
  // of.
  void Spread(float d, std::size_t where, std::size_t w, std::size_t offset, std::size_t f) {
    for (std::size_t k = 0; k < kConvWidths[w]; ++k) {
      const float* e = &m_.embedding[tokens_[where + k] * kConvEmbedding];
      float* te = &token_gradient_[(where + k) * kConvEmbedding];
      const std::size_t base = (offset + k) * kConvEmbedding * kConvFilters + f;
      for (std::size_t i = 0; i < kConvEmbedding; ++i) {
        filter_gradient_[base + i * kConvFilters] += d * e[i];
        te[i] += d * m_.filters[base + i * kConvFilters];
      }
    }
  }

  const std::vector<Head>& heads_;
  const ConvOptions& o_;
  Rng rng_;
  ConvModel m_;
  Squares embedding_q_, filters_q_, bias_q_, output_q_, output_bias_q_;
  Pass pass_;
  std::vector<std::uint16_t> tokens_;
  std::vector<float> scores_, filter_gradient_, token_gradient_;
};

}  // namespace

namespace {

// *sum += model * share, parameter by parameter.
void Accumulate(const ConvModel& model, float share, ConvModel* sum) {
  const auto add = [share](const std::vector<float>& from, std::vector<float>* to) {
    to->resize(from.size(), 0.0f);
    for (std::size_t i = 0; i < from.size(); ++i) (*to)[i] += share * from[i];
  };
  sum->columns = model.columns;
  add(model.embedding, &sum->embedding);
  add(model.filters, &sum->filters);
  add(model.filter_bias, &sum->filter_bias);
  add(model.output, &sum->output);
  add(model.output_bias, &sum->output_bias);
}

}  // namespace

ConvModel TrainConv(const std::vector<ConvSample>& samples, const std::vector<Head>& heads,
                    const ConvOptions& o) {
  const int averaged = std::min(o.epochs, kAveragedEpochs);
  ConvModel mean;
  Trainer trainer(heads, o);
  std::vector<std::size_t> order(samples.size());
  std::iota(order.begin(), order.end(), 0);
  Rng shuffle(o.seed + 1);
  for (int epoch = 0; epoch < o.epochs; ++epoch) {
    for (std::size_t i = order.size(); i > 1; --i) {
      std::swap(order[i - 1], order[shuffle.Next() % i]);
    }
    const float rate = o.rate * (1.0f - static_cast<float>(epoch) / static_cast<float>(o.epochs));
    for (std::size_t index : order) trainer.Step(samples[index], rate);
    if (epoch >= o.epochs - averaged) {
      Accumulate(trainer.model(), 1.0f / static_cast<float>(averaged), &mean);
    }
  }
  return mean;
}

void ScoreConv(const ConvModel& model, const std::vector<std::uint16_t>& tokens,
               std::vector<float>* scores) {
  Pass pass;
  std::vector<std::uint16_t> padded = tokens;
  while (padded.size() < kConvWidths.back()) padded.push_back(0);
  Forward(model, padded, &pass);
  Output(model, pass.pooled, scores);
}

}  // namespace huiyin::triage::train
