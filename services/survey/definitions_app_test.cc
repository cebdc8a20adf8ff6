// Writing surveys and the policy by RPC, on both databases: versions, field-precise errors,
// preview, and what they change for customers.
#include <gmock/gmock.h>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/survey/v1/policy_service.grpc.pb.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"
#include "libs/rpc/status.h"
#include "libs/testing/host/test_host.h"
#include "libs/testing/status.h"
#include "services/survey/app.h"

namespace huiyin::survey {
namespace {

namespace ev = huiyin::event::v1;
namespace pb = huiyin::survey::v1;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::HasReason;
using testing::StatusIs;

class DefinitionsAppTest : public ::testing::TestWithParam<db::Dialect> {
 protected:
  DefinitionsAppTest()
      : host_(Program(), GetParam()),
        surveys_(pb::SurveyService::NewStub(host_.channel())),
        policies_(pb::PolicyService::NewStub(host_.channel())) {}

  template <class Stub, class Request, class Answer>
  absl::StatusOr<Answer> Call(
      Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Answer*),
      const Request& request, const std::string& role = "lead", const std::string& tenant = "t1",
      const std::string& subject = "someone") {
    grpc::ClientContext context;
    host_.Prepare(context, {role}, tenant, subject);
    Answer answer;
    const grpc::Status status = (stub.*method)(&context, request, &answer);
    if (!status.ok()) return rpc::FromGrpc(status);
    return answer;
  }
  std::string NewId() { return host_.ids().NewId(); }

  // csat; up to 2 → why, then comment; from 3 → comment.
  static pb::Survey Content() {
    pb::Survey survey;
    auto* csat = survey.add_questions();
    csat->set_question_id("csat");
    csat->set_type(pb::Question::TYPE_SCORE);
    csat->set_kind(pb::SURVEY_KIND_CSAT);
    csat->set_required(true);
    AddText("en", "Satisfied?", csat->mutable_texts());
    AddText("ar", "هل أنت راض؟", csat->mutable_texts());
    csat->add_branches()->set_min_score(3);
    csat->mutable_branches(0)->set_next_question_id("comment");
    auto* why = survey.add_questions();
    why->set_question_id("why");
    why->set_type(pb::Question::TYPE_MULTIPLE_CHOICE);
    AddText("en", "Why?", why->mutable_texts());
    for (const char* id : {"late", "rude"}) {
      auto* choice = why->add_choices();
      choice->set_choice_id(id);
      AddText("en", id, choice->mutable_texts());
    }
    auto* comment = survey.add_questions();
    comment->set_question_id("comment");
    comment->set_type(pb::Question::TYPE_TEXT);
    AddText("en", "<b>More?</b>", comment->mutable_texts());
    return survey;
  }
  static void AddText(const char* language, const char* text,
                      google::protobuf::RepeatedPtrField<pb::LocalizedText>* out) {
    auto* to = out->Add();
    to->set_language(language);
    to->set_text(text);
  }
  absl::StatusOr<pb::Survey> Create(const pb::Survey& content, const std::string& id = "shop") {
    pb::CreateSurveyRequest request;
    request.set_parent("tenants/t1");
    request.set_survey_id(id);
    *request.mutable_survey() = content;
    request.set_request_id(NewId());
    return Call(*surveys_, &pb::SurveyService::Stub::CreateSurvey, request);
  }
  absl::StatusOr<pb::Survey> Publish(const std::string& etag) {
    pb::PublishSurveyRequest request;
    request.set_name("tenants/t1/surveys/shop");
    request.set_etag(etag);
    request.set_request_id(NewId());
    return Call(*surveys_, &pb::SurveyService::Stub::PublishSurvey, request);
  }
  absl::StatusOr<pb::SurveyPolicy> SetPolicy(pb::SurveyPolicy policy) {
    pb::UpdateSurveyPolicyRequest request;
    policy.set_name("tenants/t1/surveyPolicy");
    *request.mutable_policy() = std::move(policy);
    request.set_request_id(NewId());
    return Call(*policies_, &pb::PolicyService::Stub::UpdateSurveyPolicy, request);
  }
  absl::StatusOr<pb::SurveyPolicy> GetPolicy() {
    pb::GetSurveyPolicyRequest request;
    request.set_name("tenants/t1/surveyPolicy");
    return Call(*policies_, &pb::PolicyService::Stub::GetSurveyPolicy, request);
  }

