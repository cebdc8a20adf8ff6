#include "services/survey/rpc/convert_review.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"
#include "services/survey/domain/answers.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/usecase/policy.h"

namespace huiyin::survey {
namespace {

// Domain enumerations have the numbers of the proto's.
static_assert(static_cast<int>(ReviewState::kHidden) == pb::Review::STATE_HIDDEN);
static_assert(static_cast<int>(ReviewState::kRejected) == pb::Review::STATE_REJECTED);
static_assert(static_cast<int>(Finding::kMedia) == pb::Review::FINDING_MEDIA);
static_assert(static_cast<int>(Finding::kLink) == pb::Review::FINDING_LINK);
static_assert(static_cast<int>(ReviewAlert::kNegativeText) == pb::Review::ALERT_NEGATIVE_TEXT);
static_assert(static_cast<int>(ModerationAction::kHide) == pb::ModerateReviewRequest::ACTION_HIDE);
static_assert(static_cast<int>(Vote::kNone) == pb::VoteReviewRequest::VOTE_NONE);
static_assert(static_cast<int>(ReviewView::kStaff) == pb::REVIEW_VIEW_STAFF);

constexpr size_t kMaxId = 128;
constexpr size_t kMaxMedia = 10;
constexpr size_t kMaxReason = 500;
constexpr size_t kMaxReply = 2000;

using Paths = std::set<std::string>;

bool IsId(const std::string& id) {
  return !id.empty() && id.size() <= kMaxId && std::all_of(id.begin(), id.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '/';
  });
}

void CheckContent(const pb::Review& review, const Paths& paths, InputCheck& check) {
  if (paths.contains("rating")) {
    check.Require(review.rating() >= 1 && review.rating() <= 5, "review.rating",
                  "must be 1 to 5 stars");
  }
  if (paths.contains("text")) {
    check.Require(CountCharacters(review.text()) <= kMaxTextCharacters, "review.text",
                  absl::StrCat("must have at most ", kMaxTextCharacters, " characters"));
  }
  if (paths.contains("language")) {
    check.Require(review.language().empty() || IsLanguageTag(review.language()), "review.language",
                  "must be a BCP 47 tag, for example zh or pt-BR");
  }
  if (!paths.contains("media")) return;
  check.Require(static_cast<size_t>(review.media_size()) <= kMaxMedia, "review.media",
                absl::StrCat("must be at most ", kMaxMedia, " uploads"));
  std::set<std::string> ids;
  for (int i = 0; i < review.media_size(); ++i) {
    check.Require(IsUuid(review.media(i)) && ids.insert(review.media(i)).second,
                  absl::StrCat("review.media[", i, "]"), "must be the id of an upload, each once");
  }
}

std::vector<std::string> MediaOf(const pb::Review& review) {
  return {review.media().begin(), review.media().end()};
}

const Paths& ContentPaths() {
  static const Paths* const kPaths = new Paths{"rating", "text", "media", "language"};
  return *kPaths;
}

void ToProto(const stats::Estimate& estimate, pb::Estimate* out) {
  out->set_value(estimate.value);
  out->set_lower(estimate.lower);
  out->set_upper(estimate.upper);
}

// Whom a customer, or staff for a customer, acts as.
absl::StatusOr<CustomerId> ActingCustomer(const Caller& caller, const std::string& named) {
  const CustomerId customer(named.empty() && !IsStaff(caller) ? caller.subject : named);
  HUIYIN_RETURN_IF_ERROR(CheckOwnData(caller, customer));
  return customer;
}

void AddStaffFields(const Review& review, pb::Review& out) {
  for (int finding = 1; finding <= static_cast<int>(Finding::kMedia); ++finding) {
    if (!review.findings.Has(static_cast<Finding>(finding))) continue;
    out.add_findings(static_cast<pb::Review::Finding>(finding));
  }
  out.set_moderator(review.moderator);
  if (review.moderated_at) *out.mutable_moderate_time() = rpc::ToProto(*review.moderated_at);
  if (review.reply) out.mutable_reply()->set_author(review.reply->author);
  out.set_alert(static_cast<pb::Review::Alert>(review.alert));
  if (!review.invitation.empty()) {
    out.set_invitation(ResourceName(review.tenant, "invitations", review.invitation.value()));
  }
}

}  // namespace

