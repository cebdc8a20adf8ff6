#include "deploy/ctl/score_text.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "deploy/ctl/proto_text.h"

namespace huiyin::ctl {

terminal::Table ScoreTable(std::span<const huiyin::survey::v1::ProductScore> scores) {
  terminal::Table table({{"product"},
                         {"score", true},
                         {"reviews", true},
                         {"verified", true},
                         {"mean stars"},
                         {"four and five stars"},
                         {"spread"}});
  for (const auto& score : scores) {
    const std::vector<double> spread(score.histogram().begin(), score.histogram().end());
    const bool any = score.count() > 0;
    table.Add({BareId(score.name()), absl::StrFormat("%.2f", score.bayesian_average()),
               absl::StrCat(score.count()), absl::StrCat(score.verified_count()),
               any ? absl::StrFormat("%.2f [%.2f, %.2f]", score.mean().value(),
                                     score.mean().lower(), score.mean().upper())
                   : "",
               any ? absl::StrFormat("%.0f %% [%.0f, %.0f]", score.positive_share().value() * 100,
                                     score.positive_share().lower() * 100,
                                     score.positive_share().upper() * 100)
                   : "",
               any ? absl::StrCat("1 ", terminal::Sparkline(spread), " 5") : ""});
  }
  return table;
}

std::string ProductsText(
    const google::protobuf::RepeatedPtrField<huiyin::survey::v1::AskedProduct>& products) {
  std::string text;
  for (const auto& product : products) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", product.product_id(),
                    product.reviewed() ? " (reviewed)" : "");
  }
  return text;
}

}  // namespace huiyin::ctl
