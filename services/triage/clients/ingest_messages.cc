#include "services/triage/clients/ingest_messages.h"

#include <algorithm>
#include <span>

#include "absl/strings/str_cat.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "libs/core/status.h"

namespace huiyin::triage {
namespace {

namespace pb = ::huiyin::ingest::v1;

constexpr size_t kIdsPerCall = 500;  // BatchGetMessagesRequest.message_ids

class IngestMessages final : public MessageSource {
 public:
  IngestMessages(std::shared_ptr<grpc::Channel> channel, rpc::TokenSource& tokens,
                 const Clock& clock, absl::Duration timeout)
      : stub_(pb::TicketService::NewStub(channel)),
        tokens_(tokens),
        clock_(clock),
        timeout_(timeout) {}

  absl::StatusOr<std::map<MessageId, std::string>> Fetch(
      const TenantId& tenant, const std::vector<MessageId>& ids) override {
    std::vector<MessageId> wanted = ids;
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    std::map<MessageId, std::string> texts;
    for (size_t at = 0; at < wanted.size(); at += kIdsPerCall) {
      const size_t count = std::min(kIdsPerCall, wanted.size() - at);
      HUIYIN_RETURN_IF_ERROR(FetchSome(tenant, std::span(wanted).subspan(at, count), texts));
    }
    return texts;
  }

 private:
  absl::Status FetchSome(const TenantId& tenant, std::span<const MessageId> ids,
                         std::map<MessageId, std::string>& texts) {
    pb::BatchGetMessagesRequest request;
    for (const MessageId& id : ids) request.add_message_ids(id.value());
    grpc::ClientContext context;
    rpc::Prepare(context, tokens_, tenant, clock_.Now() + timeout_, "");
    pb::BatchGetMessagesResponse response;
    const grpc::Status status = stub_->BatchGetMessages(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    for (pb::BatchGetMessagesResponse::MessageInTicket& found : *response.mutable_messages()) {
      std::string& text = texts[MessageId(found.message().id())];
      text = std::move(*found.mutable_message()->mutable_body());
      if (!found.subject().empty()) text = absl::StrCat(found.subject(), "\n", text);
    }
    return absl::OkStatus();
  }

  const std::unique_ptr<pb::TicketService::Stub> stub_;
  rpc::TokenSource& tokens_;
  const Clock& clock_;
  const absl::Duration timeout_;
};

}  // namespace

std::unique_ptr<MessageSource> MakeIngestMessages(std::shared_ptr<grpc::Channel> channel,
                                                  rpc::TokenSource& tokens, const Clock& clock,
                                                  absl::Duration timeout) {
  return std::make_unique<IngestMessages>(std::move(channel), tokens, clock, timeout);
}

}  // namespace huiyin::triage
