#include "services/survey/clients/ticket_desk.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::survey {
namespace {

namespace pb = ::huiyin::ingest::v1;

std::string TicketName(const TenantId& tenant, const TicketId& ticket) {
  return absl::StrCat("tenants/", tenant.value(), "/tickets/", ticket.value());
}

class IngestDesk final : public TicketDesk {
 public:
  IngestDesk(const std::shared_ptr<grpc::Channel>& channel, rpc::TokenSource& tokens,
             const Clock& clock, absl::Duration timeout)
      : stub_(pb::TicketService::NewStub(channel)),
        tokens_(tokens),
        clock_(clock),
        timeout_(timeout) {}

  absl::StatusOr<TicketId> Open(const RecoveryCase& recovery) override {
    pb::CreateTicketRequest request;
    request.set_request_id(RequestIdFor(recovery, "ticket"));
    pb::Feedback* feedback = request.mutable_feedback();
    // Without a channel identity: every unhappy answer or review is a ticket of its own.
    const bool review = recovery.rating > 0;
    feedback->set_channel(review ? common::v1::CHANNEL_REVIEW : common::v1::CHANNEL_SURVEY);
    feedback->set_customer_id(recovery.customer.value());
    feedback->set_external_message_id(
        absl::StrCat(review ? "review-" : "survey-", recovery.id.value()));
    *feedback->mutable_sent_time() = rpc::ToProto(recovery.created_at);
    feedback->set_subject(absl::StrCat("Make good: ", recovery.score));
    feedback->set_language(recovery.language);
    feedback->set_order_id(recovery.order.value());
    feedback->set_product_id(recovery.product);
    if (review) {
      feedback->mutable_review()->set_text(recovery.comment);
      feedback->mutable_review()->set_rating(static_cast<uint32_t>(recovery.rating));
    } else {
      feedback->set_text(TicketText(recovery));
    }
    grpc::ClientContext context;
    Prepare(context, recovery.tenant);
    pb::CreateTicketResponse response;
    const grpc::Status status = stub_->CreateTicket(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    const std::string& name = response.ticket().name();
    const TicketId ticket(name.substr(name.rfind('/') + 1));
    HUIYIN_RETURN_IF_ERROR(Note(recovery, ticket, "link", LinkNote(recovery)));
    return ticket;
  }

  absl::Status NoteOnOrigin(const RecoveryCase& recovery) override {
    if (recovery.origin.empty()) return absl::OkStatus();
    const absl::Status noted = Note(recovery, recovery.origin, "origin", OriginNote(recovery));
    // A ticket that is gone or takes no notes any more is no reason to wait.
    const bool cannot = absl::IsNotFound(noted) || absl::IsFailedPrecondition(noted);
    return cannot ? absl::OkStatus() : noted;
  }

 private:
  void Prepare(grpc::ClientContext& context, const TenantId& tenant) {
    rpc::Prepare(context, tokens_, tenant, clock_.Now() + timeout_, "");
  }

  absl::Status Note(const RecoveryCase& recovery, const TicketId& ticket, std::string_view purpose,
                    const std::string& text) {
    pb::AppendMessageRequest request;
    request.set_request_id(RequestIdFor(recovery, purpose));
    request.set_ticket(TicketName(recovery.tenant, ticket));
    request.set_author(pb::AUTHOR_KIND_SYSTEM);
    request.set_author_id("survey");
    request.set_internal(true);
    request.set_body(text);
    grpc::ClientContext context;
    Prepare(context, recovery.tenant);
    pb::AppendMessageResponse response;
    return rpc::FromGrpc(stub_->AppendMessage(&context, request, &response));
  }

  const std::unique_ptr<pb::TicketService::Stub> stub_;
  rpc::TokenSource& tokens_;
  const Clock& clock_;
  const absl::Duration timeout_;
};

}  // namespace

std::unique_ptr<TicketDesk> MakeTicketDesk(std::shared_ptr<grpc::Channel> channel,
                                           rpc::TokenSource& tokens, const Clock& clock,
                                           absl::Duration timeout) {
  return std::make_unique<IngestDesk>(std::move(channel), tokens, clock, timeout);
}

}  // namespace huiyin::survey
