// The model learns on, over the wire: corrections to a candidate, the candidate in force without
// restart, back again, and a shadow that reads along.
#include <gmock/gmock.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "huiyin/triage/v1/model_service.grpc.pb.h"
#include "services/triage/test_desk.h"

namespace huiyin::triage {
namespace {

using ::huiyin::testing::HasReason;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

// A shop's own word that the shipped model cannot know: its "cloud card" is a membership.
constexpr std::string_view kOpenings[] = {"你好", "请问",   "麻烦看下", "在吗",
                                          "您好", "问一下", "客服",     "亲"};
constexpr std::string_view kMatters[] = {"云朵卡过期了还能用吗", "云朵卡怎么退不了",
                                         "云朵卡坏了",           "我的云朵卡什么时候发",
                                         "云朵卡要多少钱",       "云朵卡怎么换一张"};

class ModelsTest : public ::testing::Test {
 protected:
  template <class In, class Out>
  absl::StatusOr<Out> Call(grpc::Status (v1::ModelService::Stub::*method)(grpc::ClientContext*,
                                                                          const In&, Out*),
                           const In& request, std::vector<std::string> roles = {"platform"}) {
    v1::ModelService::Stub stub(desk_.host().channel());
    grpc::ClientContext context;
    desk_.host().Prepare(context, std::move(roles));
    Out response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }
  absl::StatusOr<v1::Model> Train(const std::string& request_id) {
    v1::ModelService::Stub stub(desk_.host().channel());
    grpc::ClientContext context;
    desk_.host().Prepare(context, {"platform"});
    v1::TrainCandidateRequest request;
    request.set_request_id(request_id);
    const auto reader = stub.TrainCandidate(&context, request);
    v1::TrainCandidateResponse answer;
    v1::Model model;
    steps_.clear();
    while (reader->Read(&answer)) {
      steps_.insert(answer.step());
      if (answer.has_model()) model = answer.model();
    }
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return model;
  }
  absl::StatusOr<v1::ModelInForce> Activate(const std::string& version) {
    v1::ActivateModelRequest request;
    request.set_request_id(desk_.NewId());
    request.set_version(version);
    return Call(&v1::ModelService::Stub::ActivateModel, request);
  }
  absl::StatusOr<v1::ModelInForce> Rollback() {
    v1::RollbackModelRequest request;
    request.set_request_id(desk_.NewId());
    return Call(&v1::ModelService::Stub::RollbackModel, request);
  }
  // Every replica has looked at the store again.
  void SomeSecondsPass() { desk_.clock().Advance(absl::Seconds(3)); }

  // Agents say of every message with the word that it is about `category`.
  void AgentsCorrect(common::v1::Category category) {
    for (std::string_view opening : kOpenings) {
      for (std::string_view matter : kMatters) {
        const std::string ticket = absl::StrCat("t-", ++tickets_);
        desk_.CustomerOpens(ticket, absl::StrCat(std::string(opening), "，", std::string(matter)));
        v1::CorrectDecisionRequest request;
        request.set_request_id(desk_.NewId());
        request.set_ticket_id(desk_.Ticket(ticket));
        request.set_decision_id(desk_.DecisionOn(ticket).decision_id());
        request.set_category(category);
        EXPECT_OK(desk_.Call(&v1::TriageService::Stub::CorrectDecision, request));
      }
    }
  }
  v1::Decision Decide(const std::string& text) {
    const std::string ticket = absl::StrCat("t-", ++tickets_);
    desk_.CustomerOpens(ticket, text);
    return desk_.DecisionOn(ticket);
  }

