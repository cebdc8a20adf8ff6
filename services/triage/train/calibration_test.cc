#include "services/triage/train/calibration.h"

#include <gmock/gmock.h>

#include "services/triage/train/rng.h"

namespace huiyin::triage::train {
namespace {

// The head's own odds say little; that it is about the third category says nearly all.
std::vector<Answered> ToldByTheCategory(std::size_t n) {
  std::vector<Answered> answered;
  Rng rng(3);
  for (std::size_t i = 0; i < n; ++i) {
    Answered a = {};
    a.evidence[0] = rng.Unit() * 2 - 1;
    const bool third = rng.Unit() < 0.5f;
    a.evidence[third ? 6 : 7] = 1;
    a.yes = rng.Unit() < (third ? 0.9f : 0.2f);
    answered.push_back(a);
  }
  return answered;
}

TEST(FitOpinion, FindsWhichEvidenceTellsAndHowMuch) {
  const text::Opinion opinion = FitOpinion(ToldByTheCategory(2000));
  text::Evidence third = {};
  third[6] = 1;
  text::Evidence fourth = {};
  fourth[7] = 1;
  EXPECT_NEAR(text::Answer(opinion, third), 0.9f, 0.04f);
  EXPECT_NEAR(text::Answer(opinion, fourth), 0.2f, 0.04f);
  EXPECT_NEAR(opinion.weight[0], 0, 0.25f);
}

TEST(FitOpinion, EvidenceThatNeverVariesIsGivenNoWeight) {
  const text::Opinion opinion = FitOpinion(ToldByTheCategory(200));
  EXPECT_NEAR(opinion.weight[10], 0, 1e-3f);
}

TEST(FitOpinion, AnswersThatAreAllTheSameDoNotRunAway) {
  std::vector<Answered> answered = ToldByTheCategory(100);
  for (Answered& a : answered) a.yes = true;
  EXPECT_GT(text::Answer(FitOpinion(answered), answered[0].evidence), 0.95f);
}

TEST(FitOpinion, WithoutAnswersThereIsNone) {
  const text::Opinion opinion = FitOpinion({});
  for (float w : opinion.weight) EXPECT_EQ(w, 0);
  EXPECT_EQ(opinion.bias, 0);
}

}  // namespace
}  // namespace huiyin::triage::train
