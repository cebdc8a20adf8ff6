// huiyinctl survey: was the problem solved; what do customers say.
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/ctl/score_text.h"
#include "deploy/terminal/text.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::survey::v1;
using Stub = pb::SurveyService::Stub;

std::string AnswersText(const google::protobuf::RepeatedPtrField<pb::Answer>& answers) {
  std::vector<std::string> parts;
  for (const auto& answer : answers) {
    if (answer.has_text()) {
      parts.push_back("\"" + answer.text() + "\"");
    } else if (answer.has_picks()) {
      parts.push_back(
          absl::StrCat(answer.question_id(), " ", absl::StrJoin(answer.picks().ids(), ",")));
    } else {
      parts.push_back(absl::StrCat(answer.question_id(), " ", answer.score()));
    }
  }
  return absl::StrJoin(parts, "  ");
}

// --- surveys, invitations, responses ------------------------------------------------------------

struct Surveys {};
void Declare(CLI::App&, Surveys&) {}

absl::Status Run(Ctl& ctl, const Surveys&) {
  pb::ListSurveysRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_page_size(200);  // all that a tenant can have
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::ListSurveys, request));
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  terminal::Table table(
      {{"survey"}, {"version", true}, {"state"}, {"kind"}, {"languages"}, {"questions"}});
  for (const auto& survey : answer.surveys()) {
    std::vector<std::string> questions;
    for (const auto& question : survey.questions()) questions.push_back(question.question_id());
    table.Add({BareId(survey.name()), std::to_string(survey.version()), Label(survey.state()),
               Label(survey.kind()), absl::StrJoin(survey.languages(), " "),
               absl::StrJoin(questions, ", ")});
  }
  ctl.Print(table, "No survey is set up.");
  return absl::OkStatus();
}

std::string AboutText(const pb::Invitation& invitation) {
  if (invitation.products_size() > 0) return "review " + ProductsText(invitation.products());
  if (!invitation.ticket_id().empty()) return "ticket " + invitation.ticket_id();
  return invitation.rma_id().empty() ? "order " + invitation.order_id()
                                     : "rma " + invitation.rma_id();
}

struct Invitations {
  std::string ticket, rma, customer;
  pb::Invitation::State state = pb::Invitation::STATE_UNSPECIFIED;
  int limit = 50;
};

void Declare(CLI::App& app, Invitations& a) {
  app.add_option("--ticket", a.ticket, "Only about this ticket");
  app.add_option("--rma", a.rma, "Only about this return");
  app.add_option("--customer", a.customer, "Only of this customer");
  EnumOption(app, "--state", a.state, "Only in this state");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 500));
}

absl::Status Run(Ctl& ctl, const Invitations& a) {
  pb::ListInvitationsRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_ticket_id(a.ticket);
  request.set_rma_id(a.rma);
  request.set_customer_id(a.customer);
  request.set_state(a.state);
  request.set_page_size(a.limit);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stub::ListInvitations, request));
  terminal::Table table({{"invitation"},
                         {"made"},
                         {"state"},
                         {"survey"},
                         {"customer"},
                         {"lang"},
                         {"about"},
                         {"token"}});
  for (const auto& invitation : page.invitations()) {
    if (ctl.PrintedAsJson(invitation, true)) continue;
    table.Add({BareId(invitation.name()), TimeText(invitation.create_time()),
               Label(invitation.state()) +
                   (invitation.suppression().empty() ? "" : " " + invitation.suppression()),
               BareId(invitation.survey()), invitation.customer_id(), invitation.language(),
               AboutText(invitation), invitation.token()});
  }
  if (!ctl.json) ctl.Print(table, "No invitation passes this filter.");
  return absl::OkStatus();
}

std::string AboutText(const pb::Response& response) {
  std::set<std::string> products;
  for (const auto& answer : response.answers()) {
    if (!answer.product_id().empty()) products.insert(answer.product_id());
  }
  if (!products.empty()) return "review " + absl::StrJoin(products, ", ");
  if (!response.ticket_id().empty()) return "ticket " + response.ticket_id();
  return response.rma_id().empty() ? "delivery" : "rma " + response.rma_id();
}

