// huiyinctl review: what buyers say of products.
#include "deploy/ctl/review_commands.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/ctl/score_text.h"
#include "huiyin/survey/v1/review_service.grpc.pb.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::survey::v1;
using Stub = pb::ReviewService::Stub;

std::string ReviewName(Ctl& ctl, const std::string& id) {
  return absl::StrCat(ctl.connection().parent(), "/reviews/", BareId(id));
}

std::string FindingsText(const pb::Review& review) {
  std::vector<std::string> names;
  for (const int finding : review.findings()) {
    names.push_back(Label(static_cast<pb::Review::Finding>(finding)));
  }
  return absl::StrJoin(names, ", ");
}

std::string VotesText(const pb::Review& review) {
  return absl::StrCat("+", review.helpful_votes(), " −", review.unhelpful_votes());
}

void PrintReview(Ctl& ctl, const pb::Review& review) {
  ctl.Print(Ctl::Facts{{"review", BareId(review.name())},
                       {"product", review.product_id()},
                       {"stars", std::to_string(review.rating())},
                       {"text", review.text()},
                       {"media", absl::StrJoin(review.media(), " ")},
                       {"language", review.language()},
                       {"customer", review.customer_id()},
                       {"order", review.order_id()},
                       {"sku", review.sku()},
                       {"purchase", review.verified_purchase() ? "verified" : "not verified"},
                       {"state", Label(review.state())},
                       {"found", FindingsText(review)},
                       {"decided by", review.moderator()},
                       {"because", review.moderation_reason()},
                       {"alert", Label(review.alert())},
                       {"votes", VotesText(review)},
                       {"reply", review.reply().text()},
                       {"written", TimeText(review.create_time())},
                       {"etag", review.etag()}});
}

// Prints what a command has made of a review.
absl::Status Printed(Ctl& ctl, const absl::StatusOr<pb::Review>& review) {
  if (!review.ok()) return review.status();
  if (!ctl.PrintedAsJson(*review)) PrintReview(ctl, *review);
  return absl::OkStatus();
}

std::string RequestIdOr(Ctl& ctl, const std::string& given) {
  return given.empty() ? ctl.NewId() : given;
}

void DeclareRequestId(CLI::App& app, std::string& request_id) {
  app.add_option("--request-id", request_id, "UUID; the same one again changes nothing");
}

// --- create, update, delete ---------------------------------------------------------------------

struct Words {
  std::string text, language;
  int rating = 0;
  std::vector<std::string> media;
};

void Declare(CLI::App& app, Words& a) {
  app.add_option("--stars", a.rating, "1 to 5");
  app.add_option("--text", a.text, "What the buyer says");
  app.add_option("--language", a.language, "BCP 47");
  app.add_option("--media", a.media, "Id of a finished upload; repeatable");
}

void Fill(const Words& a, pb::Review& review) {
  review.set_rating(a.rating);
  review.set_text(a.text);
  review.set_language(a.language);
  for (const std::string& upload : a.media) review.add_media(upload);
}

struct Create : Words {
  std::string product, customer, order, sku, request_id;
};

void Declare(CLI::App& app, Create& a) {
  app.add_option("product", a.product, "Product")->required();
  app.add_option("--customer", a.customer, "Author; customers: themselves");
  app.add_option("--order", a.order, "Order it was bought with (default: the latest)");
  app.add_option("--sku", a.sku, "Line of the order");
  Declare(app, static_cast<Words&>(a));
  DeclareRequestId(app, a.request_id);
  app.footer("Example: huiyinctl review create P-KET15 --customer C1001 --stars 2 --text 底部漏水");
}

absl::Status Run(Ctl& ctl, const Create& a) {
  pb::CreateReviewRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_request_id(RequestIdOr(ctl, a.request_id));
  pb::Review& review = *request.mutable_review();
  Fill(a, review);
  review.set_product_id(a.product);
  review.set_customer_id(a.customer);
  review.set_order_id(a.order);
  review.set_sku(a.sku);
  return Printed(ctl, client::Call(ctl.connection(), &Stub::CreateReview, request));
}

struct Update : Words {
  std::string id, etag, request_id;
  std::vector<std::string> fields;
};

void Declare(CLI::App& app, Update& a) {
  app.add_option("review", a.id, "Review")->required();
  Declare(app, static_cast<Words&>(a));
  app.add_option("--etag", a.etag, "Refuse when it has changed since");
  DeclareRequestId(app, a.request_id);
  app.parse_complete_callback([&app, &a] {
    for (const auto& [option, path] :
         {std::pair("--stars", "rating"), std::pair("--text", "text"),
          std::pair("--language", "language"), std::pair("--media", "media")}) {
      if (app.count(option) > 0) a.fields.emplace_back(path);
    }
  });
}

