// SurveyService: thin, every method one call to a use case or a list. service_definitions.cc holds
// the methods about surveys themselves.
#pragma once

#include <utility>

#include "huiyin/survey/v1/survey_service.grpc.pb.h"
#include "services/survey/rpc/calls.h"

namespace huiyin::survey {

// Thread-safe.
class SurveyServiceImpl final : public v1::SurveyService::CallbackService {
 public:
  // `methods` and what `parts` refers to must outlive the service.
  SurveyServiceImpl(rpc::Methods& methods, ServiceParts parts)
      : calls_(methods, std::move(parts)) {}

  grpc::ServerUnaryReactor* CreateSurvey(grpc::CallbackServerContext* context,
                                         const v1::CreateSurveyRequest* request,
                                         v1::Survey* response) override;
  grpc::ServerUnaryReactor* UpdateSurvey(grpc::CallbackServerContext* context,
                                         const v1::UpdateSurveyRequest* request,
                                         v1::Survey* response) override;
  grpc::ServerUnaryReactor* PublishSurvey(grpc::CallbackServerContext* context,
                                          const v1::PublishSurveyRequest* request,
                                          v1::Survey* response) override;
  grpc::ServerUnaryReactor* GetSurvey(grpc::CallbackServerContext* context,
                                      const v1::GetSurveyRequest* request,
                                      v1::Survey* response) override;
  grpc::ServerUnaryReactor* PreviewSurvey(grpc::CallbackServerContext* context,
                                          const v1::PreviewSurveyRequest* request,
                                          v1::PreviewSurveyResponse* response) override;
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
  grpc::ServerUnaryReactor* ListThemes(grpc::CallbackServerContext* context,
                                       const v1::ListThemesRequest* request,
                                       v1::ListThemesResponse* response) override;

 private:
  const Calls calls_;
};

}  // namespace huiyin::survey
