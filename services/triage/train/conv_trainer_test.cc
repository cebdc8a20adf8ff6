#include "services/triage/train/conv_trainer.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "services/triage/train/rng.h"

namespace huiyin::triage::train {
namespace {

constexpr std::size_t kLength = 16;
const std::vector<Head> kOneHead = {{0, 2}};

// Two matters among chatter: label 0 if the first of them comes first.
ConvSample TwoMatters(Rng* rng) {
  ConvSample s;
  for (std::size_t i = 0; i < kLength; ++i) {
    s.tokens.push_back(static_cast<std::uint16_t>(20 + rng->Next() % 30));
  }
  const bool swapped = rng->Next() % 2 == 0;
  const std::size_t early = rng->Next() % 6;
  const std::size_t late = 9 + rng->Next() % 6;
  const std::size_t at[2] = {swapped ? late : early, swapped ? early : late};
  for (std::uint16_t k = 0; k < 2; ++k) {
    s.tokens[at[0] + k] = 1 + k;
    s.tokens[at[1] + k] = 5 + k;
  }
  s.target = {{swapped ? 0.0f : 1.0f, swapped ? 1.0f : 0.0f}};
  return s;
}

ConvOptions Small() {
  ConvOptions o;
  o.token_bits = 6;
  o.columns = 2;
  o.epochs = 6;
  o.seed = 5;
  return o;
}

std::vector<ConvSample> Samples(std::size_t n, std::uint64_t seed) {
  Rng rng(seed);
  std::vector<ConvSample> samples;
  for (std::size_t i = 0; i < n; ++i) samples.push_back(TwoMatters(&rng));
  return samples;
}

TEST(ConvTrainer, LearnsWhichOfTwoMattersComesFirst) {
  const ConvModel model = TrainConv(Samples(600, 1), kOneHead, Small());
  const std::vector<ConvSample> fresh = Samples(300, 2);
  std::vector<float> scores;
  int right = 0;
  for (const ConvSample& s : fresh) {
    ScoreConv(model, s.tokens, &scores);
    right += (scores[1] > scores[0]) == (s.target[0][1] > 0) ? 1 : 0;
  }
  EXPECT_GT(right, 285);
}

TEST(ConvTrainer, IsTheSameForTheSameSeed) {
  const auto samples = Samples(50, 1);
  const ConvModel once = TrainConv(samples, kOneHead, Small());
  const ConvModel again = TrainConv(samples, kOneHead, Small());
  EXPECT_EQ(once.embedding, again.embedding);
  EXPECT_EQ(once.filters, again.filters);
  EXPECT_EQ(once.output, again.output);
}

TEST(ConvTrainer, TextsShorterThanAFilterAreScored) {
  const ConvModel model = TrainConv(Samples(50, 1), kOneHead, Small());
  std::vector<float> scores;
  for (const std::vector<std::uint16_t>& tokens : {std::vector<std::uint16_t>{}, {1}, {1, 2, 3}}) {
    ScoreConv(model, tokens, &scores);
    EXPECT_THAT(scores, testing::SizeIs(2));
  }
}

}  // namespace
}  // namespace huiyin::triage::train
