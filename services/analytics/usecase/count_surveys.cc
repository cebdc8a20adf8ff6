#include "libs/core/status.h"
#include "services/analytics/usecase/count_facts.h"
#include "services/analytics/usecase/customers.h"

namespace huiyin::analytics {
namespace {

// Said once, about what it was then. A return tells best which goods, then the ticket, then the
// order.
absl::StatusOr<AnsweredAbout> FindOut(TenantFigures& figures, const SurveyAnswer& fact) {
  AnsweredAbout about;
  about.own_case = fact.ticket.empty() && fact.rma.empty();
  HUIYIN_ASSIGN_OR_RETURN(about.language, figures.Intern(Dimension::kLanguage, fact.language));
  if (!fact.ticket.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const TicketState* const ticket, figures.Get<TicketState>(fact.ticket));
    about.goods = ticket->goods;
    about.category = ticket->category;
    about.channel = ticket->channel;
    about.country = ticket->country;
  }
  if (!fact.rma.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const RmaState* const rma, figures.Get<RmaState>(fact.rma));
    for (const RmaLineState& line : rma->lines) {
      const bool first = &line == &rma->lines.front();
      about.goods = first ? line.goods : Common(about.goods, line.goods);
      if (about.category == 0) about.category = line.issue;
    }
    if (!rma->lines.empty()) about.country = rma->country;
  }
  if (about.goods == Goods() && !fact.order.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(about.goods.product, figures.Intern(Dimension::kProduct, fact.product));
    HUIYIN_ASSIGN_OR_RETURN(const OrderState* const order, figures.Get<OrderState>(fact.order));
    about.goods = CommonGoods(*order, about.goods).value_or(about.goods);
    about.country = order->country;
  }
  return about;
}

}  // namespace

absl::Status Count(TenantFigures& figures, absl::Time at, const SurveyInvitation& fact) {
  for (const uint32_t kind : fact.other_kinds) {
    figures.Add({Cube::kInvitations, absl::ToUnixSeconds(at), {kind}, {1}});
  }
  figures.Add({Cube::kInvitations, absl::ToUnixSeconds(at), {fact.kind}, {1}});
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time at, const SurveyAnswer& fact) {
  HUIYIN_ASSIGN_OR_RETURN(const AnsweredAbout about, FindOut(figures, fact));
  ContributionList list;
  Contribute(fact, about, at, list);
  for (const Contribution& contribution : list) figures.Add(contribution);
  if (about.own_case && fact.recovery_needed && !fact.order.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(OrderState* const order, figures.Change<OrderState>(fact.order));
    order->told = true;
  }
  return AddActivity(figures, fact.customer, figures.MonthOf(at), {.scores = fact.scores});
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
    goods = CommonGoods(*order, goods).value_or(goods);
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
