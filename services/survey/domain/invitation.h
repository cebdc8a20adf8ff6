// Invitations and responses: who was asked about what, and what came back.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "libs/core/strong_id.h"
#include "services/survey/domain/survey.h"

namespace huiyin::survey {

using InvitationId = StrongId<struct InvitationTag>;
using RmaId = StrongId<struct RmaTag>;

// What a customer is asked about. Numbers are stored.
enum class Trigger { kTicketResolved = 1, kRmaCompleted = 2, kRefundArrived = 3, kDelivered = 4 };

// Numbers are stored and sent. Expired is not among them: it is what the open ones become when
// their time has passed.
enum class InvitationState {
  kInvited = 1,
  kShown = 2,
  kPartial = 3,
  kAnswered = 4,
  kSuppressed = 6,
  kScheduled = 7,
};

enum class Suppression {
  kNone = 0,
  kCoolDown = 1,
  kPeriodCap = 2,
  kNoConsent = 3,
  kSampledOut = 4,
  kAlreadyReviewed = 5
};
// "COOL_DOWN", "PERIOD_CAP", "NO_CONSENT", "SAMPLED_OUT", "ALREADY_REVIEWED", "".
std::string_view SuppressionName(Suppression suppression);

// What results are told apart by, as known when the invitation was made. Numbers are those of
// huiyin.common.v1; 0 and empty: unknown.
struct EpisodeFacts {
  int channel = 0;
  std::string agent;
  std::string queue;
  int category = 0;
  std::string product;
  int tier = 0;
  bool exchange = false;  // an RMA with goods out for goods back
};

// A product that an invitation asks to review.
struct AskedProduct {
  std::string id;
  bool reviewed = false;  // with the invitation's link, which is then used up for it

  friend bool operator==(const AskedProduct&, const AskedProduct&) = default;
};

struct Invitation {
  TenantId tenant;
  InvitationId id;
  Trigger trigger = Trigger::kTicketResolved;
  std::string subject;  // id of the ticket, RMA, refund or order whose episode it is
  int64_t episode = 0;  // how often the ticket had been reopened: each episode is asked about once
  std::string rule_id;  // rule of the policy that scheduled it
  std::string survey_id;
  uint32_t survey_version = 1;
  Purpose purpose = Purpose::kEpisode;
  InvitationState state = InvitationState::kScheduled;
  Suppression suppression = Suppression::kNone;
  CustomerId customer;  // may be empty
  TicketId ticket;      // of a ticket's episode, or of the RMA's ticket
  RmaId rma;            // empty when it is about a ticket
  OrderId order;        // empty when unknown
  EpisodeFacts facts;
  std::string language;
  absl::Time created_at;  // while scheduled: when it is due
  absl::Time expires_at;
  std::optional<absl::Time> shown_at;
  std::optional<absl::Time> started_at;
  std::optional<absl::Time> answered_at;
  std::optional<absl::Time> reminded_at;
  std::vector<AskedProduct> products;  // chosen when it is made; empty when it is about none
};

// True when its token may be used at `now`.
bool CanBeAnswered(const Invitation& invitation, absl::Time now);
// True when it may be delivered but nobody finished it in time.
bool IsExpired(const Invitation& invitation, absl::Time now);

// Those not reviewed with its link yet, in its order.
std::vector<std::string> OpenProducts(const Invitation& invitation);
// Whether `product` is one of these; an empty one fits invitations that name none.
bool IsOpenFor(const Invitation& invitation, std::string_view product);

struct Answer {
  std::string question_id;
  std::optional<int> score;  // one of the three, as the question's type asks
  std::optional<std::string> text;
  std::vector<std::string> picks = {};  // choices (ranking: best first) or uploads
  std::string product = {};             // of the invitation's; empty: it names none

  friend bool operator==(const Answer&, const Answer&) = default;
};

enum class Recovery { kNone = 1, kNeeded = 2 };

struct Response {
  TenantId tenant;
  InvitationId id;
  std::string survey_id;
  uint32_t survey_version = 1;
  std::vector<Answer> answers;  // in the survey's order, about one product after the other
  bool complete = false;
  std::string language;
  CustomerId customer;
  TicketId ticket;
  RmaId rma;
  Recovery recovery = Recovery::kNone;
  absl::Time created_at;
  absl::Time updated_at;
};

// What results can be grouped by. Numbers are sent.
enum class ResultDimension {
  kNone = 0,
  kAgent = 1,
  kQueue = 2,
  kCategory = 3,
  kProduct = 4,
  kLanguage = 5,
  kChannel = 6,
  kTier = 7,
  kSurvey = 8,
  kDay = 9,
  kMonth = 10,
};

// A free text that came with a finished response.
struct Remark {
  std::string text;
  bool low_score = false;  // of the main question
};

// Invitations and answers of a period, as storage counts them.
struct ResultCounts {
  int64_t invited = 0;
  int64_t shown = 0;
  int64_t started = 0;
  int64_t answered = 0;
  int64_t suppressed = 0;
  int64_t recovery_needed = 0;
  // Per kind (index kind − 1) how often each score was given, lowest first.
  std::array<std::vector<int64_t>, 3> histograms;
};

struct ResultGroup {
  // As stored: text, or the number of a category, channel or tier, or of a day since 1970.
  std::string value;
  ResultCounts counts;
};

}  // namespace huiyin::survey
