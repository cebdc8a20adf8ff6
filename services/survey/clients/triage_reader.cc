#include "services/survey/clients/triage_reader.h"

#include <utility>

#include "huiyin/triage/v1/triage_service.grpc.pb.h"

namespace huiyin::survey {
namespace {

namespace pb = ::huiyin::triage::v1;

// A guess is no reason to open a ticket for a customer whose score was fine.
constexpr float kSure = 0.8F;

class TriageReader final : public CommentReader {
 public:
  TriageReader(const std::shared_ptr<grpc::Channel>& channel, rpc::TokenSource& tokens,
               const Clock& clock, absl::Duration timeout)
      : stub_(pb::TriageService::NewStub(channel)),
        tokens_(tokens),
        clock_(clock),
        timeout_(timeout) {}

  absl::StatusOr<bool> IsNegative(const TenantId& tenant, const std::string& text) override {
    pb::ClassifyTextRequest request;
    request.set_text(text);
    grpc::ClientContext context;
    rpc::Prepare(context, tokens_, tenant, clock_.Now() + timeout_, "");
    pb::Classification answer;
    const grpc::Status status = stub_->ClassifyText(&context, request, &answer);
    if (!status.ok()) return rpc::FromGrpc(status);
    return answer.sentiment() == common::v1::SENTIMENT_NEGATIVE &&
           answer.sentiment_probability() >= kSure;
  }

 private:
  const std::unique_ptr<pb::TriageService::Stub> stub_;
  rpc::TokenSource& tokens_;
  const Clock& clock_;
  const absl::Duration timeout_;
};

}  // namespace

std::unique_ptr<CommentReader> MakeTriageReader(std::shared_ptr<grpc::Channel> channel,
                                                rpc::TokenSource& tokens, const Clock& clock,
                                                absl::Duration timeout) {
  return std::make_unique<TriageReader>(std::move(channel), tokens, clock, timeout);
}

}  // namespace huiyin::survey
