#include "services/triage/domain/text/scorer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace huiyin::triage::text {
namespace {

constexpr std::size_t kSeenSlots = std::size_t{1} << 16;
constexpr std::size_t kFewestSlots = 1024;             // used of them
constexpr std::size_t kMostFeatures = kSeenSlots / 2;  // of one text; the set stays half empty
constexpr std::uint32_t kEpochs = (1u << (32 - kKnownBits)) - 1;

// Both kernels below are plain loops of fixed length that the compiler turns into vector code; they
// are compiled twice, and the wider one is taken where the processor has it. The build compiles
// this file with -O3 (services/CMakeLists.txt).
[[gnu::always_inline]] inline void AddRowsBody(const std::int8_t* rows, unsigned shift,
                                               std::span<const Feature> features,
                                               std::int32_t* sums) {
  constexpr std::size_t kAhead = 8;
  for (std::size_t i = 0; i < features.size(); ++i) {
    if (i + kAhead < features.size()) {
      __builtin_prefetch(rows + (std::size_t{features[i + kAhead].hash} >> shift) * kLinearColumns);
    }
    const std::int8_t* row = rows + (std::size_t{features[i].hash} >> shift) * kLinearColumns;
    for (std::size_t c = 0; c < kLinearColumns; ++c) sums[c] += row[c];
  }
}

// Sixteen filters at a time: left to itself the compiler unrolls the wrong loop of these.
using Bytes [[gnu::vector_size(16)]] = std::int8_t;
using Lanes [[gnu::vector_size(32)]] = std::int16_t;
constexpr std::size_t kVectors = kConvFilters / 16;
static_assert(kConvFilters % 16 == 0);

template <std::size_t kWidth>
[[gnu::always_inline]] inline void MaxWindowsOf(const std::int8_t* table,
                                                std::span<const std::uint16_t> tokens,
                                                std::size_t offset, std::int16_t* best) {
  Lanes top[kVectors];
  for (Lanes& t : top) t = Lanes{} + std::numeric_limits<std::int16_t>::min();
  for (std::size_t i = 0; i + kWidth <= tokens.size(); ++i) {
    Lanes sum[kVectors] = {};
    for (std::size_t k = 0; k < kWidth; ++k) {
      const std::int8_t* row =
          table + std::size_t{tokens[i + k]} * kConvRow + (offset + k) * kConvFilters;
      for (std::size_t v = 0; v < kVectors; ++v) {
        Bytes bytes;
        std::memcpy(&bytes, row + 16 * v, sizeof(bytes));
        sum[v] += __builtin_convertvector(bytes, Lanes);
      }
    }
    for (std::size_t v = 0; v < kVectors; ++v) top[v] = top[v] > sum[v] ? top[v] : sum[v];
  }
  std::memcpy(best, top, sizeof(top));
}

// Maximum over positions of the sum, over the window, of each filter of one width.
[[gnu::always_inline]] inline void MaxWindowsBody(const std::int8_t* table,
                                                  std::span<const std::uint16_t> tokens,
                                                  std::size_t offset, std::size_t width,
                                                  std::int16_t* best) {
  static_assert(kConvWidths == std::array<std::size_t, 3>{2, 3, 4});
  if (width == 2) return MaxWindowsOf<2>(table, tokens, offset, best);
  if (width == 3) return MaxWindowsOf<3>(table, tokens, offset, best);
  MaxWindowsOf<4>(table, tokens, offset, best);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void AddRowsWide(const std::int8_t* rows, unsigned shift,
                                         std::span<const Feature> features, std::int32_t* sums) {
  AddRowsBody(rows, shift, features, sums);
}
[[gnu::target("avx2")]] void MaxWindowsWide(const std::int8_t* table,
                                            std::span<const std::uint16_t> tokens,
                                            std::size_t offset, std::size_t width,
                                            std::int16_t* best) {
  MaxWindowsBody(table, tokens, offset, width, best);
}
bool HasWide() {
  static const bool wide = __builtin_cpu_supports("avx2");
  return wide;
}
#else
constexpr auto AddRowsWide = AddRowsBody;
constexpr auto MaxWindowsWide = MaxWindowsBody;
constexpr bool HasWide() { return false; }
#endif

void AddRows(const std::int8_t* rows, unsigned shift, std::span<const Feature> features,
             std::int32_t* sums) {
  return HasWide() ? AddRowsWide(rows, shift, features, sums)
                   : AddRowsBody(rows, shift, features, sums);
}

void MaxWindows(const std::int8_t* table, std::span<const std::uint16_t> tokens, std::size_t offset,
                std::size_t width, std::int16_t* best) {
  return HasWide() ? MaxWindowsWide(table, tokens, offset, width, best)
                   : MaxWindowsBody(table, tokens, offset, width, best);
}

constexpr std::size_t HeadOf(std::size_t output) {
  return output < kFirstSentiment ? 0 : output < kFirstUrgency ? 1 : 2;
}

}  // namespace

Scorer::Scorer(const ModelFile& file, std::span<const std::int8_t> linear)
    : p_(file.parameters()),
      known_features_(file.Get<std::uint8_t>(Section::kKnownFeatures)),
      linear_(linear),
      known_polarity_(file.Get<std::uint8_t>(Section::kKnownPolarity)),
      polarity_(file.Get<std::int8_t>(Section::kPolarity)),
      conv_tokens_(file.Get<std::int8_t>(Section::kConvTokens)),
      conv_output_(file.Get<float>(Section::kConvOutput)) {}

// Splits the features into the distinct ones that the linear half and the polarity table know.
void Scorer::Pick(ScoreScratch* s) const {
  if (s->seen.empty()) s->seen.assign(kSeenSlots, 0);
  if (++s->epoch > kEpochs) {
    std::fill(s->seen.begin(), s->seen.end(), 0);
    s->epoch = 1;
  }
  s->known.clear();
  s->polar.clear();
  const std::size_t count = std::min(s->features.size(), kMostFeatures);
  // Of the set, only as much as this text needs: what is small stays near the processor.
  std::size_t slots = kFewestSlots;
  while (slots < 2 * count) slots *= 2;
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kAhead < count) {
      const std::uint32_t byte = s->features[i + kAhead].hash >> (32 - kKnownBits + 3);
      __builtin_prefetch(&known_features_[byte]);
      __builtin_prefetch(&known_polarity_[byte]);
    }
    const Feature& f = s->features[i];
    const bool known = IsKnown(known_features_, f.hash);
    const bool polar = IsKnown(known_polarity_, f.hash);
    if (!known && !polar) continue;
    const std::uint32_t key = s->epoch << kKnownBits | f.hash >> (32 - kKnownBits);
    std::size_t slot = (f.hash >> (32 - kKnownBits)) & (slots - 1);
    while (s->seen[slot] >> kKnownBits == s->epoch && s->seen[slot] != key) {
      slot = (slot + 1) & (slots - 1);
    }
    if (s->seen[slot] == key) continue;
    s->seen[slot] = key;
    if (known) s->known.push_back(f);
    if (polar) s->polar.push_back(f.hash);
  }
}

