#include "deploy/sample_day/player/story_player.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "deploy/client/call.h"
#include "deploy/sample_day/player/patience.h"
#include "deploy/sample_day/player/requests.h"
#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"

namespace huiyin::sample_day {
namespace {

namespace aftersales = huiyin::aftersales::v1;
namespace ingest = huiyin::ingest::v1;
using Tickets = ingest::TicketService::Stub;
using Rmas = aftersales::RmaService::Stub;

// A request of a step on a return.
template <class Request>
Request StepOn(const std::string& rma, const Action& action) {
  Request request;
  request.set_name(rma);
  request.set_request_id(RequestId(action.action_id));
  return request;
}

bool IsWrongState(const absl::Status& status) {
  return Reason(status) == "INVALID_TRANSITION" || Reason(status) == "WRONG_STATE";
}

}  // namespace

void StoryPlayer::Play(const Step& step) {
  std::visit([this](const auto* record) { Play(*record); }, step);
}

void StoryPlayer::Play(const Message& message) {
  const auto response =
      Patiently(connection_, &Tickets::CreateTicket, ToProto(message, play_time_));
  if (!response.ok()) return outcome_.Failed("message " + message.message_id, response.status());
  landmarks_.tickets[message.message_id] = response->ticket().name();
  outcome_.Count(ingest::IntakeOutcome_Name(response->outcome()));
}

void StoryPlayer::Play(const Action& action) {
  using Handler = absl::Status (StoryPlayer::*)(const Action&);
  static const std::map<std::string, Handler> kHandlers = {
      {"REPLY", &StoryPlayer::Reply},
      {"RESOLVE", &StoryPlayer::Resolve},
      {"CLOSE", &StoryPlayer::Close},
      {"RMA_CREATE", &StoryPlayer::CreateRma},
      {"RMA_RECEIVE", &StoryPlayer::Receive},
      {"RMA_INSPECT", &StoryPlayer::Inspect},
      {"RMA_SEND_BACK", &StoryPlayer::SendBack},
      {"RMA_CANCEL", &StoryPlayer::Cancel}};
  const auto handler = kHandlers.find(action.type);
  const absl::Status status =
      handler == kHandlers.end()
          ? absl::InvalidArgumentError(action.type + " is not a type of action")
          : (this->*handler->second)(action);
  if (status.ok()) {
    outcome_.Count(action.type);
  } else if (IsWrongState(status)) {
    outcome_.Count("steps that the state did not allow");
  } else {
    outcome_.Failed(absl::StrCat(action.type, " ", action.action_id), status);
  }
}

// --- tickets ------------------------------------------------------------------------------------

absl::Status StoryPlayer::Reply(const Action& action) {
  const auto request = ToReply(action, landmarks_.tickets[action.message_id], play_time_);
  return Patiently(connection_, &Tickets::AppendMessage, request).status();
}

absl::Status StoryPlayer::Resolve(const Action& action) {
  const auto request =
      StepOn<ingest::ResolveTicketRequest>(landmarks_.tickets[action.message_id], action);
  return Patiently(connection_, &Tickets::ResolveTicket, request).status();
}

absl::Status StoryPlayer::Close(const Action& action) {
  const auto request =
      StepOn<ingest::CloseTicketRequest>(landmarks_.tickets[action.message_id], action);
  return Patiently(connection_, &Tickets::CloseTicket, request).status();
}

// --- returns ------------------------------------------------------------------------------------

absl::Status StoryPlayer::CreateRma(const Action& action) {
  const std::string ticket = landmarks_.tickets[action.message_id];
  const auto rma =
      Patiently(connection_, &Rmas::CreateRma, ToRma(action, ticket.substr(ticket.rfind('/') + 1)));
  const bool should_pass = action.expected == "APPROVED";
  if (!rma.ok()) {
    const std::string reason = Reason(rma.status());
    if (reason != "NOT_DELIVERED" && reason != "QUANTITY_EXCEEDS_DELIVERED") return rma.status();
    outcome_.Count("returns refused");
    if (should_pass) outcome_.Unexpected(absl::StrCat(action.rma_key, " refused: ", reason));
    return absl::OkStatus();
  }
  landmarks_.rmas[action.rma_key] = rma->name();
  switch (rma->approval()) {
    case aftersales::RMA_APPROVAL_SUBMITTED:
      return DecideRma(action, rma->name());
    case aftersales::RMA_APPROVAL_REJECTED:
      outcome_.Count("returns refused");
      if (should_pass) {
        outcome_.Unexpected(
            absl::StrCat(action.rma_key, " refused by policy: ",
                         rma->verdict().lines_size() > 0 ? rma->verdict().lines(0).reason() : ""));
      }
      return absl::OkStatus();
    default:
      outcome_.Count("returns approved by policy");
      if (!should_pass) {
        outcome_.Unexpected(
            absl::StrCat(action.rma_key, " approved by policy, expected ", action.expected_reason));
      }
      return absl::OkStatus();
  }
}

// The policy left it to a person; here is the person.
absl::Status StoryPlayer::DecideRma(const Action& action, const std::string& rma) {
  outcome_.Count("returns decided by an agent");
  const std::string request_id = RequestId(action.action_id + " decided");
  if (action.expected == "APPROVED") {
    aftersales::ApproveRmaRequest request;
    request.set_name(rma);
    request.set_request_id(request_id);
    return Patiently(connection_, &Rmas::ApproveRma, request).status();
  }
  aftersales::RejectRmaRequest request;
  request.set_name(rma);
  request.set_request_id(request_id);
  request.set_note(action.expected_reason);
  return Patiently(connection_, &Rmas::RejectRma, request).status();
}

absl::Status StoryPlayer::Receive(const Action& action) {
  const auto request =
      StepOn<aftersales::ReceiveRmaRequest>(landmarks_.rmas[action.rma_key], action);
  return Patiently(connection_, &Rmas::ReceiveRma, request).status();
}

absl::Status StoryPlayer::Inspect(const Action& action) {
  auto request = StepOn<aftersales::InspectRmaRequest>(landmarks_.rmas[action.rma_key], action);
  for (const ActionLine& line : action.lines) {
    aftersales::GradedUnits& units = *request.add_units();
    units.set_rma_line_id(line.line_id);
    units.set_quantity(line.quantity);
    aftersales::Grade grade = aftersales::GRADE_UNSPECIFIED;
    aftersales::Grade_Parse("GRADE_" + line.grade, &grade);
    units.set_grade(grade);
  }
  return Patiently(connection_, &Rmas::InspectRma, request).status();
}

absl::Status StoryPlayer::SendBack(const Action& action) {
  auto request = StepOn<aftersales::ShipRmaBackRequest>(landmarks_.rmas[action.rma_key], action);
  request.set_tracking_number(action.tracking_number);
  return Patiently(connection_, &Rmas::ShipRmaBack, request).status();
}

absl::Status StoryPlayer::Cancel(const Action& action) {
  auto request = StepOn<aftersales::CancelRmaRequest>(landmarks_.rmas[action.rma_key], action);
  request.set_note(action.text);
  return Patiently(connection_, &Rmas::CancelRma, request).status();
}

}  // namespace huiyin::sample_day