absl::StatusOr<ReviewId> ParseReviewName(const std::string& name, const Caller& caller,
                                         const std::string& field) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string id,
                          IdOf(name, "reviews", caller, field, "REVIEW_NOT_FOUND"));
  return ReviewId(id);
}

absl::StatusOr<CreateReviewCommand> FromProto(const pb::CreateReviewRequest& request,
                                              const Caller& caller) {
  HUIYIN_RETURN_IF_ERROR(CheckParent(request.parent(), caller));
  const pb::Review& review = request.review();
  HUIYIN_ASSIGN_OR_RETURN(const CustomerId customer, ActingCustomer(caller, review.customer_id()));
  InputCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID");
  check.Require(IsId(review.product_id()), "review.product_id",
                "must be 1 to 128 characters without blanks and \"/\"");
  check.Require(review.order_id().empty() || IsId(review.order_id()), "review.order_id",
                "must be at most 128 characters without blanks and \"/\"");
  check.Require(review.sku().empty() || IsId(review.sku()), "review.sku",
                "must be at most 128 characters without blanks and \"/\"");
  check.Require(IsId(customer.value()), "review.customer_id",
                "must name the author: 1 to 128 characters without blanks and \"/\"");
  CheckContent(review, ContentPaths(), check);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  CreateReviewCommand command;
  command.tenant = caller.tenant;
  command.customer = customer;
  command.about = {OrderId(review.order_id()), review.product_id(), review.sku()};
  command.content = {review.rating(), Moderate(review.text()), MediaOf(review), review.language()};
  return command;
}

absl::StatusOr<UpdateReviewCommand> FromProto(const pb::UpdateReviewRequest& request,
                                              const Caller& caller) {
  const pb::Review& review = request.review();
  UpdateReviewCommand command;
  command.caller = caller;
  HUIYIN_ASSIGN_OR_RETURN(command.id, ParseReviewName(review.name(), caller, "review.name"));
  command.etag = review.etag();
  InputCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID");
  Paths paths(request.update_mask().paths().begin(), request.update_mask().paths().end());
  for (const std::string& path : paths) {
    check.Require(ContentPaths().contains(path), "update_mask",
                  "takes rating, text, media and language, not " + path);
  }
  if (paths.empty()) paths = ContentPaths();
  CheckContent(review, paths, check);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  if (paths.contains("rating")) command.rating = review.rating();
  if (paths.contains("text")) command.text = Moderate(review.text());
  if (paths.contains("media")) command.media = MediaOf(review);
  if (paths.contains("language")) command.language = review.language();
  return command;
}

absl::StatusOr<ModerateReviewCommand> FromProto(const pb::ModerateReviewRequest& request,
                                                const Caller& caller) {
  HUIYIN_ASSIGN_OR_RETURN(const ReviewId id, ParseReviewName(request.name(), caller, "name"));
  const bool publish = request.action() == pb::ModerateReviewRequest::ACTION_PUBLISH;
  InputCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID");
  check.Require(pb::ModerateReviewRequest::Action_IsValid(request.action()) &&
                    request.action() != pb::ModerateReviewRequest::ACTION_UNSPECIFIED,
                "action", "must be PUBLISH, REJECT or HIDE");
  check.Require(publish || !request.reason().empty(), "reason",
                "must tell the author why the review is not shown");
  check.Require(!publish || request.reason().empty(), "reason",
                "must be empty when the review is published");
  check.Require(CountCharacters(request.reason()) <= kMaxReason, "reason",
                absl::StrCat("must have at most ", kMaxReason, " characters"));
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return ModerateReviewCommand{caller.tenant,
                               id,
                               static_cast<ModerationAction>(request.action()),
                               request.reason(),
                               request.etag(),
                               caller.subject};
}

absl::StatusOr<ReplyToReviewCommand> FromProto(const pb::ReplyToReviewRequest& request,
                                               const Caller& caller) {
  HUIYIN_ASSIGN_OR_RETURN(const ReviewId id, ParseReviewName(request.name(), caller, "name"));
  InputCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID");
  check.Require(CountCharacters(request.text()) <= kMaxReply, "text",
                absl::StrCat("must have at most ", kMaxReply, " characters"));
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return ReplyToReviewCommand{caller.tenant, id, request.text(), caller.subject};
}

