// The baseline of `ingest_vs_echo`, `survey_answers_vs_echo` and `create_rma_vs_echo`: a server
// that answers CreateTicket, SubmitAnswer and CreateRma on gRPC's callback API and does nothing
// else. Prints its port, then serves until its standard input ends.
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"

namespace {

namespace pb = huiyin::ingest::v1;
namespace survey = huiyin::survey::v1;
namespace aftersales = huiyin::aftersales::v1;

class Echo final : public pb::TicketService::CallbackService {
 public:
  grpc::ServerUnaryReactor* CreateTicket(grpc::CallbackServerContext* context,
                                         const pb::CreateTicketRequest*,
                                         pb::CreateTicketResponse*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class SurveyEcho final : public survey::SurveyService::CallbackService {
 public:
  grpc::ServerUnaryReactor* SubmitAnswer(grpc::CallbackServerContext* context,
                                         const survey::SubmitAnswerRequest*,
                                         survey::SubmitAnswerResponse*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class RmaEcho final : public aftersales::RmaService::CallbackService {
 public:
  grpc::ServerUnaryReactor* CreateRma(grpc::CallbackServerContext* context,
                                      const aftersales::CreateRmaRequest*,
                                      aftersales::Rma*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

}  // namespace

int main() {
  Echo echo;
  SurveyEcho survey_echo;
  RmaEcho rma_echo;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&echo);
  builder.RegisterService(&survey_echo);
  builder.RegisterService(&rma_echo);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) {
    std::fputs("bench_echo: cannot listen on a loopback port\n", stderr);
    return 1;
  }
  std::printf("%d\n", port);
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
  }
  return 0;
}