void Scorer::Linear(ScoreScratch* s, std::array<float, kOutputs>* scores) const {
  alignas(32) std::array<std::int32_t, kLinearColumns> sums{};
  AddRows(linear_.data(), 32 - p_.linear_bits, s->known, sums.data());
  const float value = Value(s->known.size());
  for (std::size_t c = 0; c < kOutputs; ++c) {
    (*scores)[c] += p_.linear_weight[HeadOf(c)] *
                    (static_cast<float>(sums[c]) * p_.linear_scale[c] * value + p_.linear_bias[c]);
  }
}

// Which way the polarity table leans: > 0 is positive.
float Scorer::Polarity(const ScoreScratch& s) const {
  if (s.polar.empty()) return 0;
  constexpr std::size_t kAhead = 16;
  const unsigned shift = 32 - p_.polarity_bits;
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < s.polar.size(); ++i) {
    if (i + kAhead < s.polar.size()) __builtin_prefetch(&polarity_[s.polar[i + kAhead] >> shift]);
    sum += polarity_[s.polar[i] >> shift];
  }
  const float lean =
      static_cast<float>(sum) * p_.polarity_scale / std::sqrt(static_cast<float>(s.polar.size())) +
      p_.polarity_bias;
  return p_.polarity_weight * lean;
}

// Whether a text is neutral is for the heads to say; which way it leans otherwise, the polarity
// table knows better. The two labels keep their sum.
void Scorer::Lean(float lean, std::array<float, kOutputs>* scores) const {
  float& negative = (*scores)[kFirstSentiment + static_cast<std::size_t>(Sentiment::kNegative)];
  float& positive = (*scores)[kFirstSentiment + static_cast<std::size_t>(Sentiment::kPositive)];
  const float top = std::max(negative, positive);
  const float sum = top + std::log(std::exp(negative - top) + std::exp(positive - top));
  const float gap = positive - negative + lean;
  positive = sum - std::log1p(std::exp(-gap));
  negative = sum - std::log1p(std::exp(gap));
}

void Scorer::Convolve(ScoreScratch* s, std::array<float, kOutputs>* scores) const {
  while (s->tokens.size() < kConvWidths.back()) s->tokens.push_back(kNoToken);
  std::array<float, kLinearColumns> sums;
  std::copy_n(p_.conv_output_bias, kLinearColumns, sums.begin());
  alignas(32) std::array<std::int16_t, kConvFilters> best;
  std::size_t offset = 0;
  for (std::size_t w = 0; w < kConvWidths.size(); offset += kConvWidths[w], ++w) {
    MaxWindows(conv_tokens_.data(), s->tokens, offset, kConvWidths[w], best.data());
    for (std::size_t f = 0; f < kConvFilters; ++f) {
      const std::size_t pooled = w * kConvFilters + f;
      const float v = static_cast<float>(best[f]) * p_.conv_scale[pooled] + p_.conv_bias[pooled];
      if (v <= 0) continue;
      const float* row = &conv_output_[pooled * kLinearColumns];
      for (std::size_t c = 0; c < kLinearColumns; ++c) sums[c] += v * row[c];
    }
  }
  for (std::size_t c = 0; c < kOutputs; ++c) (*scores)[c] += p_.conv_weight[HeadOf(c)] * sums[c];
}

std::array<float, kOutputs> Scorer::Score(const NormalText& text, bool chinese,
                                          ScoreScratch* s) const {
  std::array<float, kOutputs> scores{};
  s->features.clear();
  ExtractFeatures(text, &s->features);
  Pick(s);
  Linear(s, &scores);
  s->tokens.clear();
  ExtractTokens(text, p_.token_bits, &s->tokens);
  Convolve(s, &scores);
  if (chinese) Lean(Polarity(*s), &scores);
  return scores;
}

float Scorer::Value(std::size_t count) const {
  return count == 0 ? 0.0f : std::pow(static_cast<float>(count), -p_.length_power);
}

float Scorer::Share(const Feature& feature, std::size_t output, float value) const {
  const std::size_t row = std::size_t{feature.hash} >> (32 - p_.linear_bits);
  return p_.linear_weight[HeadOf(output)] *
         static_cast<float>(linear_[row * kLinearColumns + output]) * p_.linear_scale[output] *
         value;
}

}  // namespace huiyin::triage::text
