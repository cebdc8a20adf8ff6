#include "services/triage/domain/text/evidence.h"

#include <algorithm>
#include <cmath>

namespace huiyin::triage::text {
namespace {

constexpr auto kNeutral = static_cast<std::size_t>(Sentiment::kNeutral);
constexpr auto kFirstHasty = static_cast<std::size_t>(Urgency::kHigh);
constexpr float kLeast = 1e-4f;  // no evidence is surer than this
constexpr float kTiny = 1e-30f;  // in place of nothing, to divide by

float Odds(float p) {
  p = std::clamp(p, kLeast, 1 - kLeast);
  return std::log(p / (1 - p));
}
float HasteOf(const float* urgency) { return urgency[kFirstHasty] + urgency[kFirstHasty + 1]; }

}  // namespace

Evidence EvidenceOf(const float* category, const float* sentiment, const float* urgency,
                    std::size_t tokens) {
  static_assert(kFirstHasty + 2 == kUrgencyCount);
  Evidence e;
  e[0] = Odds(sentiment[kNeutral]);
  e[1] = Odds(HasteOf(urgency));
  const float negative = sentiment[static_cast<std::size_t>(Sentiment::kNegative)];
  const float positive = sentiment[static_cast<std::size_t>(Sentiment::kPositive)];
  e[2] = std::abs(Odds(positive / std::max(positive + negative, kTiny)));
  e[3] = std::log(1 + static_cast<float>(tokens));
  float* at = std::copy_n(category, kCategoryCount, e.data() + 4);
  at = std::copy_n(sentiment, kSentimentCount, at);
  std::copy_n(urgency, kUrgencyCount, at);
  return e;
}

float Answer(const Opinion& opinion, const Evidence& evidence) {
  float sum = opinion.bias;
  for (std::size_t i = 0; i < kEvidence; ++i) sum += opinion.weight[i] * evidence[i];
  return 1 / (1 + std::exp(-sum));
}

void SetNeutral(float p, float* sentiment) {
  float others = 0;
  for (std::size_t s = 0; s < kSentimentCount; ++s) others += s == kNeutral ? 0 : sentiment[s];
  const float scale = (1 - p) / std::max(others, kTiny);
  for (std::size_t s = 0; s < kSentimentCount; ++s) sentiment[s] *= scale;
  sentiment[kNeutral] = p;
}

void SetHaste(float p, float* urgency) {
  float calm = 0;
  for (std::size_t u = 0; u < kFirstHasty; ++u) calm += urgency[u];
  const float slower = (1 - p) / std::max(calm, kTiny);
  const float faster = p / std::max(HasteOf(urgency), kTiny);
  for (std::size_t u = 0; u < kUrgencyCount; ++u) urgency[u] *= u < kFirstHasty ? slower : faster;
}

}  // namespace huiyin::triage::text
