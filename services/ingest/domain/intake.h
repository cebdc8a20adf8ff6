// Which ticket does a message belong to? One problem, one ticket: the rules, as data per channel.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "services/ingest/domain/ticket.h"

namespace huiyin::ingest {

// How long silence may last before the next message of the same channel identity is a new problem.
struct ChannelPolicy {
  Channel channel;
  std::string_view name;  // as in settings: "chat"
  absl::Duration
      conversation;       // joins the active ticket when it comes this soon after the last message
  absl::Duration reopen;  // reopens a resolved or closed ticket when it comes this soon after
};

// Indexed by channel number − 1. Chats end when people walk away; mails and social messages are
// answered after days (WeChat lets an account answer for 48 hours); a review is a statement of its
// own, joined only by an afterthought.
inline constexpr std::array<ChannelPolicy, kChannels> kDefaultPolicies = {{
    {Channel::kForm, "form", absl::Minutes(30), absl::Hours(7 * 24)},
    {Channel::kChat, "chat", absl::Hours(2), absl::Hours(3 * 24)},
    {Channel::kWechat, "wechat", absl::Hours(48), absl::Hours(7 * 24)},
    {Channel::kWeibo, "weibo", absl::Hours(48), absl::Hours(7 * 24)},
    {Channel::kEmail, "email", absl::Hours(5 * 24), absl::Hours(14 * 24)},
    {Channel::kPhone, "phone", absl::Hours(24), absl::Hours(7 * 24)},
    {Channel::kReview, "review", absl::Hours(1), absl::ZeroDuration()},
    {Channel::kSurvey, "survey", absl::Minutes(30), absl::ZeroDuration()},
    {Channel::kApi, "api", absl::Minutes(30), absl::Hours(7 * 24)},
}};

class IntakePolicy {
 public:
  explicit IntakePolicy(std::array<ChannelPolicy, kChannels> table = kDefaultPolicies)
      : table_(table) {}
  const ChannelPolicy& For(Channel channel) const { return table_[static_cast<int>(channel) - 1]; }

 private:
  std::array<ChannelPolicy, kChannels> table_;
};

enum class Intake {
  kNew,       // opens a ticket
  kJoin,      // belongs to the ticket, which stays as active as it is
  kReopen,    // belongs to the ticket, which is opened again
  kFollowUp,  // opens a ticket that follows the old one
};

// What the new message tells about itself.
struct Arrival {
  Channel channel = Channel::kApi;
  CustomerId customer;
  OrderId order;
  ProductId product;
  absl::Time sent_at;
};

// For a message that does not say which ticket it belongs to. `current`: the last ticket that its
// channel identity wrote to (or the one that carries on after a merge); null when there is none.
// Never kFollowUp.
Intake RouteFeedback(const IntakePolicy& policy, const Ticket* current, const Arrival& arrival);

// For a customer's message written to `ticket`, which is not MERGED. Never kNew.
Intake RouteReply(const IntakePolicy& policy, const Ticket& ticket, const Arrival& arrival);

}  // namespace huiyin::ingest
