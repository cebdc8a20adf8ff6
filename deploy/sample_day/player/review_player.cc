#include "deploy/sample_day/player/review_player.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "deploy/ctl/score_text.h"
#include "deploy/sample_day/player/patience.h"
#include "deploy/sample_day/player/requests.h"
#include "deploy/terminal/text.h"
#include "huiyin/survey/v1/review_service.grpc.pb.h"
#include "libs/core/status.h"

namespace huiyin::sample_day {
namespace {

namespace pb = huiyin::survey::v1;
using Stub = pb::ReviewService::Stub;

// Everything but the review itself, whose `name` it has become.
absl::Status FollowUp(client::Connection& connection, const Review& review,
                      const std::string& name) {
  const auto vote = [&](const std::string& customer,
                        pb::VoteReviewRequest::Vote kind) -> absl::Status {
    pb::VoteReviewRequest request;
    request.set_name(name);
    request.set_vote(kind);
    request.set_customer_id(customer);
    request.set_request_id(RequestId(review.review_id + " vote of " + customer));
    return Patiently(connection, &Stub::VoteReview, request).status();
  };
  for (const std::string& customer : review.helpful) {
    HUIYIN_RETURN_IF_ERROR(vote(customer, pb::VoteReviewRequest::VOTE_HELPFUL));
  }
  for (const std::string& customer : review.unhelpful) {
    HUIYIN_RETURN_IF_ERROR(vote(customer, pb::VoteReviewRequest::VOTE_UNHELPFUL));
  }
  if (!review.decision.empty()) {
    pb::ModerateReviewRequest request;
    pb::ModerateReviewRequest::Action action = pb::ModerateReviewRequest::ACTION_UNSPECIFIED;
    pb::ModerateReviewRequest::Action_Parse("ACTION_" + review.decision, &action);
    request.set_name(name);
    request.set_action(action);
    request.set_reason(review.decision_reason);
    request.set_request_id(RequestId(review.review_id + " decision"));
    HUIYIN_RETURN_IF_ERROR(Patiently(connection, &Stub::ModerateReview, request).status());
  }
  if (review.reply.empty()) return absl::OkStatus();
  pb::ReplyToReviewRequest request;
  request.set_name(name);
  request.set_text(review.reply);
  request.set_request_id(RequestId(review.review_id + " reply"));
  return Patiently(connection, &Stub::ReplyToReview, request).status();
}

}  // namespace

void PlayReview(client::Connection& connection, const Review& review, Outcome& outcome) {
  pb::CreateReviewRequest request;
  request.set_parent(connection.parent());
  request.set_request_id(RequestId(review.review_id));
  pb::Review& words = *request.mutable_review();
  words.set_product_id(review.product_id);
  words.set_customer_id(review.customer_id);
  words.set_order_id(review.order_id);
  words.set_rating(review.rating);
  words.set_text(review.text);
  const auto made = Patiently(connection, &Stub::CreateReview, request);
  if (!made.ok()) return outcome.Failed("review " + review.review_id, made.status());
  const bool published = made->state() == pb::Review::STATE_PUBLISHED;
  outcome.Count(published ? "reviews: published at once" : "reviews: held for a person");
  const absl::Status followed = FollowUp(connection, review, made->name());
  if (!followed.ok()) outcome.Failed("review " + review.review_id, followed);
}

absl::Status PrintProductScores(client::Connection& connection, const Day& day, std::ostream& out,
                                const terminal::Style& style) {
  std::set<std::string> products;
  for (const Review& review : day.reviews) products.insert(review.product_id);
  std::vector<pb::ProductScore> scores;
  for (const std::string& product : products) {
    pb::GetProductScoreRequest request;
    request.set_name(absl::StrCat(connection.parent(), "/productScores/", product));
    HUIYIN_ASSIGN_OR_RETURN(pb::ProductScore score,
                            Patiently(connection, &Stub::GetProductScore, request));
    scores.push_back(std::move(score));
  }
  std::sort(scores.begin(), scores.end(), [](const auto& a, const auto& b) {
    return a.bayesian_average() > b.bayesian_average();
  });
  out << '\n'
      << terminal::Paint(style, terminal::Tone::kBold, "What buyers say of products") << '\n';
  ctl::ScoreTable(scores).Print(out, style, 2);
  return absl::OkStatus();
}

}  // namespace huiyin::sample_day
