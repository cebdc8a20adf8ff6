// The half of convert.h that reads requests.
#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/core/id.h"
#include "services/ingest/domain/text.h"
#include "services/ingest/rpc/convert.h"

namespace huiyin::ingest {
namespace {

// The id of "tenants/{tenant}/{collection}/{id}", or empty: also for other tenants, whose resources
// are as good as not there.
std::string IdFromName(InputCheck& check, std::string_view field, const Caller& caller,
                       std::string_view collection, std::string_view name) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(absl::string_view(name.data(), name.size()), '/');
  const bool shaped = parts.size() == 4 && parts[0] == "tenants" && !parts[1].empty() &&
                      parts[2] == absl::string_view(collection.data(), collection.size()) &&
                      IsUuid({parts[3].data(), parts[3].size()});
  if (!check.Require(shaped, field,
                     absl::StrCat("must be of the form \"tenants/{tenant}/",
                                  std::string(collection), "/{uuid}\""))) {
    return "";
  }
  if (parts[1] != "-" && parts[1] != absl::string_view(caller.tenant.value())) return "";
  return absl::AsciiStrToLower(parts[3]);
}

Attachment FromProto(InputCheck& check, std::string_view field, const Caller& caller,
                     const pb::Attachment& in) {
  Attachment attachment;
  attachment.file_name = in.file_name();
  if (!in.upload().empty()) {
    attachment.upload = UploadFromName(check, field, caller, in.upload());
    // An upload of another tenant: any id that none has will do.
    if (attachment.upload.empty()) attachment.upload = UploadId("-");
  }
  return attachment;
}

template <class Attachments>
std::vector<Attachment> AttachmentsFrom(InputCheck& check, std::string_view prefix,
                                        const Caller& caller, const Attachments& in) {
  std::vector<Attachment> attachments;
  for (int i = 0; i < in.size(); ++i) {
    // The count is refused as a whole; what is beyond need not be looked at.
    if (attachments.size() > kMaxAttachments) {
      attachments.resize(in.size());
      break;
    }
    attachments.push_back(
        FromProto(check, absl::StrCat(std::string(prefix), "[", i, "].upload"), caller, in[i]));
  }
  return attachments;
}

FormFields FromProto(const pb::FormFields& in) {
  FormFields form{in.customer_name(), in.order_number(), {}};
  form.type_tags.assign(in.type_tags().begin(), in.type_tags().end());
  return form;
}

CallData FromProto(const pb::CallData& in) {
  return {in.caller(), in.recording_url(),
          absl::Seconds(in.duration().seconds()) + absl::Nanoseconds(in.duration().nanos())};
}

Content ContentFrom(const pb::Feedback& in) {
  switch (in.content_case()) {
    case pb::Feedback::kText:
      return in.text();
    case pb::Feedback::kForm:
      return FormSubmission{in.form().description(), FromProto(in.form().fields())};
    case pb::Feedback::kCall:
      return PhoneContact{in.call().transcript(), FromProto(in.call().data())};
    case pb::Feedback::kReview:
      return ProductReview{in.review().text(),
                           static_cast<int>(std::min<uint32_t>(in.review().rating(), 1000))};
    case pb::Feedback::CONTENT_NOT_SET:
      break;
  }
  return std::monostate();
}

// Values of an enumeration in a filter: known, not 0, not absurdly many.
template <class To, class Values>
std::vector<To> EnumsFrom(InputCheck& check, std::string_view field, const Values& in, int max) {
  std::vector<To> values;
  check.Require(in.size() <= 64, field, "has more than 64 values");
  for (const int value : in) {
    if (check.Require(value >= 1 && value <= max, field, "has a value that is not known")) {
      values.push_back(static_cast<To>(value));
    }
    if (values.size() > 64) break;
  }
  return values;
}

}  // namespace

absl::Time FromProto(const google::protobuf::Timestamp& in) {
  // 0001-01-01 to 9999-12-31; what is outside is sorted out by the range checks of the domain.
  if (in.seconds() < -62135596800) return absl::InfinitePast();
  if (in.seconds() > 253402300799) return absl::InfiniteFuture();
  const int64_t micros = std::clamp(in.nanos(), 0, 999999999) / 1000;
  return absl::FromUnixSeconds(in.seconds()) + absl::Microseconds(micros);
}

void CheckRequestId(InputCheck& check, std::string_view request_id) {
  // What is set but no UUID is refused by the server itself.
  check.Require(!request_id.empty(), "request_id", "is mandatory: a UUID of the caller's making");
}

TicketId TicketFromName(InputCheck& check, std::string_view field, const Caller& caller,
                        std::string_view name) {
  return TicketId(IdFromName(check, field, caller, "tickets", name));
}

UploadId UploadFromName(InputCheck& check, std::string_view field, const Caller& caller,
                        std::string_view name) {
  return UploadId(IdFromName(check, field, caller, "uploads", name));
}

