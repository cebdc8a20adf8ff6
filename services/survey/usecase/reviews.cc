#include "services/survey/usecase/reviews.h"

#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "services/survey/usecase/policy.h"

namespace huiyin::survey {
namespace {

bool IsPublished(const Review& review) { return review.state == ReviewState::kPublished; }

// Takes the text over with what was found in it, and looks for its like.
absl::Status SetWords(Unit& unit, ModeratedText text, Review& review) {
  review.text = std::move(text.text);
  review.text_key = std::move(text.key);
  review.findings = text.findings;
  if (!review.media.empty() && unit.setup.hold_media) review.findings.Add(Finding::kMedia);
  if (text.weight < kOwnDuplicateWeight) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const TextSeen seen, unit.reviews.FindText(review));
  if (seen == TextSeen::kBySame ||
      (seen == TextSeen::kByOthers && text.weight >= kDuplicateWeight)) {
    review.findings.Add(Finding::kDuplicate);
  }
  return absl::OkStatus();
}

// Makes a case of an unhappy review, unless there is one that somebody has to do with.
absl::Status RaiseIfUnhappy(Unit& unit, const Review& review) {
  const std::optional<RecoveryCase> made = CaseOf(review);
  if (!made) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const auto there, unit.recoveries.FindCase(made->id));
  const bool busy = there && there->state != RecoveryState::kNotNeeded;
  return busy ? absl::OkStatus() : unit.recoveries.PutCase(*made);
}

// One that waits for triage or its ticket need not any more.
absl::Status DropCase(Unit& unit, const Review& review) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<RecoveryCase> found,
                          unit.recoveries.FindCase(InvitationId(review.id.value())));
  if (!found || found->state != RecoveryState::kPending) return absl::OkStatus();
  found->state = RecoveryState::kNotNeeded;
  found->comment.clear();
  return unit.recoveries.PutCase(*found);
}

absl::Status Write(Unit& unit, const UpdateReviewCommand& command, Review review) {
  const Review before = review;
  if (command.rating) review.rating = *command.rating;
  if (command.language) review.language = *command.language;
  if (command.media) review.media = *command.media;
  ModeratedText text = command.text ? *command.text : Moderate(review.text);
  // What was masked when it was written is still the reason for a note.
  if (!command.text && before.findings.Has(Finding::kContactData)) {
    text.findings.Add(Finding::kContactData);
  }
  HUIYIN_RETURN_IF_ERROR(SetWords(unit, std::move(text), review));
  review.state = StateAsWritten(review, &before);
  review.updated_at = unit.clock.Now();
  HUIYIN_RETURN_IF_ERROR(KeepChange(unit, before, review));
  return RaiseIfUnhappy(unit, review);
}

}  // namespace

absl::Status ReviewNotFound() {
  return Error(absl::StatusCode::kNotFound, "REVIEW_NOT_FOUND", "there is no such review");
}

absl::StatusOr<Review> RequireReview(ReviewStore& reviews, const TenantId& tenant,
                                     const ReviewId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Review> found, reviews.FindReview(tenant, id));
  if (!found) return ReviewNotFound();
  return *std::move(found);
}

absl::StatusOr<Review> RequireOwnReview(ReviewStore& reviews, const Caller& caller,
                                        const ReviewId& id) {
  HUIYIN_ASSIGN_OR_RETURN(Review found, RequireReview(reviews, caller.tenant, id));
  if (!IsStaff(caller) && caller.subject != found.customer.value()) return ReviewNotFound();
  return found;
}

std::string EtagOf(const Review& review) { return absl::StrCat(review.revision); }

absl::Status CheckEtag(const Review& review, const std::string& etag) {
  if (etag.empty() || etag == EtagOf(review)) return absl::OkStatus();
  return Error(absl::StatusCode::kAborted, "ETAG_MISMATCH",
               "the review was changed meanwhile; read it again");
}

absl::Status KeepChange(Unit& unit, const Review& before, const Review& after) {
  Review changed = after;
  changed.revision = before.revision + 1;
  HUIYIN_RETURN_IF_ERROR(unit.reviews.UpdateReview(changed));
  const auto told = [](const Review& review) {
    return std::tie(review.state, review.rating, review.text, review.language);
  };
  if (told(before) == told(after)) return absl::OkStatus();
  if (IsPublished(before)) HUIYIN_RETURN_IF_ERROR(unit.reviews.CountRating(before, -1));
  if (IsPublished(after)) HUIYIN_RETURN_IF_ERROR(unit.reviews.CountRating(after, +1));
  return unit.events.ReviewChanged(before, changed, unit.clock.Now());
}

