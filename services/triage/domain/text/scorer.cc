#include "services/triage/domain/text/scorer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "services/triage/domain/text/each_feature.h"

namespace huiyin::triage::text {
namespace {

constexpr std::size_t kSeenSlots = std::size_t{1} << 16;
constexpr std::size_t kFewestSlots = 1024;             // used of them
constexpr std::size_t kMostFeatures = kSeenSlots / 2;  // of one text; the set stays half empty
constexpr std::uint32_t kEpochs = (1u << (32 - kKnownBits)) - 1;

// The kernels below are loops over vectors of fixed length; they are compiled twice, and the wider
// one is taken where the processor has it. No multiplication is fused with an addition in either:
// both give the same bits.
template <typename T, std::size_t kCount>
using Vector [[gnu::vector_size(sizeof(T) * kCount)]] = T;
using Bytes = Vector<std::int8_t, 16>;
using Lanes = Vector<std::int16_t, 16>;
using Sums = Vector<std::int32_t, 16>;
using Floats = Vector<float, 8>;

// Vectors are returned only by functions that are always inlined: there is no calling convention.
#pragma GCC diagnostic ignored "-Wpsabi"

template <typename T>
[[gnu::always_inline]] inline T LoadAs(const void* from) {
  T out;
  std::memcpy(&out, from, sizeof(out));
  return out;
}

[[gnu::always_inline]] inline Lanes Widened(const std::int8_t* from) {
  return __builtin_convertvector(LoadAs<Bytes>(from), Lanes);
}

[[gnu::always_inline]] inline void AddRowsBody(const std::int8_t* rows, unsigned shift,
                                               std::span<const Feature> features,
                                               std::int32_t* sums) {
  constexpr std::size_t kBlock = 256;  // as many bytes as surely do not overflow 16 bits
  static_assert(kLinearColumns == 32);
  const auto row_of = [&](std::size_t i) {
    return rows + (std::size_t{features[i].hash} >> shift) * kLinearColumns;
  };
  Sums low{};
  Sums high{};
  for (std::size_t begin = 0; begin < features.size(); begin += kBlock) {
    const std::size_t end = std::min(begin + kBlock, features.size());
    Lanes low_block{};
    Lanes high_block{};
    for (std::size_t i = begin; i < end; ++i) {
      const std::int8_t* row = row_of(i);
      low_block += Widened(row);
      high_block += Widened(row + 16);
    }
    low += __builtin_convertvector(low_block, Sums);
    high += __builtin_convertvector(high_block, Sums);
  }
  std::memcpy(sums, &low, sizeof(low));
  std::memcpy(sums + 16, &high, sizeof(high));
}

constexpr std::size_t kVectors = kConvFilters / 16;
static_assert(kConvFilters % 16 == 0);

// Raises `top` to the sums over one window of each filter of one width, whose rows begin at
// kOffset.
template <std::size_t kWidth, std::size_t kOffset>
[[gnu::always_inline]] inline void Raise(const std::int8_t* const* rows, Lanes* top) {
  for (std::size_t v = 0; v < kVectors; ++v) {
    Lanes sum = Widened(rows[0] + kOffset * kConvFilters + 16 * v);
    for (std::size_t k = 1; k < kWidth; ++k) {
      sum += Widened(rows[k] + (kOffset + k) * kConvFilters + 16 * v);
    }
    top[v] = top[v] > sum ? top[v] : sum;
  }
}

// Maximum over positions of the sum, over the window, of each filter: over the windows that begin
// in the first half of the tokens, then over the others. There are no fewer tokens than the widest
// window has.
[[gnu::always_inline]] inline void MaxWindowsBody(const std::int8_t* table,
                                                  std::span<const std::uint16_t> tokens,
                                                  std::int16_t* best) {
  static_assert(kConvWidths == std::array<std::size_t, 3>{2, 3, 4});
  constexpr std::size_t kAhead = 6;
  constexpr std::size_t kLine = 64;
  const auto row_of = [&](std::size_t i) { return table + std::size_t{tokens[i]} * kConvRow; };
  const auto prefetch = [&](std::size_t i) {
    for (std::size_t b = 0; b < kConvRow; b += kLine) __builtin_prefetch(row_of(i) + b);
    __builtin_prefetch(row_of(i) + kConvRow - 1);
  };
  const std::size_t count = tokens.size();
  const std::size_t half = FirstHalf(count);
  for (std::size_t i = 0; i < std::min(kAhead, count); ++i) prefetch(i);
  Lanes top[3 * kVectors];
  for (Lanes& t : top) t = Lanes{} + std::numeric_limits<std::int16_t>::min();
  const std::int8_t* rows[4] = {row_of(0), row_of(1), row_of(2), row_of(3)};
  const auto turn = [&] {
    std::memcpy(best, top, sizeof(top));
    for (Lanes& t : top) t = Lanes{} + std::numeric_limits<std::int16_t>::min();
  };
  // Two positions more begin windows of two and three tokens, or of two alone.
  const std::size_t wide = count - 3;
  for (std::size_t i = 0; i < wide; ++i) {
    if (i == half) turn();
    if (i + kAhead < count) prefetch(i + kAhead);
    Raise<2, 0>(rows, top);
    Raise<3, 2>(rows, top + kVectors);
    Raise<4, 5>(rows, top + 2 * kVectors);
    rows[0] = rows[1], rows[1] = rows[2], rows[2] = rows[3];
    if (i + 4 < count) rows[3] = row_of(i + 4);
  }
  if (wide == half) turn();
  Raise<2, 0>(rows, top);
  Raise<3, 2>(rows, top + kVectors);
  if (wide + 1 == half) turn();
  Raise<2, 0>(rows + 1, top);
  std::memcpy(best + kConvPooled, top, sizeof(top));
}

using Inputs = Vector<std::int16_t, 8>;

// Eight maxima of filters as the heads see them.
[[gnu::always_inline]] inline Inputs Activated(const std::int16_t* best, const float* scale,
                                               const float* bias) {
  constexpr float kUnit = 1 / kConvInputUnit;
  Floats v = __builtin_convertvector(LoadAs<Inputs>(best), Floats) * LoadAs<Floats>(scale) +
             LoadAs<Floats>(bias);
  v *= kUnit;
  v = v > 0 ? v : Floats{};
  v = v < kConvInputMost ? v : Floats{} + kConvInputMost;
  return __builtin_convertvector(__builtin_convertvector(v, Vector<std::int32_t, 8>), Inputs);
}

// What the heads see (kConvInputs) of the maxima over the two halves.
[[gnu::always_inline]] inline void CompareHalvesBody(const std::int16_t* best, const float* scale,
                                                     const float* bias, std::int16_t* inputs) {
  static_assert(kConvPooled % 8 == 0);
  for (std::size_t i = 0; i < kConvPooled; i += 8) {
    const Inputs first = Activated(best + i, scale + i, bias + i);
    const Inputs then = Activated(best + kConvPooled + i, scale + i, bias + i);
    const Inputs most = first > then ? first : then;
    const Inputs more = then - first;
    std::memcpy(inputs + i, &most, sizeof(most));
    std::memcpy(inputs + kConvPooled + i, &more, sizeof(more));
  }
}

// The heads' sums from the tokens, which are no fewer than the widest window has.
[[gnu::always_inline]] inline void ConvolveBody(const std::int8_t* table, const Parameters& p,
                                                const std::int16_t* output,
                                                std::span<const std::uint16_t> tokens,
                                                std::int32_t* sums) {
  std::array<std::int16_t, 2 * kConvPooled> best;
  MaxWindowsBody(table, tokens, best.data());
  std::array<std::int16_t, kConvInputs> inputs;
  CompareHalvesBody(best.data(), p.conv_scale, p.conv_bias, inputs.data());
  static_assert(kConvInputs * kConvInputMost * kConvWeightMost < (1u << 31));
  for (std::size_t c = 0; c < kOutputs; ++c) {
    const std::int16_t* weights = output + c * kConvInputs;
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < kConvInputs; ++i) sum += inputs[i] * weights[i];
    sums[c] = sum;
  }
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void AddRowsWide(const std::int8_t* rows, unsigned shift,
                                         std::span<const Feature> features, std::int32_t* sums) {
  AddRowsBody(rows, shift, features, sums);
}
[[gnu::target("avx2")]] void ConvolveWide(const std::int8_t* table, const Parameters& p,
                                          const std::int16_t* output,
                                          std::span<const std::uint16_t> tokens,
                                          std::int32_t* sums) {
  ConvolveBody(table, p, output, tokens, sums);
}
bool HasWide() {
  static const bool wide = __builtin_cpu_supports("avx2");
  return wide;
}
#else
constexpr auto AddRowsWide = AddRowsBody;
constexpr auto ConvolveWide = ConvolveBody;
constexpr bool HasWide() { return false; }
#endif

constexpr std::size_t HeadOf(std::size_t output) {
  return output < kFirstSentiment ? 0 : output < kFirstUrgency ? 1 : 2;
}

}  // namespace

Scorer::Scorer(const ModelFile& file, std::span<const std::int8_t> linear)
    : p_(file.parameters()),
      features_(file),
      linear_(linear),
      conv_tokens_(file.Get<std::int8_t>(Section::kConvTokens)),
      conv_output_(file.Get<std::int16_t>(Section::kConvOutput)) {}

// Writes the features of the text and has what is known of them brought near; returns their number.
std::size_t Scorer::Extract(const NormalText& text, ScoreScratch* s) const {
  const std::size_t most = text.size() * kMostFeaturesPerPosition;
  if (s->features.size() < most) {
    s->features.resize(most);
    s->facts.resize(most);
  }
  Feature* next = s->features.data();
  EachFeature(text, [&](const Feature& f) {
    features_.Prefetch(f.hash);
    *next++ = f;
  });
  return std::min(static_cast<std::size_t>(next - s->features.data()), kMostFeatures);
}

// Of the first `count` features leaves the distinct ones that the linear half knows, and sums the
// polarity of those that the polarity table knows.
void Scorer::Pick(std::size_t count, ScoreScratch* s) const {
  Feature* const features = s->features.data();
  Facts* const facts = s->facts.data();
  // What a feature is known for is a coin's toss: no branch on it, here and below.
  std::size_t known_to_any = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const Facts of_this = features_.Of(features[i].hash);
    features[known_to_any] = features[i];
    facts[known_to_any] = of_this;
    known_to_any += (of_this & (kKnownBit | kPolarBit)) != 0 ? 1 : 0;
  }

