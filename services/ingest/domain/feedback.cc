#include "services/ingest/domain/feedback.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/ingest/domain/text.h"

namespace huiyin::ingest {
namespace {

constexpr TextRule kBodyRule{1, kMaxBody, Lines::kMany};
constexpr TextRule kOptionalBodyRule{0, kMaxBody, Lines::kMany};
constexpr TextRule kSubjectRule{0, 256};
constexpr size_t kMaxTags = 16;
constexpr absl::Duration kSkew = absl::Minutes(5);
constexpr absl::Duration kMaxCall = absl::Hours(24);

class Path {
 public:
  explicit Path(std::string_view prefix) : prefix_(prefix) {}
  std::string operator()(std::string_view field) const {
    return absl::StrCat(prefix_, std::string(field));
  }

 private:
  std::string prefix_;
};

void CheckForm(InputCheck& check, const Path& path, const FormSubmission& form) {
  CheckText(check, path("form.description"), form.description, kBodyRule);
  CheckText(check, path("form.fields.customer_name"), form.fields.customer_name, {0, 128});
  CheckText(check, path("form.fields.order_number"), form.fields.order_number, {0, 128});
  const std::vector<std::string>& tags = form.fields.type_tags;
  check.Require(tags.size() <= kMaxTags, path("form.fields.type_tags"),
                absl::StrCat("has ", tags.size(), " tags; at most ", kMaxTags, " are allowed"));
  for (size_t i = 0; i < std::min(tags.size(), kMaxTags); ++i) {
    CheckText(check, path(absl::StrCat("form.fields.type_tags[", i, "]")), tags[i], {1, 64});
  }
}

bool IsCallerNumber(std::string_view caller) {
  if (caller == "anonymous") return true;
  return std::all_of(caller.begin(), caller.end(), [](char c) {
    return absl::ascii_isdigit(c) || c == '+' || c == ' ' || c == '-' || c == '(' || c == ')';
  });
}

void CheckCall(InputCheck& check, const Path& path, const PhoneContact& call) {
  CheckText(check, path("call.transcript"), call.transcript, kBodyRule);
  const CallData& data = call.data;
  check.Require(!data.caller.empty() && data.caller.size() <= 32 && IsCallerNumber(data.caller),
                path("call.data.caller"),
                "must be a telephone number of 1 to 32 characters, or \"anonymous\"");
  const std::string url_field = path("call.data.recording_url");
  if (!data.recording_url.empty()) {
    const absl::string_view url(data.recording_url);
    CheckId(check, url_field, data.recording_url, 0, 2048);
    check.Require((absl::StartsWith(url, "https://") || absl::StartsWith(url, "http://")) &&
                      !absl::StrContains(url, " "),
                  url_field, "must be an http or https URL");
  }
  check.Require(data.duration >= absl::ZeroDuration() && data.duration <= kMaxCall,
                path("call.data.duration"), "must be 0 to 24 hours");
}

void CheckReview(InputCheck& check, const Path& path, const Feedback& feedback,
                 const ProductReview& review) {
  CheckText(check, path("review.text"), review.text, kOptionalBodyRule);
  check.Require(review.rating >= 1 && review.rating <= 5, path("review.rating"), "must be 1 to 5");
  check.Require(!feedback.product.empty(), path("product_id"), "is mandatory for reviews");
}

// Which alternative of Content a channel takes; 0: any.
size_t ContentOf(Channel channel) {
  switch (channel) {
    case Channel::kForm:
      return 2;
    case Channel::kPhone:
      return 3;
    case Channel::kReview:
      return 4;
    case Channel::kApi:
      return 0;
    default:
      return 1;
  }
}

void CheckContent(InputCheck& check, const Path& path, const Feedback& feedback) {
  static constexpr const char* kNames[] = {"", "text", "form", "call", "review"};
  const Content& content = feedback.content;
  const size_t wanted = ContentOf(feedback.identity.channel);
  if (content.index() == 0) {
    check.Add(path("content"),
              wanted == 0 ? std::string("is mandatory")
                          : absl::StrCat("is mandatory: this channel takes ", kNames[wanted]));
    return;
  }
  if (wanted != 0 && wanted != content.index()) {
    check.Add(path(kNames[content.index()]),
              absl::StrCat("does not fit the channel, which takes ", kNames[wanted]));
  }
  if (const auto* text = std::get_if<std::string>(&content)) {
    CheckText(check, path("text"), *text, kBodyRule);
  } else if (const auto* form = std::get_if<FormSubmission>(&content)) {
    CheckForm(check, path, *form);
  } else if (const auto* call = std::get_if<PhoneContact>(&content)) {
    CheckCall(check, path, *call);
  } else if (const auto* review = std::get_if<ProductReview>(&content)) {
    CheckReview(check, path, feedback, *review);
  }
}

}  // namespace

void CheckFeedback(InputCheck& check, std::string_view prefix, const Feedback& feedback,
                   absl::Time now) {
  const Path path(prefix);
  const int channel = static_cast<int>(feedback.identity.channel);
  if (check.Require(channel >= 1 && channel <= kChannels, path("channel"),
                    "must be one of the channels known")) {
    CheckContent(check, path, feedback);
  }
  CheckId(check, path("external_user_id"), feedback.identity.external_user_id, 0,
          kMaxChannelIdBytes);
  CheckId(check, path("external_message_id"), feedback.external_id, 0, kMaxChannelIdBytes);
  CheckId(check, path("customer_id"), feedback.customer.value(), 0, kMaxIdBytes);
  CheckId(check, path("order_id"), feedback.order.value(), 0, kMaxIdBytes);
  CheckId(check, path("product_id"), feedback.product.value(), 0, kMaxIdBytes);
  CheckText(check, path("subject"), feedback.subject, kSubjectRule);
  CheckLanguage(check, path("language"), feedback.language);
  if (feedback.sent_at.has_value()) CheckSentAt(check, path("sent_time"), *feedback.sent_at, now);
  CheckAttachments(check, path("attachments"), feedback.attachments);
}

void CheckAttachments(InputCheck& check, std::string_view prefix,
                      const std::vector<Attachment>& attachments) {
  if (attachments.size() > kMaxAttachments) {
    check.Add(prefix, absl::StrCat("has ", attachments.size(), " files; at most ", kMaxAttachments,
                                   " are allowed"));
  }
  for (size_t i = 0; i < std::min(attachments.size(), kMaxAttachments); ++i) {
    const Attachment& attachment = attachments[i];
    const std::string field = absl::StrCat(std::string(prefix), "[", i, "].file_name");
    CheckText(check, field, attachment.file_name,
              {.min = attachment.upload.empty() ? size_t{1} : size_t{0}, .max = 255});
    check.Require(attachment.file_name.find_first_of("/\\") == std::string::npos, field,
                  "must not have \"/\" or \"\\\"");
  }
}

void CheckSentAt(InputCheck& check, std::string_view field, absl::Time sent_at, absl::Time now) {
  static const absl::Time kEarliest = absl::FromCivil(absl::CivilSecond(2000), absl::UTCTimeZone());
  check.Require(sent_at >= kEarliest, field, "must not be before 2000-01-01");
  check.Require(sent_at <= now + kSkew, field, "must not be more than 5 minutes in the future");
}

void CheckLanguage(InputCheck& check, std::string_view field, std::string_view language) {
  size_t part = 0;
  bool good = language.size() <= 35;
  for (const char c : language) {
    if (c == '-') {
      good = good && part > 0;
      part = 0;
    } else {
      good = good && absl::ascii_isalnum(static_cast<unsigned char>(c)) && ++part <= 8;
    }
  }
  check.Require(good && (language.empty() || part > 0), field,
                "must be a BCP 47 language tag of at most 35 characters");
}

bool IsCustomerOnly(const Caller& caller) {
  return caller.Is(Role::kCustomer) && !caller.Is(Role::kAgent) && !caller.Is(Role::kLead) &&
         !caller.Is(Role::kPlatform) && !caller.Is(Role::kService);
}

void BindToCustomer(InputCheck& check, std::string_view prefix, const Caller& caller,
                    Feedback& feedback) {
  const Path path(prefix);
  const std::string& self = caller.subject;
  const Channel channel = feedback.identity.channel;
  check.Require(channel == Channel::kForm || channel == Channel::kChat ||
                    channel == Channel::kReview || channel == Channel::kApi,
                path("channel"), "must be FORM, CHAT, REVIEW or API for a customer's token");
  check.Require(feedback.customer.empty() || feedback.customer.value() == self, path("customer_id"),
                "must be empty or the token's subject");
  check.Require(
      feedback.identity.external_user_id.empty() || feedback.identity.external_user_id == self,
      path("external_user_id"), "must be empty or the token's subject");
  // Ids of one channel are shared by all its customers: one must not find another's message by
  // them.
  check.Require(feedback.external_id.empty(), path("external_message_id"),
                "is not for customers; request_id makes repeats safe");
  feedback.customer = CustomerId(self);
  feedback.identity.external_user_id = self;
}

Message ToMessage(const Feedback& feedback, absl::Time now) {
  Message message;
  message.identity = feedback.identity;
  message.external_id = feedback.external_id;
  message.language = feedback.language;
  message.attachments = feedback.attachments;
  message.sent_at = feedback.sent_at.value_or(now);
  message.created_at = now;
  if (const auto* text = std::get_if<std::string>(&feedback.content)) {
    message.body = *text;
  } else if (const auto* form = std::get_if<FormSubmission>(&feedback.content)) {
    message.body = form->description;
    message.form = form->fields;
  } else if (const auto* call = std::get_if<PhoneContact>(&feedback.content)) {
    message.body = call->transcript;
    message.call = call->data;
  } else if (const auto* review = std::get_if<ProductReview>(&feedback.content)) {
    message.body = review->text;
    message.rating = review->rating;
  }
  return message;
}

}  // namespace huiyin::ingest
