#include "libs/core/status.h"
#include "services/analytics/usecase/count_facts.h"

namespace huiyin::analytics {

absl::Status Count(TenantFigures& figures, absl::Time at, const SurveyInvitation& fact) {
  for (const uint32_t kind : fact.other_kinds) {
    figures.Add({Cube::kInvitations, absl::ToUnixSeconds(at), {kind}, {1}});
  }
  figures.Add({Cube::kInvitations, absl::ToUnixSeconds(at), {fact.kind}, {1}});
  return absl::OkStatus();
}

// Said once, about the ticket as it was then.
absl::Status Count(TenantFigures& figures, absl::Time at, const SurveyAnswer& fact) {
  const TicketState unknown;
  const TicketState* ticket = &unknown;
  if (!fact.ticket.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(ticket, figures.Get<TicketState>(fact.ticket));
  }
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t language,
                          figures.Intern(Dimension::kLanguage, fact.language));
  ContributionList list;
  Contribute(fact, language, at, *ticket, list);
  for (const Contribution& contribution : list) figures.Add(contribution);
  return absl::OkStatus();
}

// The way the goods went is told as far as the order is known when the review changes.
absl::Status Count(TenantFigures& figures, absl::Time at, const ReviewChange& fact) {
  Goods goods;
  uint32_t country = 0;
  HUIYIN_ASSIGN_OR_RETURN(goods.product, figures.Intern(Dimension::kProduct, fact.product));
  HUIYIN_ASSIGN_OR_RETURN(goods.sku, figures.Intern(Dimension::kSku, fact.sku));
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t language,
                          figures.Intern(Dimension::kLanguage, fact.language));
  if (!fact.order.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const OrderState* const order, figures.Get<OrderState>(fact.order));
    country = order->country;
    for (const OrderUnits& units : order->units) {
      const bool same =
          units.goods.product == goods.product && (goods.sku == 0 || units.goods.sku == goods.sku);
      if (same) goods = units.goods;
    }
  }
  HUIYIN_ASSIGN_OR_RETURN(ReviewState* const review, figures.Change<ReviewState>(fact.review));
  if (fact.published && !review->published_at) review->published_at = at;
  review->published = fact.published;
  review->goods = goods;
  review->country = country;
  review->language = language;
  review->stars = fact.stars;
  return absl::OkStatus();
}

}  // namespace huiyin::analytics