  if (s->seen.empty()) s->seen.assign(kSeenSlots, 0);
  if (++s->epoch > kEpochs) {
    std::fill(s->seen.begin(), s->seen.end(), 0);
    s->epoch = 1;
  }
  // Of the set, only as much as this text needs: what is small stays near the processor.
  std::size_t slots = kFewestSlots;
  while (slots < kSeenSlots && slots < 4 * known_to_any) slots *= 2;
  // What the loop needs stays in registers: the compiler cannot know that it does not change.
  std::uint32_t* const seen = s->seen.data();
  const std::size_t last_slot = slots - 1;
  const std::uint32_t epoch = s->epoch << kKnownBits;
  const std::int8_t* const rows = linear_.data();
  const unsigned shift = 32 - p_.linear_bits;
  std::size_t known = 0;
  // The number of polar features, times 2^32, and the sum of their polarity.
  std::int64_t polar = 0;
  for (std::size_t i = 0; i < known_to_any; ++i) {
    const Feature f = features[i];
    const std::uint32_t key = epoch | f.hash >> (32 - kKnownBits);
    std::size_t slot = key & last_slot;
    std::uint32_t there = seen[slot];
    while (there != key && (there ^ key) >> kKnownBits == 0) {
      slot = (slot + 1) & last_slot;
      there = seen[slot];
    }
    if (there == key) continue;
    seen[slot] = key;
    const std::int64_t is_polar = (facts[i] & kPolarBit) != 0 ? 1 : 0;
    polar += ((std::int64_t{1} << 32) + static_cast<std::int8_t>(facts[i])) & -is_polar;
    // Its row will be wanted; of the others' rows nothing.
    const std::size_t is_known = (facts[i] & kKnownBit) != 0 ? 1 : 0;
    __builtin_prefetch(rows + (f.hash >> shift) * kLinearColumns * is_known);
    features[known] = f;
    known += is_known;
  }
  s->known_count = known;
  s->polarity = static_cast<std::int32_t>(polar);
  s->polar = static_cast<std::uint32_t>((polar - s->polarity) >> 32);
}

