// The ingest service in a test, with its stubs at hand.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "huiyin/ingest/v1/customer_service.grpc.pb.h"
#include "huiyin/ingest/v1/evidence_service.grpc.pb.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "libs/rpc/channel.h"
#include "libs/testing/host/test_host.h"
#include "libs/testing/status.h"
#include "services/ingest/app.h"

namespace huiyin::ingest {

struct EvidenceFolder {
  testing::TempDir folder;  // there before the service is and as long
};

class TestHost final : private EvidenceFolder, public testing::TestHost {
 public:
  explicit TestHost(db::Dialect dialect = db::Dialect::kSqlite)
      : testing::TestHost(Program(), dialect, {{"upload.folder", folder.path()}},
                          SystemClock().Now()) {
    StartBackground();
  }

  v1::TicketService::Stub& tickets() { return *tickets_; }
  v1::EvidenceService::Stub& evidence() { return *evidence_; }
  v1::CustomerService::Stub& customers() { return *customers_; }

  // A call's context: 30 s to answer, and a token of this role.
  struct Call {
    grpc::ClientContext context;
  };
  std::unique_ptr<Call> As(const std::string& role, const std::string& subject = "shop",
                           const std::string& tenant = "acme") {
    auto call = std::make_unique<Call>();
    Prepare(call->context, {role}, tenant, subject);
    return call;
  }
  // Unary calls: host.Ask(&v1::TicketService::Stub::GetTicket, request, host.As("agent")).
  template <class Stub, class In, class Out>
  absl::StatusOr<Out> Ask(Stub& stub,
                          grpc::Status (Stub::*method)(grpc::ClientContext*, const In&, Out*),
                          const In& request, const std::unique_ptr<Call>& call) {
    Out answer;
    const grpc::Status status = (stub.*method)(&call->context, request, &answer);
    if (!status.ok()) return rpc::FromGrpc(status);
    return answer;
  }
  std::string NewId() { return ids().NewId(); }

  int64_t Count(const std::string& table) {
    int64_t count = -1;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT COUNT(*) FROM " + table, {},
                           [&](const db::Row& row) { count = row.Int(0); });
    }));
    return count;
  }

 private:
  std::unique_ptr<v1::TicketService::Stub> tickets_ = v1::TicketService::NewStub(channel());
  std::unique_ptr<v1::EvidenceService::Stub> evidence_ = v1::EvidenceService::NewStub(channel());
  std::unique_ptr<v1::CustomerService::Stub> customers_ = v1::CustomerService::NewStub(channel());
};

}  // namespace huiyin::ingest