absl::StatusOr<VoteCommand> FromProto(const pb::VoteReviewRequest& request, const Caller& caller) {
  HUIYIN_ASSIGN_OR_RETURN(const ReviewId id, ParseReviewName(request.name(), caller, "name"));
  HUIYIN_ASSIGN_OR_RETURN(const CustomerId customer, ActingCustomer(caller, request.customer_id()));
  InputCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID");
  check.Require(IsId(customer.value()), "customer_id",
                "must name who votes: 1 to 128 characters without blanks and \"/\"");
  check.Require(pb::VoteReviewRequest::Vote_IsValid(request.vote()) &&
                    request.vote() != pb::VoteReviewRequest::VOTE_UNSPECIFIED,
                "vote", "must be HELPFUL, UNHELPFUL or NONE");
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return VoteCommand{caller.tenant, id, customer, static_cast<Vote>(request.vote())};
}

absl::StatusOr<ReviewFilter> FromProto(const pb::ListReviewsRequest& request) {
  const auto stars = [](int32_t value) { return value >= 0 && value <= 5; };
  InputCheck check;
  check.Require(stars(request.min_rating()), "min_rating", "must be 0 to 5");
  check.Require(stars(request.max_rating()), "max_rating", "must be 0 to 5");
  check.Require(pb::Review::State_IsValid(request.state()), "state", "is not a state of reviews");
  check.Require(pb::ReviewOrder_IsValid(request.order()), "order", "is not an order of reviews");
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  ReviewFilter filter;
  filter.product = request.product_id();
  filter.customer = CustomerId(request.customer_id());
  if (request.state() != pb::Review::STATE_UNSPECIFIED) {
    filter.state = static_cast<ReviewState>(request.state());
  }
  if (request.min_rating() > 0) filter.min_rating = request.min_rating();
  if (request.max_rating() > 0) filter.max_rating = request.max_rating();
  filter.verified_only = request.verified_only();
  filter.alerts_only = request.alerts_only();
  filter.helpful_first = request.order() == pb::REVIEW_ORDER_HELPFUL;
  return filter;
}

absl::StatusOr<ReviewView> FromProto(pb::ReviewView view) {
  if (!pb::ReviewView_IsValid(view)) return BadInput({{"view", "is not a view of reviews"}});
  return static_cast<ReviewView>(view);
}

pb::Review ToProto(const ShownReview& shown) {
  const Review& review = shown.review;
  pb::Review out;
  out.set_name(ResourceName(review.tenant, "reviews", review.id.value()));
  out.set_product_id(review.product);
  out.set_rating(review.rating);
  out.set_text(review.text);
  for (const std::string& upload : review.media) out.add_media(upload);
  out.set_language(review.language);
  out.set_verified_purchase(review.verified);
  out.set_sku(review.sku);
  out.set_state(static_cast<pb::Review::State>(review.state));
  if (review.reply) {
    out.mutable_reply()->set_text(review.reply->text);
    *out.mutable_reply()->mutable_reply_time() = rpc::ToProto(review.reply->at);
  }
  out.set_helpful_votes(review.helpful);
  out.set_unhelpful_votes(review.unhelpful);
  *out.mutable_create_time() = rpc::ToProto(review.created_at);
  *out.mutable_update_time() = rpc::ToProto(review.updated_at);
  if (shown.shown == Shown::kPublic) return out;
  out.set_order_id(review.order.value());
  out.set_customer_id(review.customer.value());
  out.set_moderation_reason(review.moderation_reason);
  out.set_etag(EtagOf(review));
  if (shown.shown == Shown::kWhole) AddStaffFields(review, out);
  return out;
}

pb::ProductScore ToProto(const ProductScore& score, const TenantId& tenant,
                         const std::string& product) {
  pb::ProductScore out;
  out.set_name(ResourceName(tenant, "productScores", product));
  out.set_count(score.counts.Count());
  out.set_verified_count(score.counts.verified);
  for (const int64_t count : score.counts.stars) out.add_histogram(count);
  out.set_bayesian_average(score.bayesian_average);
  out.set_tenant_mean(score.tenant_mean);
  if (out.count() == 0) return out;
  ToProto(score.mean, out.mutable_mean());
  ToProto(score.positive_share, out.mutable_positive_share());
  return out;
}

}  // namespace huiyin::survey
