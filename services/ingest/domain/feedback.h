// What a customer said, as a channel hands it in, and the limits it must keep.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "libs/core/caller.h"
#include "libs/core/status.h"
#include "services/ingest/domain/ticket.h"

namespace huiyin::ingest {

struct FormSubmission {
  std::string description;
  FormFields fields;
};
struct PhoneContact {
  std::string transcript;
  CallData data;
};
struct ProductReview {
  std::string text;
  int rating = 0;
};
// Monostate: nothing was said.
using Content =
    std::variant<std::monostate, std::string, FormSubmission, PhoneContact, ProductReview>;

struct Feedback {
  Identity identity;
  CustomerId customer;
  std::string external_id;
  std::optional<absl::Time> sent_at;
  std::string subject;
  std::string language;
  OrderId order;
  ProductId product;
  std::vector<Attachment> attachments;
  Content content;
};

inline constexpr size_t kMaxBody = 20000;          // characters
inline constexpr size_t kMaxIdBytes = 128;         // ids of customers, orders, products, agents
inline constexpr size_t kMaxChannelIdBytes = 256;  // ids that channels give
inline constexpr size_t kMaxAttachments = 20;

// Adds every violation; field paths begin with `prefix` ("feedback." or ""). `now`: the server's
// time.
void CheckFeedback(InputCheck& check, std::string_view prefix, const Feedback& feedback,
                   absl::Time now);
void CheckAttachments(InputCheck& check, std::string_view prefix,
                      const std::vector<Attachment>& attachments);
// At most 5 minutes in the future, not before the year 2000.
void CheckSentAt(InputCheck& check, std::string_view field, absl::Time sent_at, absl::Time now);
// Empty, or of BCP 47's shape ("zh-Hant-TW").
void CheckLanguage(InputCheck& check, std::string_view field, std::string_view language);

// True for callers that may touch only what is theirs.
bool IsCustomerOnly(const Caller& caller);

// Makes customers speak for themselves: on channels of the shop's own pages, under the token's
// subject, whatever the request left empty; violations for what claims otherwise.
void BindToCustomer(InputCheck& check, std::string_view prefix, const Caller& caller,
                    Feedback& feedback);

// The message that `feedback` is; number and ticket are given later.
Message ToMessage(const Feedback& feedback, absl::Time now);

}  // namespace huiyin::ingest
