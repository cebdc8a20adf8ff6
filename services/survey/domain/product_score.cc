#include "services/survey/domain/product_score.h"

#include <numeric>

namespace huiyin::survey {

int64_t RatingCounts::Count() const {
  return std::accumulate(stars.begin(), stars.end(), int64_t{0});
}

int64_t RatingCounts::Sum() const {
  int64_t sum = 0;
  for (size_t i = 0; i < stars.size(); ++i) sum += static_cast<int64_t>(i + 1) * stars[i];
  return sum;
}

void RatingCounts::Add(int rating, bool is_verified, int sign) {
  stars.at(static_cast<size_t>(rating) - 1) += sign;
  if (is_verified) verified += sign;
}

ProductScore ScoreOf(const RatingCounts& product, const RatingCounts& all) {
  ProductScore score;
  score.counts = product;
  const int64_t count = product.Count();
  if (all.Count() > 0) {
    score.tenant_mean = static_cast<double>(all.Sum()) / static_cast<double>(all.Count());
  }
  score.bayesian_average = (kPriorWeight * score.tenant_mean + static_cast<double>(product.Sum())) /
                           (kPriorWeight + static_cast<double>(count));
  if (count == 0) return score;
  score.mean = stats::MeanOfScores(product.stars, 1);
  score.positive_share = stats::Wilson(product.stars[3] + product.stars[4], count);
  return score;
}

}  // namespace huiyin::survey