Feedback FromProto(InputCheck& check, std::string_view prefix, const Caller& caller,
                   const pb::Feedback& in) {
  Feedback feedback;
  feedback.identity = {static_cast<Channel>(in.channel()), in.external_user_id()};
  feedback.customer = CustomerId(in.customer_id());
  feedback.external_id = in.external_message_id();
  if (in.has_sent_time()) feedback.sent_at = FromProto(in.sent_time());
  feedback.subject = in.subject();
  feedback.language = in.language();
  feedback.order = OrderId(in.order_id());
  feedback.product = ProductId(in.product_id());
  feedback.attachments = AttachmentsFrom(check, absl::StrCat(std::string(prefix), "attachments"),
                                         caller, in.attachments());
  feedback.content = ContentFrom(in);
  return feedback;
}

AppendMessageCommand FromProto(InputCheck& check, const Caller& caller,
                               const pb::AppendMessageRequest& in) {
  CheckRequestId(check, in.request_id());
  AppendMessageCommand command;
  command.ticket = TicketFromName(check, "ticket", caller, in.ticket());
  command.author = static_cast<Author>(in.author());
  command.author_id = in.author_id();
  if (command.author_id.empty() && command.author != Author::kCustomer) {
    command.author_id = caller.subject;
  }
  command.internal = in.internal();
  command.body = in.body();
  command.language = in.language();
  command.attachments = AttachmentsFrom(check, "attachments", caller, in.attachments());
  command.external_id = in.external_message_id();
  if (in.has_sent_time()) command.sent_at = FromProto(in.sent_time());
  if (in.has_sender()) {
    command.sender =
        Identity{static_cast<Channel>(in.sender().channel()), in.sender().external_user_id()};
  }
  command.answers = in.answers_message_id();
  return command;
}

TicketChanges FromProto(InputCheck& check, const pb::UpdateTicketRequest& in) {
  CheckRequestId(check, in.request_id());
  TicketChanges changes;
  check.Require(in.update_mask().paths_size() > 0, "update_mask", "must name a field to change");
  for (const std::string& path : in.update_mask().paths()) {
    if (path == "subject") {
      changes.subject = in.ticket().subject();
    } else if (path == "customer_id") {
      changes.customer = CustomerId(in.ticket().customer_id());
    } else if (path == "order_id") {
      changes.order = OrderId(in.ticket().order_id());
    } else if (path == "product_id") {
      changes.product = ProductId(in.ticket().product_id());
    } else if (path == "assignee") {
      changes.assignee = in.ticket().assignee();
    } else if (path == "state") {
      switch (in.ticket().state()) {
        case pb::TICKET_STATE_OPEN:
          changes.action = Action::kTakeUp;
          break;
        case pb::TICKET_STATE_PENDING_CUSTOMER:
          changes.action = Action::kAwaitCustomer;
          break;
        case pb::TICKET_STATE_PENDING_INTERNAL:
          changes.action = Action::kAwaitInternal;
          break;
        default:
          check.Add("ticket.state",
                    "must be OPEN, PENDING_CUSTOMER or PENDING_INTERNAL; the other states have "
                    "methods of their own");
      }
    } else {
      check.Add("update_mask",
                "may name subject, customer_id, order_id, product_id, assignee and state only");
    }
  }
  return changes;
}

TicketFilter FromProto(InputCheck& check, const pb::TicketFilter& in) {
  TicketFilter filter;
  filter.states = EnumsFrom<State>(check, "filter.states", in.states(), 8);
  filter.categories = EnumsFrom<int>(check, "filter.categories", in.categories(), 18);
  filter.priorities = EnumsFrom<int>(check, "filter.priorities", in.priorities(), 4);
  filter.channels = EnumsFrom<Channel>(check, "filter.channels", in.channels(), kChannels);
  CheckId(check, "filter.queue", in.queue(), 0, kMaxIdBytes);
  CheckId(check, "filter.assignee", in.assignee(), 0, kMaxIdBytes);
  CheckId(check, "filter.customer_id", in.customer_id(), 0, kMaxIdBytes);
  CheckText(check, "filter.text", in.text(), {0, 200});
  filter.queue = in.queue();
  filter.unassigned = in.assignee() == "-";
  if (!filter.unassigned) filter.assignee = in.assignee();
  filter.customer = CustomerId(in.customer_id());
  if (in.has_created_from()) filter.created_from = FromProto(in.created_from());
  if (in.has_created_before()) filter.created_before = FromProto(in.created_before());
  filter.needs_review = in.needs_review();
  return filter;
}

int PageSize(InputCheck& check, int requested, int usual, int most) {
  check.Require(requested >= 0, "page_size", "must not be negative");
  return requested <= 0 ? usual : std::min(requested, most);
}

}  // namespace huiyin::ingest