struct Responses {
  std::string ticket, rma;
  bool low = false;
  int limit = 50;
};

void Declare(CLI::App& app, Responses& a) {
  app.add_option("--ticket", a.ticket, "Only about this ticket");
  app.add_option("--rma", a.rma, "Only about this return");
  app.add_flag("--low", a.low, "Only low scores, where somebody should make good");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 500));
}

absl::Status Run(Ctl& ctl, const Responses& a) {
  pb::ListResponsesRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_ticket_id(a.ticket);
  request.set_rma_id(a.rma);
  if (a.low) request.set_recovery(pb::Response::RECOVERY_NEEDED);
  request.set_page_size(a.limit);
  HUIYIN_ASSIGN_OR_RETURN(const auto page,
                          client::Call(ctl.connection(), &Stub::ListResponses, request));
  terminal::Table table({{"answered"}, {"survey"}, {"customer"}, {"about"}, {"lang"}, {"answers"}});
  for (const auto& response : page.responses()) {
    if (ctl.PrintedAsJson(response, true)) continue;
    table.Add({TimeText(response.update_time()), BareId(response.survey()), response.customer_id(),
               AboutText(response), response.language(), AnswersText(response.answers())});
  }
  if (!ctl.json) ctl.Print(table, "Nobody has answered.");
  return absl::OkStatus();
}

// --- results ------------------------------------------------------------------------------------

struct Results {
  std::string from, before;
  pb::ResultDimension by = pb::RESULT_DIMENSION_UNSPECIFIED;
};

void Declare(CLI::App& app, Results& a) {
  app.add_option("--from", a.from, "Invitations made at or after: 2026-11-22, 7d");
  app.add_option("--before", a.before, "Invitations made before");
  EnumOption(app, "--by", a.by, "Each value apart");
}

std::string EstimateText(const pb::Estimate& e, double scale, const char* unit) {
  return absl::StrFormat("%.2f%s [%.2f, %.2f]", e.value() * scale, unit, e.lower() * scale,
                         e.upper() * scale);
}

void PrintGroups(Ctl& ctl, const std::string& by, const pb::SurveyResults& results) {
  if (results.groups().empty()) return;
  ctl.out << '\n';
  terminal::Table table(
      {{by}, {"invited", true}, {"answered", true}, {"heard", true}, {"CSAT"}, {"NPS"}, {"CES"}});
  for (const pb::GroupResults& group : results.groups()) {
    std::string scores[3];
    for (const pb::ScoreFigures& score : group.scores()) {
      scores[score.kind() - 1] = EstimateText(score.headline(), 100, " %");
    }
    // 1: as much among the answers as among the invitations.
    const double heard =
        group.share_of_invited() > 0 ? group.share_of_answered() / group.share_of_invited() : 0;
    table.Add({group.value().empty() ? "unknown" : group.value(),
               std::to_string(group.responses().invited()),
               std::to_string(group.responses().answered()), absl::StrFormat("×%.2f", heard),
               scores[0], scores[1], scores[2]});
  }
  table.Print(ctl.out, ctl.style);
  if (results.has_non_response_bias()) {
    ctl.out << absl::StrFormat("answers are %.0f %% unlike invitations\n",
                               results.non_response_bias() * 100);
  }
}