void Scorer::Linear(ScoreScratch* s, std::array<float, kOutputs>* scores) const {
  std::array<std::int32_t, kLinearColumns> sums;
  const auto add = HasWide() ? AddRowsWide : AddRowsBody;
  add(linear_.data(), 32 - p_.linear_bits, s->known(), sums.data());
  const float value = Value(s->known_count);
  for (std::size_t c = 0; c < kOutputs; ++c) {
    (*scores)[c] += p_.linear_weight[HeadOf(c)] *
                    (static_cast<float>(sums[c]) * p_.linear_scale[c] * value + p_.linear_bias[c]);
  }
}

// Which way the polarity table leans: > 0 is positive.
float Scorer::Polarity(const ScoreScratch& s) const {
  if (s.polar == 0) return 0;
  const float lean =
      static_cast<float>(s.polarity) * p_.polarity_scale / std::sqrt(static_cast<float>(s.polar)) +
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
  std::array<std::int32_t, kOutputs> sums;
  const auto convolve = HasWide() ? ConvolveWide : ConvolveBody;
  convolve(conv_tokens_.data(), p_, conv_output_.data(), s->tokens, sums.data());
  for (std::size_t c = 0; c < kOutputs; ++c) {
    (*scores)[c] +=
        p_.conv_weight[HeadOf(c)] *
        (static_cast<float>(sums[c]) * p_.conv_output_scale[c] + p_.conv_output_bias[c]);
  }
}

std::array<float, kOutputs> Scorer::Score(const NormalText& text, bool chinese,
                                          ScoreScratch* s) const {
  std::array<float, kOutputs> scores{};
  Pick(Extract(text, s), s);
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

float Scorer::Share(int weight, std::size_t output, float value) const {
  return p_.linear_weight[HeadOf(output)] * static_cast<float>(weight) * p_.linear_scale[output] *
         value;
}

}  // namespace huiyin::triage::text
