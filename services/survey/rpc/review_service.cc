#include "services/survey/rpc/review_service.h"

#include <utility>

#include "huiyin/survey/v1/review_service.grpc.pb.h"
#include "libs/core/id.h"
#include "services/survey/rpc/calls.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/convert_review.h"

namespace huiyin::survey {
namespace {

constexpr rpc::PageLimits kPage = {50, 500};

// A command's key: those about one review take turns.
constexpr auto kReviewKey = [](const auto& command) { return command.id.value(); };

struct DeleteCommand {
  ReviewId id;
};

absl::StatusOr<DeleteCommand> CheckDelete(const Caller& caller,
                                          const pb::DeleteReviewRequest& request) {
  HUIYIN_ASSIGN_OR_RETURN(const ReviewId id, ParseReviewName(request.name(), caller, "name"));
  if (!IsUuid(request.request_id())) return BadInput({{"request_id", "must be a UUID"}});
  return DeleteCommand{id};
}

// What a request asks for.
constexpr auto kCheck = [](const Caller& caller, const auto& request) {
  return FromProto(request, caller);
};

// The answer to whoever changed `review`.
absl::StatusOr<pb::Review> AnswerWith(const Caller& caller, absl::StatusOr<Review> review) {
  if (!review.ok()) return review.status();
  const Shown shown = ShownTo(caller, *review);
  return ToProto(ShownReview{*std::move(review), shown});
}

class ReviewServiceImpl final : public pb::ReviewService::CallbackService {
 public:
  ReviewServiceImpl(rpc::Methods& methods, ServiceParts parts)
      : calls_(methods, std::move(parts)) {}

  grpc::ServerUnaryReactor* CreateReview(grpc::CallbackServerContext* context,
                                         const pb::CreateReviewRequest* request,
                                         pb::Review* response) override {
    return calls_.Change(
        context, request, response, kCheck,
        [](const CreateReviewCommand& command) { return command.about.product; },
        [](Unit& unit, const Caller& caller, const CreateReviewCommand& command) {
          return AnswerWith(caller, survey::CreateReview(unit, command));
        });
  }

  grpc::ServerUnaryReactor* UpdateReview(grpc::CallbackServerContext* context,
                                         const pb::UpdateReviewRequest* request,
                                         pb::Review* response) override {
    return calls_.Change(context, request, response, kCheck, kReviewKey,
                         [](Unit& unit, const Caller& caller, const UpdateReviewCommand& command) {
                           return AnswerWith(caller, survey::UpdateReview(unit, command));
                         });
  }

  grpc::ServerUnaryReactor* DeleteReview(grpc::CallbackServerContext* context,
                                         const pb::DeleteReviewRequest* request,
                                         pb::DeleteReviewResponse* response) override {
    return calls_.Change(
        context, request, response, CheckDelete, kReviewKey,
        [](Unit& unit, const Caller& caller,
           const DeleteCommand& command) -> absl::StatusOr<pb::DeleteReviewResponse> {
          HUIYIN_RETURN_IF_ERROR(survey::DeleteReview(unit, caller, command.id));
          return pb::DeleteReviewResponse();
        });
  }

  grpc::ServerUnaryReactor* GetReview(grpc::CallbackServerContext* context,
                                      const pb::GetReviewRequest* request,
                                      pb::Review* response) override {
    return calls_.Query(context, request, response,
                        [](const View& view, const Caller& caller,
                           const pb::GetReviewRequest& req) -> absl::StatusOr<pb::Review> {
                          HUIYIN_ASSIGN_OR_RETURN(const ReviewId id,
                                                  ParseReviewName(req.name(), caller, "name"));
                          HUIYIN_ASSIGN_OR_RETURN(const ReviewView wanted, FromProto(req.view()));
                          HUIYIN_ASSIGN_OR_RETURN(const ShownReview found,
                                                  survey::GetReview(view, caller, id, wanted));
                          return ToProto(found);
                        });
  }

  grpc::ServerUnaryReactor* ListReviews(grpc::CallbackServerContext* context,
                                        const pb::ListReviewsRequest* request,
                                        pb::ListReviewsResponse* response) override {
    return calls_.Query(
        context, request, response,
        [](const View& view, const Caller& caller,
           const pb::ListReviewsRequest& req) -> absl::StatusOr<pb::ListReviewsResponse> {
          HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), caller));
          HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kPage));
          HUIYIN_ASSIGN_OR_RETURN(const ReviewFilter filter, FromProto(req));
          HUIYIN_ASSIGN_OR_RETURN(const ReviewView wanted, FromProto(req.view()));
          HUIYIN_ASSIGN_OR_RETURN(auto found,
                                  survey::ListReviews(view, caller, filter, wanted, RowsOf(page)));
          pb::ListReviewsResponse out;
          out.set_next_page_token(CutPage(page, found, [&](const ShownReview& last) {
            return PositionAfter(filter, last.review);
          }));
          for (const ShownReview& review : found) *out.add_reviews() = ToProto(review);
          return out;
        });
  }

  grpc::ServerUnaryReactor* ModerateReview(grpc::CallbackServerContext* context,
                                           const pb::ModerateReviewRequest* request,
                                           pb::Review* response) override {
    return calls_.Change(
        context, request, response, kCheck, kReviewKey,
        [](Unit& unit, const Caller& caller, const ModerateReviewCommand& command) {
          return AnswerWith(caller, survey::ModerateReview(unit, command));
        });
  }

  grpc::ServerUnaryReactor* ReplyToReview(grpc::CallbackServerContext* context,
                                          const pb::ReplyToReviewRequest* request,
                                          pb::Review* response) override {
    return calls_.Change(context, request, response, kCheck, kReviewKey,
                         [](Unit& unit, const Caller& caller, const ReplyToReviewCommand& command) {
                           return AnswerWith(caller, survey::ReplyToReview(unit, command));
                         });
  }

  grpc::ServerUnaryReactor* VoteReview(grpc::CallbackServerContext* context,
                                       const pb::VoteReviewRequest* request,
                                       pb::VoteReviewResponse* response) override {
    return calls_.Change(context, request, response, kCheck, kReviewKey,
                         [](Unit& unit, const Caller&,
                            const VoteCommand& command) -> absl::StatusOr<pb::VoteReviewResponse> {
                           HUIYIN_ASSIGN_OR_RETURN(const Review review,
                                                   survey::VoteReview(unit, command));
                           pb::VoteReviewResponse out;
                           out.set_helpful_votes(review.helpful);
                           out.set_unhelpful_votes(review.unhelpful);
                           return out;
                         });
  }

  grpc::ServerUnaryReactor* GetProductScore(grpc::CallbackServerContext* context,
                                            const pb::GetProductScoreRequest* request,
                                            pb::ProductScore* response) override {
    return calls_.Query(
        context, request, response,
        [](const View& view, const Caller& caller,
           const pb::GetProductScoreRequest& req) -> absl::StatusOr<pb::ProductScore> {
          HUIYIN_ASSIGN_OR_RETURN(
              const std::string product,
              IdOf(req.name(), "productScores", caller, "name", "PRODUCT_SCORE_NOT_FOUND"));
          HUIYIN_ASSIGN_OR_RETURN(const ProductScore score,
                                  survey::GetProductScore(view, caller.tenant, product));
          return ToProto(score, caller.tenant, product);
        });
  }

 private:
  const Calls calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeReviewService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<ReviewServiceImpl>(methods, std::move(parts));
}

}  // namespace huiyin::survey