absl::Status Run(Ctl& ctl, const Update& a) {
  if (a.fields.empty()) return BadUsage("say what is to change: --stars, --text …");
  pb::UpdateReviewRequest request;
  request.set_request_id(RequestIdOr(ctl, a.request_id));
  Fill(a, *request.mutable_review());
  request.mutable_review()->set_name(ReviewName(ctl, a.id));
  request.mutable_review()->set_etag(a.etag);
  for (const std::string& field : a.fields) request.mutable_update_mask()->add_paths(field);
  return Printed(ctl, client::Call(ctl.connection(), &Stub::UpdateReview, request));
}

struct Delete {
  std::string id, request_id;
};

void Declare(CLI::App& app, Delete& a) {
  app.add_option("review", a.id, "Review")->required();
  DeclareRequestId(app, a.request_id);
}

absl::Status Run(Ctl& ctl, const Delete& a) {
  pb::DeleteReviewRequest request;
  request.set_name(ReviewName(ctl, a.id));
  request.set_request_id(RequestIdOr(ctl, a.request_id));
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::DeleteReview, request));
  if (!ctl.PrintedAsJson(answer)) ctl.out << "Erased.\n";
  return absl::OkStatus();
}

// --- list, get ----------------------------------------------------------------------------------

struct List {
  std::string product, customer;
  pb::Review::State state = pb::Review::STATE_UNSPECIFIED;
  int min_stars = 0, max_stars = 0, limit = 50;
  bool verified = false, alerts = false, helpful = false, as_public = false;
};

void Declare(CLI::App& app, List& a) {
  app.add_option("product", a.product, "Only of this product");
  app.add_option("--customer", a.customer, "Only by this customer");
  EnumOption(app, "--state", a.state, "Only in this state");
  app.add_option("--min-stars", a.min_stars, "Only with this many stars and more");
  app.add_option("--max-stars", a.max_stars, "Only with this many stars and fewer");
  app.add_flag("--verified", a.verified, "Only verified purchases");
  app.add_flag("--alerts", a.alerts, "Only those that alarmed the shop");
  app.add_flag("--helpful", a.helpful, "Most helpful first");
  app.add_flag("--public", a.as_public, "As everybody sees them");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 500));
}

absl::Status Run(Ctl& ctl, const List& a) {
  pb::ListReviewsRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_page_size(a.limit);
  request.set_product_id(a.product);
  request.set_customer_id(a.customer);
  request.set_state(a.state);
  request.set_min_rating(a.min_stars);
  request.set_max_rating(a.max_stars);
  request.set_verified_only(a.verified);
  request.set_alerts_only(a.alerts);
  if (a.helpful) request.set_order(pb::REVIEW_ORDER_HELPFUL);
  if (a.as_public) request.set_view(pb::REVIEW_VIEW_PUBLIC);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stub::ListReviews, request));
  terminal::Table table({{"review"},
                         {"written"},
                         {"state"},
                         {"product"},
                         {"stars", true},
                         {"bought"},
                         {"votes"},
                         {"alert"},
                         {"text"}});
  for (const auto& review : page.reviews()) {
    if (ctl.PrintedAsJson(review, true)) continue;
    const std::string found = FindingsText(review);
    table.Add({BareId(review.name()), TimeText(review.create_time()),
               Label(review.state()) + (found.empty() ? "" : " (" + found + ")"),
               review.product_id(), std::to_string(review.rating()),
               review.verified_purchase() ? "verified" : "", VotesText(review),
               Label(review.alert()), review.text()});
  }
  if (!ctl.json) ctl.Print(table, "No review passes this filter.");
  return absl::OkStatus();
}

// --- asked --------------------------------------------------------------------------------------

struct Asked {
  std::string customer;
  int limit = 50;
};

void Declare(CLI::App& app, Asked& a) {
  app.add_option("--customer", a.customer, "Only this customer");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 500));
}

