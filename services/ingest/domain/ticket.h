// A ticket and its messages as the service thinks of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "libs/core/strong_id.h"
#include "services/ingest/domain/state.h"

namespace huiyin::ingest {

using ProductId = StrongId<struct ProductTag>;
using UploadId = StrongId<struct UploadTag>;

// Numbers of huiyin.common.v1.Channel; stored.
enum class Channel {
  kForm = 1,
  kChat = 2,
  kWechat = 3,
  kWeibo = 4,
  kEmail = 5,
  kPhone = 6,
  kReview = 7,
  kSurvey = 8,
  kApi = 9,
};
inline constexpr int kChannels = 9;

// Numbers of huiyin.ingest.v1.AuthorKind; stored.
enum class Author { kCustomer = 1, kAgent = 2, kBot = 3, kSystem = 4 };

// A customer on a channel; without a user id it is anonymous.
struct Identity {
  Channel channel = Channel::kApi;
  std::string external_user_id;

  friend bool operator==(const Identity&, const Identity&) = default;
};

// The newest decision of triage. Enum values are the numbers of huiyin.common.v1 (0: not decided).
struct Triage {
  std::string decision_id;
  int64_t sequence = 0;  // of the decision's event; a lower one never replaces a higher one
  int category = 0;
  int second_category = 0;
  int sentiment = 0;
  int urgency = 0;
  int priority = 0;
  std::string language;
  std::string queue;
  bool needs_review = false;

  friend bool operator==(const Triage&, const Triage&) = default;
};

struct Ticket {
  int64_t no = 0;  // key inside this service's database; rises with creation; 0: not stored yet
  TicketId id;
  TenantId tenant;
  State state = State::kNew;
  State state_before_merge = State::kNew;  // where unmerging leads; meaningful in kMerged only
  Identity identity;                       // of its first message
  CustomerId customer;                     // empty while unknown
  std::string subject;
  OrderId order;
  ProductId product;
  std::string assignee;
  Triage triage;
  int rating = 0;
  int message_count = 0;  // also the number of its last message
  int reopened_count = 0;
  TicketId merged_into;
  TicketId follows;
  absl::Time created_at;
  absl::Time updated_at;
  absl::Time last_activity_at;  // latest time at which anybody wrote, by the channel's clock
  std::optional<absl::Time> first_response_at;
  std::optional<absl::Time> last_customer_message_at;
  std::optional<absl::Time> last_agent_message_at;
  std::optional<absl::Time> waiting_since;
  std::optional<absl::Time> resolved_at;
  std::optional<absl::Time> closed_at;
  std::optional<absl::Time> snoozed_until;
  int64_t revision = 1;  // rises with every stored change; the etag

  friend bool operator==(const Ticket&, const Ticket&) = default;
};

struct Attachment {
  UploadId upload;  // empty when only the name is known
  std::string file_name;
  std::string content_type;
  int64_t size = 0;

  friend bool operator==(const Attachment&, const Attachment&) = default;
};

struct FormFields {
  std::string customer_name;
  std::string order_number;  // as typed
  std::vector<std::string> type_tags;

  friend bool operator==(const FormFields&, const FormFields&) = default;
};

struct CallData {
  std::string caller;
  std::string recording_url;
  absl::Duration duration;

  friend bool operator==(const CallData&, const CallData&) = default;
};

struct Message {
  int64_t sequence = 0;  // order of arrival over all tickets; 0: not stored yet
  TicketId ticket;       // the ticket it was written to; stays when that one is merged
  int64_t ticket_no = 0;
  int number = 0;  // 1, 2, 3 … within that ticket: the order of the conversation
  Author author = Author::kCustomer;
  std::string author_id;
  bool is_public = true;
  Identity identity;  // the sender, or whom a reply goes to; anonymous for internal notes
  std::string external_id;
  std::string body;
  std::string language;
  int rating = 0;
  std::optional<FormFields> form;
  std::optional<CallData> call;
  std::vector<Attachment> attachments;
  std::string answers;  // id of the message answered; may be empty
  absl::Time sent_at;
  absl::Time created_at;

  friend bool operator==(const Message&, const Message&) = default;
};

// A message with what is needed of its ticket to judge it.
struct MessageInTicket {
  Message message;
  CustomerId customer;
  OrderId order;
  ProductId product;
  std::string subject;
  absl::Time ticket_created_at;
  int reopened_count = 0;
};

// More messages than this a ticket does not take: a conversation that goes on opens another one.
inline constexpr int kMaxMessages = 10000;

// A message's id: "{ticket id}-{number}".
std::string MessageId(const TicketId& ticket, int number);
struct MessageRef {
  TicketId ticket;
  int number = 0;
};
// Nothing when `id` is not of that form.
std::optional<MessageRef> ParseMessageId(std::string_view id);

// A change of state, as the timeline shows it.
struct StateChange {
  int64_t sequence = 0;  // order over all tickets; 0: not stored yet
  TicketId ticket;
  int64_t ticket_no = 0;
  State from = State::kNew;
  State to = State::kNew;
  std::string actor;  // agent or system; empty when the customer or a timer did
  absl::Time at;
};

// What is known of an identity.
struct IdentityRecord {
  CustomerId customer;            // empty while unknown
  int64_t current_ticket_no = 0;  // the last ticket it wrote to

  friend bool operator==(const IdentityRecord&, const IdentityRecord&) = default;
};

// What tickets to give. Conditions on different fields must all hold; within a list one suffices;
// what is empty does not count. Numbers are those of huiyin.common.v1.
struct TicketFilter {
  std::vector<State> states;
  std::vector<int> categories;  // first or second
  std::vector<int> priorities;
  std::vector<Channel> channels;
  std::string queue;
  std::string assignee;
  bool unassigned = false;
  CustomerId customer;
  std::optional<absl::Time> created_from;
  std::optional<absl::Time> created_before;
  bool needs_review = false;
};

}  // namespace huiyin::ingest