absl::Status Run(Ctl& ctl, const Results& a) {
  pb::GetSurveyResultsRequest request;
  request.set_parent(ctl.connection().parent());
  const absl::Time now = ctl.clock.Now();
  if (!a.from.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_start_time(), ParseTime(a.from, now));
  }
  if (!a.before.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_end_time(), ParseTime(a.before, now));
  }
  request.set_group_by(a.by);
  HUIYIN_ASSIGN_OR_RETURN(const auto results,
                          client::Call(ctl.connection(), &Stub::GetSurveyResults, request));
  if (ctl.PrintedAsJson(results)) return absl::OkStatus();
  const auto& r = results.responses();
  ctl.out << "invited " << r.invited() << ", shown " << r.shown() << ", started " << r.started()
          << ", answered " << r.answered();
  if (r.has_response_rate()) ctl.out << ": " << EstimateText(r.response_rate(), 100, " %");
  ctl.out << "\nsuppressed by limits " << r.suppressed() << ", low scores to make good "
          << r.recovery_needed() << "\n\n";
  terminal::Table table(
      {{"scale"}, {"answers", true}, {"mean", true}, {"headline", true}, {"spread"}});
  for (const auto& score : results.scores()) {
    const std::vector<double> spread(score.histogram().begin(), score.histogram().end());
    table.Add({Label(score.kind()), std::to_string(score.count()),
               EstimateText(score.mean(), 1, ""), EstimateText(score.headline(), 100, " %"),
               absl::StrCat(score.lowest_score(), " ", terminal::Sparkline(spread), " ",
                            score.lowest_score() + score.histogram_size() - 1)});
  }
  ctl.Print(table, "Nobody has answered.");
  PrintGroups(ctl, Label(a.by), results);
  return absl::OkStatus();
}

struct ThemesArgs {
  std::string from, before;
  int limit = 20;
};

void Declare(CLI::App& app, ThemesArgs& a) {
  app.add_option("--from", a.from, "Answers given at or after: 2026-11-22, 7d");
  app.add_option("--before", a.before, "Answers given before");
  app.add_option("-n,--limit", a.limit, "At most this many (default 20)")
      ->check(CLI::Range(1, 100));
}

absl::Status Run(Ctl& ctl, const ThemesArgs& a) {
  pb::ListThemesRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_page_size(a.limit);
  const absl::Time now = ctl.clock.Now();
  if (!a.from.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_start_time(), ParseTime(a.from, now));
  }
  if (!a.before.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(*request.mutable_end_time(), ParseTime(a.before, now));
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto themes,
                          client::Call(ctl.connection(), &Stub::ListThemes, request));
  if (ctl.PrintedAsJson(themes)) return absl::OkStatus();
  terminal::Table table({{"theme"}, {"answers", true}, {"low scores", true}, {"log odds", true}});
  for (const auto& theme : themes.themes()) {
    table.Add({theme.term(), std::to_string(theme.count()), std::to_string(theme.low_scores()),
               absl::StrFormat("%+.2f", theme.low_score_log_odds())});
  }
  ctl.Print(table, "No word stands in two answers.");
  return absl::OkStatus();
}

// --- show, answer -------------------------------------------------------------------------------

struct ShowArgs {
  std::string token, language, product;
};

void Declare(CLI::App& app, ShowArgs& a) {
  app.add_option("token", a.token, "Token of the invitation")->required();
  app.add_option("--language", a.language, "BCP 47");
  app.add_option("--product", a.product, "Of several to review (default: the first left)");
}

absl::Status Run(Ctl& ctl, const ShowArgs& a) {
  pb::ShowSurveyRequest request;
  request.set_product_id(a.product);
  request.set_token(a.token);
  request.set_language(a.language);
  HUIYIN_ASSIGN_OR_RETURN(const auto survey,
                          client::Call(ctl.connection(), &Stub::ShowSurvey, request));
  if (ctl.PrintedAsJson(survey)) return absl::OkStatus();
  terminal::Table table({{"question"}, {"scale"}, {"text"}});
  for (const auto& question : survey.questions()) {
    table.Add({question.question_id() + (question.required() ? " *" : ""),
               question.type() == pb::Question::TYPE_SCORE
                   ? absl::StrCat(question.min_score(), "–", question.max_score())
                   : Label(question.type()),
               question.texts_size() > 0 ? question.texts(0).text() : ""});
  }
  table.Print(ctl.out, ctl.style);
  if (survey.products_size() > 0) {
    ctl.out << "about " << survey.product_id() << " of " << ProductsText(survey.products()) << '\n';
  }
  if (survey.answers_size() > 0) ctl.out << "so far: " << AnswersText(survey.answers()) << '\n';
  return absl::OkStatus();
}

