// For tests: the triage service on SQLite with the model that ships, ingest's texts in memory, a
// clock that the test moves, and its RPCs called over the wire as a lead of tenant "t1".
#pragma once

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <string>

#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/triage/v1/triage_service.grpc.pb.h"
#include "libs/rpc/status.h"
#include "libs/testing/host/test_host.h"
#include "libs/testing/status.h"
#include "services/triage/app.h"
#include "services/triage/domain/text/model_for_tests.h"
#include "services/triage/usecase/message_source.h"

namespace huiyin::triage {

class MemoryMessages final : public MessageSource {
 public:
  absl::StatusOr<std::map<MessageId, std::string>> Fetch(
      const TenantId&, const std::vector<MessageId>& ids) override {
    std::map<MessageId, std::string> found;
    for (const MessageId& id : ids) {
      if (const auto it = texts.find(id); it != texts.end()) found.insert(*it);
    }
    return found;
  }
  std::map<MessageId, std::string> texts;
};

class TestDesk {
 public:
  TestDesk()
      : host_(ProgramWith([this](host::Host&) -> absl::StatusOr<std::shared_ptr<MessageSource>> {
                return messages_;
              }),
              db::Dialect::kSqlite, {{"model.file", ModelPath()}}) {}

  testing::FakeClock& clock() { return host_.fake_clock(); }
  testing::TestHost& host() { return host_; }
  std::string NewId() { return host_.ids().NewId(); }
  // A ticket id (UUID) that tests call by a short name.
  std::string Ticket(const std::string& name) {
    std::string& id = tickets_[name];
    if (id.empty()) id = NewId();
    return id;
  }

  template <class Stub, class In, class Out>
  absl::StatusOr<Out> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const In&, Out*),
                           const In& request, const std::string& tenant = "t1") {
    Stub stub(host_.channel());
    grpc::ClientContext context;
    host_.Prepare(context, {"lead"}, tenant, "lin");
    Out response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }
  template <class Stub, class In, class Out>
  Out Must(grpc::Status (Stub::*method)(grpc::ClientContext*, const In&, Out*), const In& request) {
    absl::StatusOr<Out> answer = Call(method, request);
    EXPECT_OK(answer);
    return answer.ok() ? *std::move(answer) : Out();
  }

  void Hear(const std::string& topic, const std::string& aggregate,
            const google::protobuf::Message& body) {
    EXPECT_OK(host_.Deliver("triage", topic, aggregate, body, clock().Now()));
  }
  void CustomerOpens(const std::string& ticket, const std::string& text,
                     const std::string& customer = "", const std::string& order = "") {
    event::v1::TicketCreated created;
    created.set_ticket_id(Ticket(ticket));
    created.set_message_id(Ticket(ticket) + "-1");
    created.set_customer_id(customer);
    created.set_order_id(order);
    created.set_channel(common::v1::CHANNEL_CHAT);
    messages_->texts[MessageId(created.message_id())] = text;
    Hear("ticket", created.ticket_id(), created);
  }
  v1::Decision DecisionOn(const std::string& ticket) {
    v1::GetDecisionRequest request;
    request.set_ticket_id(Ticket(ticket));
    return Must(&v1::TriageService::Stub::GetDecision, request);
  }

 private:
  const std::shared_ptr<MemoryMessages> messages_ = std::make_shared<MemoryMessages>();
  std::map<std::string, std::string> tickets_;
  testing::TestHost host_;
};

}  // namespace huiyin::triage