  TestDesk desk_;
  std::set<int> steps_;
  int tickets_ = 0;
};

TEST_F(ModelsTest, LearnsFromCorrectionsAndTakesOverWithoutRestartAndGoesBack) {
  const std::string shipped = ShippedModel().model_version();
  AgentsCorrect(common::v1::CATEGORY_ACCOUNT);
  const std::string request_id = desk_.NewId();
  const auto model = Train(request_id);
  ASSERT_OK(model);
  EXPECT_EQ(model->state(), v1::Model::STATE_READY) << model->reason();
  EXPECT_THAT(model->version(), StartsWith(shipped + "+"));
  EXPECT_GT(model->on_corrections().difference_low(), 0);
  EXPECT_GE(model->on_held_messages().messages(), 300);
  EXPECT_EQ(steps_.size(), 4u);
  const auto again = Train(request_id);
  ASSERT_OK(again);
  EXPECT_EQ(again->version(), model->version());

  ASSERT_OK(Activate(model->version()));
  SomeSecondsPass();
  const v1::Decision after = Decide("请问云朵卡怎么弄");
  EXPECT_EQ(after.classification().model_version(), model->version());
  EXPECT_EQ(after.classification().category(), common::v1::CATEGORY_ACCOUNT);
  const auto list = Call(&v1::ModelService::Stub::ListModels, v1::ListModelsRequest());
  ASSERT_OK(list);
  ASSERT_THAT(list->models(), SizeIs(1));
  EXPECT_TRUE(list->models(0).in_force());

  const auto back = Rollback();
  ASSERT_OK(back);
  EXPECT_EQ(back->version(), shipped);
  SomeSecondsPass();
  EXPECT_EQ(Decide("请问云朵卡怎么弄").classification().model_version(), shipped);
  EXPECT_THAT(Rollback(), HasReason("NOTHING_TO_ROLL_BACK"));
}

TEST_F(ModelsTest, RefusesTooFewCorrectionsAndWhatIsNotBetter) {
  EXPECT_THAT(Train(desk_.NewId()), HasReason("TOO_FEW_CORRECTIONS"));
  // What the model says already: nothing can be better.
  for (int i = 0; i < 8; ++i) {
    for (std::string_view matter : kMatters) {
      const std::string ticket = absl::StrCat("t-", ++tickets_);
      desk_.CustomerOpens(ticket, absl::StrCat("发票", i, std::string(matter)));
      const v1::Decision decision = desk_.DecisionOn(ticket);
      v1::CorrectDecisionRequest request;
      request.set_request_id(desk_.NewId());
      request.set_ticket_id(decision.ticket_id());
      request.set_decision_id(decision.decision_id());
      request.set_category(decision.classification().category());
      EXPECT_OK(desk_.Call(&v1::TriageService::Stub::CorrectDecision, request));
    }
  }
  const auto model = Train(desk_.NewId());
  ASSERT_OK(model);
  EXPECT_EQ(model->state(), v1::Model::STATE_REJECTED);
  EXPECT_THAT(model->reason(), HasSubstr("not better"));
  EXPECT_THAT(Activate(model->version()), HasReason("MODEL_REJECTED"));
}

TEST_F(ModelsTest, AShadowReadsAlongAndItsAgreementIsCounted) {
  EXPECT_THAT(Call(&v1::ModelService::Stub::GetShadowReport, v1::GetShadowReportRequest()),
              HasReason("NO_SHADOW"));
  AgentsCorrect(common::v1::CATEGORY_ACCOUNT);
  const auto model = Train(desk_.NewId());
  ASSERT_OK(model);
  v1::ShadowModelRequest request;
  request.set_request_id(desk_.NewId());
  request.set_version(model->version());
  ASSERT_OK(Call(&v1::ModelService::Stub::ShadowModel, request));
  SomeSecondsPass();
  EXPECT_EQ(Decide("我要开发票，抬头是公司").classification().model_version(),
            ShippedModel().model_version());
  Decide("我的云朵卡什么时候发");
  const auto report = Call(&v1::ModelService::Stub::GetShadowReport, v1::GetShadowReportRequest());
  ASSERT_OK(report);
  EXPECT_EQ(report->decisions(), 2);
  EXPECT_EQ(report->same_category(), 1);
  EXPECT_EQ(report->shadow_version(), model->version());

  request.set_request_id(desk_.NewId());
  request.clear_version();
  ASSERT_OK(Call(&v1::ModelService::Stub::ShadowModel, request));
  SomeSecondsPass();
  Decide("我要退货");
  EXPECT_THAT(Call(&v1::ModelService::Stub::GetShadowReport, v1::GetShadowReportRequest()),
              HasReason("NO_SHADOW"));
}

TEST_F(ModelsTest, AgentsDoNotChooseModels) {
  v1::RollbackModelRequest request;
  request.set_request_id(desk_.NewId());
  EXPECT_THAT(Call(&v1::ModelService::Stub::RollbackModel, request, {"agent"}),
              testing::StatusIs(absl::StatusCode::kPermissionDenied));
  request.set_request_id("not a uuid");
  EXPECT_THAT(Call(&v1::ModelService::Stub::RollbackModel, request),
              testing::StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace huiyin::triage
