// A triage and an ingest that a test plays.
#pragma once

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "huiyin/triage/v1/triage_service.grpc.pb.h"

namespace huiyin::survey {

// Calls texts with "bad" in them negative, and is not sure with a "maybe".
class FakeTriage final : public triage::v1::TriageService::Service {
 public:
  grpc::Status ClassifyText(grpc::ServerContext*, const triage::v1::ClassifyTextRequest* request,
                            triage::v1::Classification* answer) override {
    answer->set_sentiment(request->text().find("bad") == std::string::npos
                              ? common::v1::SENTIMENT_NEUTRAL
                              : common::v1::SENTIMENT_NEGATIVE);
    answer->set_sentiment_probability(request->text().find("maybe") == std::string::npos ? 0.9F
                                                                                         : 0.6F);
    return grpc::Status::OK;
  }
};

// Keeps tickets by request id, as ingest does; the first call of each fails after its effect.
class FakeIngest final : public ingest::v1::TicketService::Service {
 public:
  grpc::Status CreateTicket(grpc::ServerContext*, const ingest::v1::CreateTicketRequest* request,
                            ingest::v1::CreateTicketResponse* response) override {
    std::lock_guard lock(mutex_);
    const bool first = tickets_.emplace(request->request_id(), request->feedback()).second;
    if (first) return {grpc::StatusCode::UNAVAILABLE, "the answer is lost"};
    response->mutable_ticket()->set_name("tenants/t1/tickets/" + request->request_id());
    return grpc::Status::OK;
  }
  grpc::Status AppendMessage(grpc::ServerContext*, const ingest::v1::AppendMessageRequest* request,
                             ingest::v1::AppendMessageResponse*) override {
    std::lock_guard lock(mutex_);
    notes_[request->request_id()] = *request;
    return grpc::Status::OK;
  }
  std::map<std::string, ingest::v1::Feedback> tickets() {
    std::lock_guard lock(mutex_);
    return tickets_;
  }
  std::map<std::string, ingest::v1::AppendMessageRequest> notes() {
    std::lock_guard lock(mutex_);
    return notes_;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, ingest::v1::Feedback> tickets_;
  std::map<std::string, ingest::v1::AppendMessageRequest> notes_;
};

struct Peers {
  Peers() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&triage);
    builder.RegisterService(&ingest);
    server = builder.BuildAndStart();
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port); }

  FakeTriage triage;
  FakeIngest ingest;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

}  // namespace huiyin::survey
