#include "services/survey/events/codec.h"

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/survey_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::survey {
namespace {

namespace pb = huiyin::event::v1;

// Kinds have the same numbers on the wire.
static_assert(static_cast<int>(SurveyKind::kCsat) == pb::SURVEY_KIND_CSAT);
static_assert(static_cast<int>(SurveyKind::kNps) == pb::SURVEY_KIND_NPS);
static_assert(static_cast<int>(SurveyKind::kCes) == pb::SURVEY_KIND_CES);

events::NewEvent Wrap(const Invitation& invitation, absl::Time at,
                      const google::protobuf::Message& body) {
  events::NewEvent event;
  event.type = body.GetDescriptor()->full_name();
  event.tenant = invitation.tenant.value();
  event.topic = "survey";
  event.aggregate_id = invitation.id.value();
  event.occurred_at = at;
  body.SerializeToString(&event.body);
  return event;
}

absl::Status Unreadable(const events::Event& event) {
  return absl::InvalidArgumentError("the body of " + event.type + " cannot be read");
}

absl::StatusOr<std::optional<Signal>> DecodeTicket(const events::Event& event) {
  pb::TicketStateChanged body;
  if (!body.ParseFromString(event.body)) return Unreadable(event);
  Signal signal;
  signal.episode = body.reopened_count();
  signal.customer = CustomerId(body.customer_id());
  signal.ticket = TicketId(body.ticket_id());
  signal.language = body.language();
  if (body.to() == pb::TICKET_LIFECYCLE_RESOLVED) return signal;
  // Closing leaves the episode ended; everything else, merging included, means that it was not.
  if (body.to() == pb::TICKET_LIFECYCLE_CLOSED) return std::nullopt;
  signal.kind = Signal::Kind::kEpisodeGoesOn;
  return signal;
}

absl::StatusOr<std::optional<Signal>> DecodeRma(const events::Event& event) {
  pb::RmaClosed body;
  if (!body.ParseFromString(event.body)) return Unreadable(event);
  if (body.outcome() != pb::RmaClosed::OUTCOME_COMPLETED) return std::nullopt;
  Signal signal;
  signal.trigger = Trigger::kRmaCompleted;
  signal.customer = CustomerId(body.customer_id());
  signal.ticket = TicketId(body.ticket_id());
  signal.rma = RmaId(body.rma_id());
  return signal;
}

}  // namespace

events::NewEvent EncodeInvited(const Invitation& invitation, SurveyKind kind) {
  pb::SurveyInvited body;
  body.set_invitation_id(invitation.id.value());
  body.set_kind(static_cast<pb::SurveyKind>(kind));
  body.set_customer_id(invitation.customer.value());
  body.set_ticket_id(invitation.ticket.value());
  body.set_rma_id(invitation.rma.value());
  return Wrap(invitation, invitation.created_at, body);
}

events::NewEvent EncodeAnswered(const Invitation& invitation, const Response& response,
                                const std::vector<Score>& scores) {
  pb::SurveyAnswered body;
  body.set_invitation_id(invitation.id.value());
  body.set_kind(static_cast<pb::SurveyKind>(scores.front().kind));
  body.set_score(scores.front().score);
  for (size_t i = 1; i < scores.size(); ++i) {
    pb::SurveyScore* score = body.add_other_scores();
    score->set_kind(static_cast<pb::SurveyKind>(scores[i].kind));
    score->set_score(scores[i].score);
  }
  for (const Answer& answer : response.answers) {
    if (answer.text) body.set_has_comment(true);
  }
  body.set_customer_id(invitation.customer.value());
  body.set_ticket_id(invitation.ticket.value());
  body.set_rma_id(invitation.rma.value());
  *body.mutable_invited_at() = rpc::ToProto(invitation.created_at);
  body.set_language(response.language);
  body.set_recovery_needed(response.recovery == Recovery::kNeeded);
  return Wrap(invitation, response.updated_at, body);
}

absl::StatusOr<std::optional<Signal>> Decode(const events::Event& event) {
  if (event.type == "huiyin.event.v1.TicketStateChanged") return DecodeTicket(event);
  if (event.type == "huiyin.event.v1.RmaClosed") return DecodeRma(event);
  return std::nullopt;
}

}  // namespace huiyin::survey
