#include "services/ingest/rpc/convert.h"

#include "absl/strings/str_cat.h"
#include "services/ingest/usecase/ticket_access.h"

namespace huiyin::ingest {
namespace {

// The domain's numbers are the API's.
static_assert(static_cast<int>(State::kMerged) == pb::TICKET_STATE_MERGED);
static_assert(static_cast<int>(Author::kSystem) == pb::AUTHOR_KIND_SYSTEM);
static_assert(static_cast<int>(Outcome::kDuplicate) == pb::INTAKE_OUTCOME_DUPLICATE);

std::string Name(const TenantId& tenant, std::string_view collection, std::string_view id) {
  return absl::StrCat("tenants/", tenant.value(), "/", std::string(collection), "/",
                      std::string(id));
}

void ToProto(const Triage& triage, pb::Triage* out) {
  out->set_decision_id(triage.decision_id);
  out->set_category(static_cast<huiyin::common::v1::Category>(triage.category));
  out->set_second_category(static_cast<huiyin::common::v1::Category>(triage.second_category));
  out->set_sentiment(static_cast<huiyin::common::v1::Sentiment>(triage.sentiment));
  out->set_urgency(static_cast<huiyin::common::v1::Urgency>(triage.urgency));
  out->set_priority(static_cast<huiyin::common::v1::Priority>(triage.priority));
  out->set_language(triage.language);
  out->set_queue(triage.queue);
  out->set_needs_review(triage.needs_review);
}

void ToProto(const TenantId& tenant, const Attachment& attachment, pb::Attachment* out) {
  if (!attachment.upload.empty()) {
    out->set_upload(Name(tenant, "uploads", attachment.upload.value()));
  }
  out->set_file_name(attachment.file_name);
  out->set_content_type(attachment.content_type);
  out->set_size_bytes(attachment.size);
}

void ToProto(const FormFields& form, pb::FormFields* out) {
  out->set_customer_name(form.customer_name);
  out->set_order_number(form.order_number);
  for (const std::string& tag : form.type_tags) out->add_type_tags(tag);
}

void ToProto(const CallData& call, pb::CallData* out) {
  out->set_caller(call.caller);
  out->set_recording_url(call.recording_url);
  const int64_t seconds = absl::ToInt64Seconds(call.duration);
  out->mutable_duration()->set_seconds(seconds);
  out->mutable_duration()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(call.duration - absl::Seconds(seconds))));
}

}  // namespace

void ToProto(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  const int64_t seconds = micros >= 0 ? micros / 1000000 : (micros - 999999) / 1000000;
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>((micros - seconds * 1000000) * 1000));
}

void ToProto(const Ticket& ticket, pb::Ticket* out) {
  out->set_name(Name(ticket.tenant, "tickets", ticket.id.value()));
  out->set_id(ticket.id.value());
  out->set_state(static_cast<pb::TicketState>(ticket.state));
  out->set_channel(static_cast<huiyin::common::v1::Channel>(ticket.identity.channel));
  out->set_external_user_id(ticket.identity.external_user_id);
  out->set_customer_id(ticket.customer.value());
  out->set_subject(ticket.subject);
  out->set_order_id(ticket.order.value());
  out->set_product_id(ticket.product.value());
  out->set_assignee(ticket.assignee);
  if (!ticket.triage.decision_id.empty()) ToProto(ticket.triage, out->mutable_triage());
  out->set_rating(static_cast<uint32_t>(ticket.rating));
  out->set_message_count(static_cast<uint32_t>(ticket.message_count));
  out->set_reopened_count(static_cast<uint32_t>(ticket.reopened_count));
  if (!ticket.merged_into.empty()) {
    out->set_merged_into(Name(ticket.tenant, "tickets", ticket.merged_into.value()));
  }
  if (!ticket.follows.empty()) {
    out->set_follows(Name(ticket.tenant, "tickets", ticket.follows.value()));
  }
  ToProto(ticket.created_at, out->mutable_create_time());
  ToProto(ticket.updated_at, out->mutable_update_time());
  const auto optional = [](const std::optional<absl::Time>& time, auto mutable_field) {
    if (time.has_value()) ToProto(*time, mutable_field());
  };
  optional(ticket.first_response_at, [&] { return out->mutable_first_response_time(); });
  optional(ticket.last_customer_message_at,
           [&] { return out->mutable_last_customer_message_time(); });
  optional(ticket.last_agent_message_at, [&] { return out->mutable_last_agent_message_time(); });
  optional(ticket.waiting_since, [&] { return out->mutable_waiting_since(); });
  optional(ticket.resolved_at, [&] { return out->mutable_resolve_time(); });
  optional(ticket.closed_at, [&] { return out->mutable_close_time(); });
  optional(ticket.snoozed_until, [&] { return out->mutable_snoozed_until(); });
  out->set_etag(Etag(ticket));
}

void ToProto(const TenantId& tenant, const Message& message, pb::Message* out) {
  out->set_name(
      absl::StrCat(Name(tenant, "tickets", message.ticket.value()), "/messages/", message.number));
  out->set_id(MessageId(message.ticket, message.number));
  out->set_ticket_id(message.ticket.value());
  out->set_author(static_cast<pb::AuthorKind>(message.author));
  out->set_author_id(message.author_id);
  out->set_public_(message.is_public);
  out->set_channel(static_cast<huiyin::common::v1::Channel>(message.identity.channel));
  out->set_external_user_id(message.identity.external_user_id);
  out->set_external_message_id(message.external_id);
  out->set_body(message.body);
  out->set_language(message.language);
  for (const Attachment& attachment : message.attachments) {
    ToProto(tenant, attachment, out->add_attachments());
  }
  if (message.form.has_value()) ToProto(*message.form, out->mutable_form());
  if (message.call.has_value()) ToProto(*message.call, out->mutable_call());
  out->set_rating(static_cast<uint32_t>(message.rating));
  ToProto(message.sent_at, out->mutable_sent_time());
  ToProto(message.created_at, out->mutable_create_time());
  out->set_answers_message_id(message.answers);
}

void ToProto(const Upload& upload, pb::Upload* out) {
  out->set_name(Name(upload.tenant, "uploads", upload.id.value()));
  out->set_state(upload.finished ? pb::Upload::STATE_FINISHED : pb::Upload::STATE_OPEN);
  out->set_file_name(upload.file_name);
  out->set_size_bytes(upload.size);
  out->set_received_bytes(upload.received);
  out->set_sha256(upload.sha256);
  out->set_content_type(upload.content_type);
  ToProto(upload.created_at, out->mutable_create_time());
  if (upload.finished_at.has_value()) ToProto(*upload.finished_at, out->mutable_finish_time());
}

pb::IntakeOutcome ToProto(Outcome outcome) { return static_cast<pb::IntakeOutcome>(outcome); }

}  // namespace huiyin::ingest