  testing::TestHost host_;
  std::unique_ptr<pb::SurveyService::Stub> surveys_;
  std::unique_ptr<pb::PolicyService::Stub> policies_;
};
HUIYIN_ON_ALL_DATABASES(DefinitionsAppTest);

TEST_P(DefinitionsAppTest, ADraftBecomesAVersionThatStays) {
  const auto draft = Create(Content());
  ASSERT_OK(draft);
  EXPECT_EQ(draft->version(), 1u);
  EXPECT_EQ(draft->state(), pb::Survey::STATE_DRAFT);
  EXPECT_EQ(draft->kind(), pb::SURVEY_KIND_CSAT);
  EXPECT_THAT(Create(Content()), HasReason("SURVEY_EXISTS"));
  EXPECT_THAT(Create(Content(), "ticket"), HasReason("SURVEY_EXISTS"));
  ASSERT_OK(Publish(draft->etag()));
  EXPECT_THAT(Publish(""), HasReason("NO_DRAFT"));

  pb::UpdateSurveyRequest update;
  update.mutable_survey()->set_name("tenants/t1/surveys/shop");
  *update.mutable_survey()->mutable_questions() = Content().questions();
  update.mutable_survey()->mutable_questions(2)->mutable_texts(0)->set_text("Anything else?");
  update.mutable_update_mask()->add_paths("questions");
  update.mutable_survey()->set_etag(draft->etag());
  update.set_request_id(NewId());
  EXPECT_THAT(Call(*surveys_, &pb::SurveyService::Stub::UpdateSurvey, update),
              HasReason("ETAG_MISMATCH"));
  update.mutable_survey()->set_etag("");
  const auto second = Call(*surveys_, &pb::SurveyService::Stub::UpdateSurvey, update);
  ASSERT_OK(second);
  EXPECT_EQ(second->version(), 2u);

  pb::GetSurveyRequest get;
  get.set_name("tenants/t1/surveys/shop");
  get.set_version(1);
  const auto first = Call(*surveys_, &pb::SurveyService::Stub::GetSurvey, get, "agent");
  ASSERT_OK(first);
  EXPECT_EQ(first->questions(2).texts(0).text(), "<b>More?</b>");
  get.set_version(3);
  EXPECT_THAT(Call(*surveys_, &pb::SurveyService::Stub::GetSurvey, get),
              HasReason("SURVEY_NOT_FOUND"));
  get.set_version(0);
  EXPECT_THAT(Call(*surveys_, &pb::SurveyService::Stub::GetSurvey, get, "lead", "t2"),
              HasReason("SURVEY_NOT_FOUND"));
}

TEST_P(DefinitionsAppTest, EveryViolationIsNamedAtOnce) {
  pb::Survey survey = Content();
  survey.mutable_questions(0)->mutable_branches(0)->set_next_question_id("nowhere");
  survey.mutable_questions(1)->mutable_choices(1)->set_choice_id("late");
  survey.mutable_questions(2)->clear_texts();
  const auto refused = Create(survey, "Bad Id");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  std::vector<std::string> fields;
  for (const Violation& violation : Violations(refused.status())) fields.push_back(violation.field);
  EXPECT_THAT(fields,
              ElementsAre("survey_id", "survey.questions[0].branches[0].next_question_id",
                          "survey.questions[1].choices[1].choice_id", "survey.questions[2].texts"));
}

TEST_P(DefinitionsAppTest, PreviewFollowsBranchesAndGivesPlainJson) {
  ASSERT_OK(Create(Content()));
  pb::PreviewSurveyRequest request;
  request.set_name("tenants/t1/surveys/shop");
  request.set_language("ar");
  auto* answer = request.add_answers();
  answer->set_question_id("csat");
  answer->set_score(5);
  const auto preview = Call(*surveys_, &pb::SurveyService::Stub::PreviewSurvey, request);
  ASSERT_OK(preview);
  EXPECT_THAT(std::vector<std::string>(preview->asked_question_ids().begin(),
                                       preview->asked_question_ids().end()),
              ElementsAre("csat", "comment"));
  EXPECT_TRUE(preview->form().right_to_left());
  EXPECT_EQ(preview->form().questions(1).texts(0).language(), "en");
  // Markup stays the text it is, escaped as JSON wants it.
  EXPECT_NE(preview->form().json().find("\\u003cb\\u003eMore?"), std::string::npos)
      << preview->form().json();
  answer->set_score(9);
  EXPECT_THAT(Call(*surveys_, &pb::SurveyService::Stub::PreviewSurvey, request),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_P(DefinitionsAppTest, ListsPageThroughBuiltInAndOwnSurveys) {
  ASSERT_OK(Create(Content()));
  pb::ListSurveysRequest request;
  request.set_parent("tenants/t1");
  request.set_page_size(4);
  std::vector<std::string> names;
  do {
    const auto page = Call(*surveys_, &pb::SurveyService::Stub::ListSurveys, request);
    ASSERT_OK(page);
    for (const auto& survey : page->surveys()) names.push_back(survey.name());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(names.size(), 6u);
  EXPECT_THAT(names, Contains("tenants/t1/surveys/shop"));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST_P(DefinitionsAppTest, ThePolicyDecidesWhoIsAskedWhat) {
  const auto before = GetPolicy();
  ASSERT_OK(before);
  EXPECT_EQ(before->rules_size(), 2);
  EXPECT_FALSE(before->has_update_time());

  pb::SurveyPolicy policy = *before;
  auto* rule = policy.add_rules();
  rule->set_rule_id("delivered");
  rule->set_trigger(pb::SURVEY_TRIGGER_ORDER_DELIVERED);
  rule->set_survey_id("shop");
  rule->mutable_delay()->set_seconds(3600);
  EXPECT_THAT(Violations(SetPolicy(policy).status()),
              ElementsAre(::testing::Field(&Violation::field, "policy.rules[2].survey_id")));
  const auto draft = Create(Content());
  ASSERT_OK(draft);
  ASSERT_OK(Publish(""));
  ASSERT_OK(SetPolicy(policy));
  EXPECT_THAT(SetPolicy(policy), HasReason("ETAG_MISMATCH"));

  ev::OrderUpserted order;
  order.set_order_id("order-1");
  order.set_customer_id("c1");
  order.set_tier(huiyin::common::v1::CUSTOMER_TIER_GOLD);
  order.set_country("JP");
  order.mutable_delivered_at()->set_seconds(absl::ToUnixSeconds(host_.clock().Now()));
  // Told twice, asked once.
  ASSERT_OK(host_.Deliver("survey", "order", "order-1", order, host_.clock().Now()));
  ASSERT_OK(host_.Deliver("survey", "order", "order-1", order, host_.clock().Now()));
  host_.fake_clock().Advance(absl::Hours(1));
  host_.FireTimers();
  pb::ListInvitationsRequest list;
  list.set_parent("tenants/t1");
  list.set_customer_id("c1");
  const auto invitations = Call(*surveys_, &pb::SurveyService::Stub::ListInvitations, list);
  ASSERT_OK(invitations);
  ASSERT_EQ(invitations->invitations_size(), 1);
  EXPECT_EQ(invitations->invitations(0).survey(), "tenants/t1/surveys/shop");
  EXPECT_EQ(invitations->invitations(0).order_id(), "order-1");
  EXPECT_EQ(invitations->invitations(0).state(), pb::Invitation::STATE_INVITED);
}

TEST_P(DefinitionsAppTest, CustomersSpeakForThemselvesOnly) {
  pb::UpdateContactPreferenceRequest request;
  request.set_request_id(NewId());
  auto* preference = request.mutable_preference();
  preference->set_name("tenants/t1/contactPreferences/c1");
  preference->set_consent(pb::ContactPreference::CONSENT_REFUSED);
  const auto method = &pb::PolicyService::Stub::UpdateContactPreference;
  EXPECT_THAT(Call(*policies_, method, request, "customer", "t1", "c2"),
              HasReason("CUSTOMER_NOT_FOUND"));
  ASSERT_OK(Call(*policies_, method, request, "customer", "t1", "c1"));
  preference->set_time_zone("Mars/Base");
  preference->set_language("!");
  request.set_request_id("no");
  EXPECT_EQ(Violations(Call(*policies_, method, request).status()).size(), 3u);

  ev::TicketStateChanged resolved;
  resolved.set_ticket_id("ticket-1");
  resolved.set_customer_id("c1");
  resolved.set_to(ev::TICKET_LIFECYCLE_RESOLVED);
  ASSERT_OK(host_.Deliver("survey", "ticket", "ticket-1", resolved, host_.clock().Now()));
  host_.FireTimers();
  pb::ListInvitationsRequest list;
  list.set_parent("tenants/t1");
  const auto invitations = Call(*surveys_, &pb::SurveyService::Stub::ListInvitations, list);
  ASSERT_OK(invitations);
  ASSERT_EQ(invitations->invitations_size(), 1);
  EXPECT_EQ(invitations->invitations(0).suppression(), "NO_CONSENT");
  EXPECT_EQ(host_.Published("huiyin.event.v1.SurveyInvited"), 0);
}

TEST_P(DefinitionsAppTest, ResultsTellGroupsApartAndThemesTellWhatTheyMean) {
  const auto answer = [&](const std::string& ticket, int channel, int csat, const char* comment) {
    ev::TicketStateChanged resolved;
    resolved.set_ticket_id(ticket);
    resolved.set_customer_id("c-" + ticket);
    resolved.set_channel(static_cast<huiyin::common::v1::Channel>(channel));
    resolved.set_to(ev::TICKET_LIFECYCLE_RESOLVED);
    ASSERT_OK(host_.Deliver("survey", "ticket", ticket, resolved, host_.clock().Now()));
    host_.FireTimers();
    if (csat == 0) return;
    pb::ListInvitationsRequest list;
    list.set_parent("tenants/t1");
    list.set_ticket_id(ticket);
    const auto invitations = Call(*surveys_, &pb::SurveyService::Stub::ListInvitations, list);
    ASSERT_OK(invitations);
    pb::SubmitAnswerRequest submit;
    submit.set_token(invitations->invitations(0).token());
    submit.set_complete(true);
    submit.set_request_id(NewId());
    submit.add_answers()->set_question_id("csat");
    submit.mutable_answers(0)->set_score(csat);
    submit.add_answers()->set_question_id("comment");
    submit.mutable_answers(1)->set_text(comment);
    ASSERT_OK(Call(*surveys_, &pb::SurveyService::Stub::SubmitAnswer, submit));
  };
  answer("1", 2, 1, "快递太慢");
  answer("2", 2, 2, "快递员态度差");
  answer("3", 2, 5, "满意");
  answer("4", 5, 0, "");
  pb::GetSurveyResultsRequest ask;
  ask.set_parent("tenants/t1");
  ask.set_group_by(pb::RESULT_DIMENSION_CHANNEL);
  const auto results = Call(*surveys_, &pb::SurveyService::Stub::GetSurveyResults, ask);
  ASSERT_OK(results);
  EXPECT_EQ(results->responses().invited(), 4);
  ASSERT_EQ(results->groups_size(), 2);
  EXPECT_EQ(results->groups(0).value(), "CHAT");
  EXPECT_EQ(results->groups(0).responses().answered(), 3);
  EXPECT_EQ(results->groups(1).value(), "EMAIL");
  EXPECT_EQ(results->groups(1).share_of_answered(), 0);
  EXPECT_NEAR(results->non_response_bias(), 0.25, 1e-9);
  pb::ListThemesRequest themes;
  themes.set_parent("tenants/t1");
  const auto found = Call(*surveys_, &pb::SurveyService::Stub::ListThemes, themes);
  ASSERT_OK(found);
  ASSERT_GE(found->themes_size(), 1);
  EXPECT_EQ(found->themes(0).term(), "快递");
  EXPECT_EQ(found->themes(0).low_scores(), 2);
}

}  // namespace
}  // namespace huiyin::survey
