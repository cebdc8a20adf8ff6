// SurveyService: thin, every method one call to a use case or a list.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"
#include "libs/rpc/methods.h"
#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// What the service is given instead of a database.
struct ServiceParts {
  // Opens a view on a snapshot for the time of the call.
  std::function<absl::Status(absl::FunctionRef<absl::Status(const View&)>)> open_view;
  // Opens a unit on the transaction for the time of the call.
  std::function<absl::Status(db::Transaction& tx, const std::string& traceparent,
                             absl::FunctionRef<absl::Status(Unit&)>)>
      open_unit;
  const Clock& clock;
  const SurveySetup& setup;
  std::string link_base;  // a link is this followed by a token; empty: none
};

// Thread-safe.
class SurveyServiceImpl final : public v1::SurveyService::CallbackService {
 public:
  // `methods` and what `parts` refers to must outlive the service.
  SurveyServiceImpl(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* ListSurveys(grpc::CallbackServerContext* context,
                                        const v1::ListSurveysRequest* request,
                                        v1::ListSurveysResponse* response) override;
  grpc::ServerUnaryReactor* ListInvitations(grpc::CallbackServerContext* context,
                                            const v1::ListInvitationsRequest* request,
                                            v1::ListInvitationsResponse* response) override;
  grpc::ServerUnaryReactor* GetInvitation(grpc::CallbackServerContext* context,
                                          const v1::GetInvitationRequest* request,
                                          v1::Invitation* response) override;
  grpc::ServerUnaryReactor* ShowSurvey(grpc::CallbackServerContext* context,
                                       const v1::ShowSurveyRequest* request,
                                       v1::ShowSurveyResponse* response) override;
  grpc::ServerUnaryReactor* SubmitAnswer(grpc::CallbackServerContext* context,
                                         const v1::SubmitAnswerRequest* request,
                                         v1::SubmitAnswerResponse* response) override;
  grpc::ServerUnaryReactor* ListResponses(grpc::CallbackServerContext* context,
                                          const v1::ListResponsesRequest* request,
                                          v1::ListResponsesResponse* response) override;
  grpc::ServerUnaryReactor* GetSurveyResults(grpc::CallbackServerContext* context,
                                             const v1::GetSurveyResultsRequest* request,
                                             v1::SurveyResults* response) override;

 private:
  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace huiyin::survey