absl::Status Run(Ctl& ctl, const Asked& a) {
  pb::ListInvitationsRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_customer_id(a.customer);
  request.set_page_size(500);  // most are about something else
  terminal::Table table({{"invitation"}, {"state"}, {"customer"}, {"order"}, {"products"}});
  int left = a.limit;
  do {
    HUIYIN_ASSIGN_OR_RETURN(
        const auto page,
        client::Call(ctl.connection(), &pb::SurveyService::Stub::ListInvitations, request));
    for (const auto& invitation : page.invitations()) {
      if (invitation.products_size() == 0 || left-- <= 0) continue;
      if (ctl.PrintedAsJson(invitation, true)) continue;
      table.Add({BareId(invitation.name()), Label(invitation.state()), invitation.customer_id(),
                 invitation.order_id(), ProductsText(invitation.products())});
    }
    request.set_page_token(page.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  if (!ctl.json) ctl.Print(table, "Nobody was asked for a review.");
  return absl::OkStatus();
}

struct Get {
  std::string id;
  bool as_public = false;
};

void Declare(CLI::App& app, Get& a) {
  app.add_option("review", a.id, "Review")->required();
  app.add_flag("--public", a.as_public, "As everybody sees it");
}

absl::Status Run(Ctl& ctl, const Get& a) {
  pb::GetReviewRequest request;
  request.set_name(ReviewName(ctl, a.id));
  if (a.as_public) request.set_view(pb::REVIEW_VIEW_PUBLIC);
  return Printed(ctl, client::Call(ctl.connection(), &Stub::GetReview, request));
}

// --- moderate, reply, vote, score ---------------------------------------------------------------

struct ModerateArgs {
  std::string id, reason, etag, request_id;
  pb::ModerateReviewRequest::Action action = pb::ModerateReviewRequest::ACTION_UNSPECIFIED;
};

void Declare(CLI::App& app, ModerateArgs& a) {
  app.add_option("review", a.id, "Review")->required();
  EnumOption(app, "action", a.action, "What is decided")->required();
  app.add_option("--reason", a.reason, "Told to the author; unless it is published");
  app.add_option("--etag", a.etag, "Refuse when it has changed since");
  DeclareRequestId(app, a.request_id);
}

absl::Status Run(Ctl& ctl, const ModerateArgs& a) {
  pb::ModerateReviewRequest request;
  request.set_name(ReviewName(ctl, a.id));
  request.set_action(a.action);
  request.set_reason(a.reason);
  request.set_etag(a.etag);
  request.set_request_id(RequestIdOr(ctl, a.request_id));
  return Printed(ctl, client::Call(ctl.connection(), &Stub::ModerateReview, request));
}

struct ReplyArgs {
  std::string id, text, request_id;
};

void Declare(CLI::App& app, ReplyArgs& a) {
  app.add_option("review", a.id, "Review")->required();
  app.add_option("--text", a.text, "The shop's answer; empty takes it back")->required();
  DeclareRequestId(app, a.request_id);
}

absl::Status Run(Ctl& ctl, const ReplyArgs& a) {
  pb::ReplyToReviewRequest request;
  request.set_name(ReviewName(ctl, a.id));
  request.set_text(a.text);
  request.set_request_id(RequestIdOr(ctl, a.request_id));
  return Printed(ctl, client::Call(ctl.connection(), &Stub::ReplyToReview, request));
}

struct VoteArgs {
  std::string id, customer, request_id;
  pb::VoteReviewRequest::Vote vote = pb::VoteReviewRequest::VOTE_UNSPECIFIED;
};

void Declare(CLI::App& app, VoteArgs& a) {
  app.add_option("review", a.id, "Review")->required();
  EnumOption(app, "vote", a.vote, "none takes an earlier vote back")->required();
  app.add_option("--customer", a.customer, "Who votes; customers: themselves");
  DeclareRequestId(app, a.request_id);
}

absl::Status Run(Ctl& ctl, const VoteArgs& a) {
  pb::VoteReviewRequest request;
  request.set_name(ReviewName(ctl, a.id));
  request.set_vote(a.vote);
  request.set_customer_id(a.customer);
  request.set_request_id(RequestIdOr(ctl, a.request_id));
  HUIYIN_ASSIGN_OR_RETURN(const auto votes,
                          client::Call(ctl.connection(), &Stub::VoteReview, request));
  if (ctl.PrintedAsJson(votes)) return absl::OkStatus();
  ctl.out << votes.helpful_votes() << " found it helpful, " << votes.unhelpful_votes()
          << " did not.\n";
  return absl::OkStatus();
}

struct Score {
  std::vector<std::string> products;
};

void Declare(CLI::App& app, Score& a) {
  app.add_option("product", a.products, "Product; repeatable")->required();
}

absl::Status Run(Ctl& ctl, const Score& a) {
  std::vector<pb::ProductScore> scores;
  for (const std::string& product : a.products) {
    pb::GetProductScoreRequest request;
    request.set_name(absl::StrCat(ctl.connection().parent(), "/productScores/", product));
    HUIYIN_ASSIGN_OR_RETURN(pb::ProductScore score,
                            client::Call(ctl.connection(), &Stub::GetProductScore, request));
    if (!ctl.PrintedAsJson(score, true)) scores.push_back(std::move(score));
  }
  if (!ctl.json) ScoreTable(scores).Print(ctl.out, ctl.style);
  return absl::OkStatus();
}

}  // namespace

void AddReviewCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& review = Group(app, "review", "What buyers say of products");
  Command<List>(review, ctl, "list", "Reviews, newest first", Declare, Run);
  Command<Asked>(review, ctl, "asked", "Who was asked for which reviews", Declare, Run);
  Command<Get>(review, ctl, "get", "One review", Declare, Run);
  Command<Create>(review, ctl, "create", "Write a review", Declare, Run);
  Command<Update>(review, ctl, "update", "Change its words or stars", Declare, Run);
  Command<Delete>(review, ctl, "delete", "Erase it for good", Declare, Run);
  Command<ModerateArgs>(review, ctl, "moderate", "Publish, reject or hide it", Declare, Run);
  Command<ReplyArgs>(review, ctl, "reply", "Answer for the shop", Declare, Run);
  Command<VoteArgs>(review, ctl, "vote", "A customer's vote", Declare, Run);
  Command<Score>(review, ctl, "score", "What a product's reviews come to", Declare, Run);
}

}  // namespace huiyin::ctl