absl::StatusOr<Review> CreateReview(Unit& unit, const CreateReviewCommand& command) {
  Review review;
  review.tenant = command.tenant;
  review.id = ReviewId(unit.ids.NewId());
  review.product = command.about.product;
  review.customer = command.customer;
  review.invitation = command.invitation;
  HUIYIN_ASSIGN_OR_RETURN(
      const std::optional<Purchase> bought,
      unit.reviews.FindPurchase(command.tenant, command.customer, command.about));
  review.verified = bought.has_value();
  const Purchase& about = bought ? *bought : command.about;
  review.order = about.order;
  review.sku = about.sku;
  review.rating = command.content.rating;
  review.media = command.content.media;
  review.language = command.content.language;
  HUIYIN_RETURN_IF_ERROR(SetWords(unit, command.content.text, review));
  review.state = StateAsWritten(review, nullptr);
  review.created_at = review.updated_at = unit.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(const auto there, unit.reviews.AddReview(review));
  if (there) {
    return Error(absl::StatusCode::kAlreadyExists, "REVIEW_EXISTS",
                 "the customer has reviewed this product of this order; change that review",
                 {{"review", there->value()}});
  }
  if (IsPublished(review)) HUIYIN_RETURN_IF_ERROR(unit.reviews.CountRating(review, +1));
  HUIYIN_RETURN_IF_ERROR(unit.events.ReviewChanged(std::nullopt, review, review.created_at));
  HUIYIN_RETURN_IF_ERROR(RaiseIfUnhappy(unit, review));
  return review;
}

absl::StatusOr<Review> UpdateReview(Unit& unit, const UpdateReviewCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const Review review,
                          RequireOwnReview(unit.reviews, command.caller, command.id));
  HUIYIN_RETURN_IF_ERROR(CheckEtag(review, command.etag));
  HUIYIN_RETURN_IF_ERROR(Write(unit, command, review));
  return RequireReview(unit.reviews, review.tenant, review.id);
}

absl::Status DeleteReview(Unit& unit, const Caller& caller, const ReviewId& id) {
  HUIYIN_ASSIGN_OR_RETURN(const Review review, RequireOwnReview(unit.reviews, caller, id));
  if (IsPublished(review)) HUIYIN_RETURN_IF_ERROR(unit.reviews.CountRating(review, -1));
  HUIYIN_RETURN_IF_ERROR(unit.reviews.RemoveReview(review));
  HUIYIN_RETURN_IF_ERROR(DropCase(unit, review));
  return unit.events.ReviewChanged(review, std::nullopt, unit.clock.Now());
}

absl::Status TakeReview(Unit& unit, const Survey& survey, const Invitation& invitation,
                        const std::string& product, const Response& response) {
  CreateReviewCommand command{invitation.tenant,
                              invitation.customer,
                              Purchase{invitation.order, product, ""},
                              invitation.id,
                              {}};
  ReviewContent& content = command.content;
  content.rating = MainScore(survey, response.answers).value_or(0);
  content.language = response.language;
  std::string words;
  for (const Answer& answer : response.answers) {
    if (answer.text && words.empty()) words = *answer.text;
    for (const Question& question : survey.questions) {
      if (question.id != answer.question_id || question.type != QuestionType::kUpload) continue;
      if (content.media.empty()) content.media = answer.picks;
    }
  }
  content.text = Moderate(words);
  const absl::StatusOr<Review> made = CreateReview(unit, command);
  if (!absl::IsAlreadyExists(made.status())) return made.status();
  UpdateReviewCommand change;
  change.rating = content.rating;
  change.text = content.text;
  change.media = content.media;
  change.language = content.language;
  HUIYIN_ASSIGN_OR_RETURN(const Review there,
                          RequireReview(unit.reviews, invitation.tenant,
                                        ReviewId(Metadata(made.status()).at("review"))));
  return Write(unit, change, there);
}

absl::StatusOr<Review> VoteReview(Unit& unit, const VoteCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const Review review,
                          RequireReview(unit.reviews, command.tenant, command.id));
  if (!IsPublished(review)) return ReviewNotFound();
  if (review.customer == command.customer) {
    return Error(absl::StatusCode::kFailedPrecondition, "OWN_REVIEW",
                 "nobody votes on a review of their own");
  }
  HUIYIN_RETURN_IF_ERROR(unit.reviews.PutVote(review, command.customer, command.vote));
  return RequireReview(unit.reviews, command.tenant, command.id);
}

absl::Status NotePurchases(Unit& unit, const TenantId& tenant, const OrderId& order,
                           const CustomerId& customer, absl::Time delivered_at,
                           const std::vector<Purchase>& purchases) {
  if (customer.empty()) return absl::OkStatus();
  return unit.reviews.PutPurchases(tenant, order, customer, delivered_at, purchases);
}

}  // namespace huiyin::survey
