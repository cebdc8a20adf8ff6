// Invitations and responses: who was asked about what, and what came back.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/core/strong_id.h"
#include "services/survey/domain/survey.h"

namespace huiyin::survey {

using InvitationId = StrongId<struct InvitationTag>;
using RmaId = StrongId<struct RmaTag>;

// What a customer is asked about. Numbers are stored.
enum class Trigger { kTicketResolved = 1, kRmaCompleted = 2 };

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

enum class Suppression { kNone = 0, kCoolDown = 1, kPeriodCap = 2 };
// "COOL_DOWN", "PERIOD_CAP", "".
std::string_view SuppressionName(Suppression suppression);

struct Invitation {
  TenantId tenant;
  InvitationId id;
  Trigger trigger = Trigger::kTicketResolved;
  int64_t episode = 0;  // how often the ticket had been reopened: each episode is asked about once
  std::string survey_id;
  uint32_t survey_version = 1;
  InvitationState state = InvitationState::kScheduled;
  Suppression suppression = Suppression::kNone;
  CustomerId customer;  // may be empty
  TicketId ticket;      // of a ticket's episode, or of the RMA's ticket
  RmaId rma;            // empty when it is about a ticket
  std::string language;
  absl::Time created_at;  // while scheduled: when it is due
  absl::Time expires_at;
  std::optional<absl::Time> shown_at;
  std::optional<absl::Time> answered_at;
};

// True when its token may be used at `now`.
bool CanBeAnswered(const Invitation& invitation, absl::Time now);
// True when it may be delivered but nobody finished it in time.
bool IsExpired(const Invitation& invitation, absl::Time now);

struct Answer {
  std::string question_id;
  std::optional<int> score;  // exactly one of the two
  std::optional<std::string> text;

  friend bool operator==(const Answer&, const Answer&) = default;
};

enum class Recovery { kNone = 1, kNeeded = 2 };

struct Response {
  TenantId tenant;
  InvitationId id;
  std::string survey_id;
  uint32_t survey_version = 1;
  std::vector<Answer> answers;  // in the survey's order
  bool complete = false;
  std::string language;
  CustomerId customer;
  TicketId ticket;
  RmaId rma;
  Recovery recovery = Recovery::kNone;
  absl::Time created_at;
  absl::Time updated_at;
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

}  // namespace huiyin::survey