struct Answer {
  std::string token, language, product, request_id;
  std::vector<std::string> answers;
  bool partial = false;
};

void Declare(CLI::App& app, Answer& a) {
  app.add_option("token", a.token, "Token of the invitation")->required();
  app.add_option("--set", a.answers,
                 "QUESTION=ANSWER, a number, a text, or ids with commas; repeatable")
      ->required();
  app.add_flag("--partial", a.partial, "More answers will follow");
  app.add_option("--language", a.language, "BCP 47");
  app.add_option("--product", a.product, "Of several to review (default: the first left)");
  app.add_option("--request-id", a.request_id, "UUID; the same one again changes nothing");
  app.footer("Example: huiyinctl survey answer TOKEN --set csat=5 --set \"comment=一句话解决\"");
}

absl::Status Run(Ctl& ctl, const Answer& a) {
  pb::ShowSurveyRequest show;
  show.set_token(a.token);
  show.set_product_id(a.product);
  HUIYIN_ASSIGN_OR_RETURN(const auto survey,
                          client::Call(ctl.connection(), &Stub::ShowSurvey, show));
  pb::SubmitAnswerRequest request;
  request.set_request_id(a.request_id.empty() ? ctl.NewId() : a.request_id);
  request.set_token(a.token);
  request.set_language(a.language);
  request.set_product_id(survey.product_id());
  request.set_complete(!a.partial);
  for (const std::string& text : a.answers) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
    auto& answer = *request.add_answers();
    answer.set_question_id(parts.first);
    auto type = pb::Question::TYPE_SCORE;
    for (const auto& question : survey.questions()) {
      if (question.question_id() == parts.first) type = question.type();
    }
    int32_t score = 0;
    if (type == pb::Question::TYPE_SCORE && absl::SimpleAtoi(parts.second, &score)) {
      answer.set_score(score);
    } else if (type == pb::Question::TYPE_SCORE || type == pb::Question::TYPE_TEXT) {
      answer.set_text(parts.second);
    } else {
      for (const auto& id : absl::StrSplit(parts.second, ',', absl::SkipEmpty())) {
        answer.mutable_picks()->add_ids(std::string(id));
      }
    }
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto response,
                          client::Call(ctl.connection(), &Stub::SubmitAnswer, request));
  if (ctl.PrintedAsJson(response)) return absl::OkStatus();
  if (a.partial) {
    ctl.out << "Kept. The survey can be resumed with the same token.\n";
    return absl::OkStatus();
  }
  const std::string& product = survey.product_id();
  ctl.out << "Thank you" << (product.empty() ? "" : " for reviewing " + product) << ". "
          << (response.complete()
                  ? "The survey is finished."
                  : "Still to review: " + absl::StrJoin(response.open_product_ids(), ", "))
          << '\n';
  return absl::OkStatus();
}

}  // namespace

void AddSurveyCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& survey = Group(app, "survey", "Was the problem solved; what do customers say");
  Command<Results>(survey, ctl, "results", "Scores with intervals, true response rates", Declare,
                   Run);
  Command<ThemesArgs>(survey, ctl, "themes", "What free texts are about", Declare, Run);
  Command<Invitations>(survey, ctl, "invitations", "Who was asked, newest first", Declare, Run);
  Command<Responses>(survey, ctl, "responses", "What they said, newest first", Declare, Run);
  Command<Surveys>(survey, ctl, "list", "The surveys themselves", Declare, Run);
  Command<ShowArgs>(survey, ctl, "show", "The questions behind a token", Declare, Run);
  Command<Answer>(survey, ctl, "answer", "Answer with a token", Declare, Run);
  AddSurveyDefinitions(survey, ctl);
}

}  // namespace huiyin::ctl
