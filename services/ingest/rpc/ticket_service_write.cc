// TicketService: the methods that change something.
#include "absl/hash/hash.h"
#include "libs/core/status.h"
#include "services/ingest/rpc/convert.h"
#include "services/ingest/rpc/recall.h"
#include "services/ingest/rpc/run.h"
#include "services/ingest/rpc/ticket_service.h"
#include "services/ingest/usecase/append_message.h"
#include "services/ingest/usecase/change_ticket.h"
#include "services/ingest/usecase/merge_tickets.h"
#include "services/ingest/usecase/take_in_feedback.h"

namespace huiyin::ingest {
namespace {

using rpc::RequestContext;

constexpr absl::Duration kMaxSnooze = absl::Hours(366 * 24);
constexpr int kMaxSources = 50;

uint64_t TicketKey(const TicketId& id) { return absl::HashOf(id.value()) | 1; }

struct CreateCommand {
  Feedback feedback;
  uint64_t key;
};
struct ActCommand {
  TicketId id;
  std::string etag;
  std::optional<absl::Time> until;
};
struct UpdateCommand {
  TicketId id;
  std::string etag;
  TicketChanges changes;
};
struct MergeCommand {
  TicketId target;
  std::vector<TicketId> sources;
  bool allow_different_customers;
};

absl::StatusOr<CreateCommand> CheckCreate(const Caller& caller,
                                          const v1::CreateTicketRequest& request, absl::Time now) {
  InputCheck check;
  CheckRequestId(check, request.request_id());
  if (!check.Require(request.has_feedback(), "feedback", "is mandatory")) return check.ToStatus();
  Feedback feedback = FromProto(check, "feedback.", caller, request.feedback());
  if (IsCustomerOnly(caller)) BindToCustomer(check, "feedback.", caller, feedback);
  CheckFeedback(check, "feedback.", feedback, now);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  const uint64_t key = IntakeKey(caller.tenant, feedback);
  return CreateCommand{std::move(feedback), key};
}

absl::StatusOr<AppendMessageCommand> CheckAppendRequest(const Caller& caller,
                                                        const v1::AppendMessageRequest& request,
                                                        absl::Time now) {
  InputCheck check;
  AppendMessageCommand command = FromProto(check, caller, request);
  const absl::Status checked = CheckAppend(caller, command, now);
  for (const Violation& violation : Violations(checked)) {
    check.Add(violation.field, violation.description);
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

absl::StatusOr<UpdateCommand> CheckUpdate(const Caller& caller,
                                          const v1::UpdateTicketRequest& request) {
  InputCheck check;
  UpdateCommand command;
  command.id = TicketFromName(check, "ticket.name", caller, request.ticket().name());
  command.etag = request.ticket().etag();
  command.changes = FromProto(check, request);
  for (const Violation& violation : Violations(CheckChanges(command.changes))) {
    check.Add(violation.field, violation.description);
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

template <class Request>
ActCommand CheckAct(InputCheck& check, const Caller& caller, const Request& request) {
  CheckRequestId(check, request.request_id());
  return {TicketFromName(check, "name", caller, request.name()), request.etag(), std::nullopt};
}

absl::StatusOr<MergeCommand> CheckMerge(const Caller& caller,
                                        const v1::MergeTicketsRequest& request) {
  InputCheck check;
  CheckRequestId(check, request.request_id());
  MergeCommand command{TicketFromName(check, "target", caller, request.target()),
                       {},
                       request.allow_different_customers()};
  const int count = request.sources_size();
  check.Require(count >= 1 && count <= kMaxSources, "sources", "must be 1 to 50 tickets");
  for (int i = 0; i < std::min(count, kMaxSources); ++i) {
    const std::string field = "sources[" + std::to_string(i) + "]";
    TicketId id = TicketFromName(check, field, caller, request.sources(i));
    const bool repeated = !id.empty() && std::find(command.sources.begin(), command.sources.end(),
                                                   id) != command.sources.end();
    check.Require(!repeated, field, "is named twice");
    command.sources.push_back(std::move(id));
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

absl::StatusOr<v1::Ticket> Answer(const absl::StatusOr<Ticket>& ticket) {
  if (!ticket.ok()) return ticket.status();
  v1::Ticket out;
  ToProto(*ticket, &out);
  return out;
}

}  // namespace

grpc::ServerUnaryReactor* TicketService::CreateTicket(Context* context,
                                                      const v1::CreateTicketRequest* request,
                                                      v1::CreateTicketResponse* response) {
  return parts_.methods.Write(
      context, request, response,
      [this](const RequestContext& c, const v1::CreateTicketRequest& q) {
        return CheckCreate(c.caller, q, parts_.clock.Now());
      },
      [](const CreateCommand& command) { return command.key; },
      [this](const RequestContext& c, const CreateCommand& command,
             db::Transaction& tx) -> absl::StatusOr<v1::CreateTicketResponse> {
        HUIYIN_ASSIGN_OR_RETURN(const Intaken taken, Act(parts_.units, tx, [&](Unit& unit) {
                                  return TakeInFeedback(unit, c.caller, command.feedback);
                                }));
        metrics_.Count(command.feedback.identity.channel, taken.outcome);
        v1::CreateTicketResponse out;
        ToProto(taken.ticket, out.mutable_ticket());
        out.set_message_id(MessageId(taken.message.ticket, taken.message.number));
        out.set_outcome(ToProto(taken.outcome));
        return out;
      },
      Recall(parts_.units));
}

grpc::ServerUnaryReactor* TicketService::AppendMessage(Context* context,
                                                       const v1::AppendMessageRequest* request,
                                                       v1::AppendMessageResponse* response) {
  return parts_.methods.Write(
      context, request, response,
      [this](const RequestContext& c, const v1::AppendMessageRequest& q) {
        return CheckAppendRequest(c.caller, q, parts_.clock.Now());
      },
      [](const AppendMessageCommand& command) { return TicketKey(command.ticket); },
      [this](const RequestContext& c, const AppendMessageCommand& command,
             db::Transaction& tx) -> absl::StatusOr<v1::AppendMessageResponse> {
        HUIYIN_ASSIGN_OR_RETURN(const Intaken taken, Act(parts_.units, tx, [&](Unit& unit) {
                                  return ingest::AppendMessage(unit, c.caller, command);
                                }));
        v1::AppendMessageResponse out;
        ToProto(taken.ticket.tenant, taken.message, out.mutable_message());
        ToProto(taken.ticket, out.mutable_ticket());
        out.set_outcome(ToProto(taken.outcome));
        return out;
      },
      Recall(parts_.units));
}

grpc::ServerUnaryReactor* TicketService::UpdateTicket(Context* context,
                                                      const v1::UpdateTicketRequest* request,
                                                      v1::Ticket* response) {
  return parts_.methods.Write(
      context, request, response,
      [](const RequestContext& c, const v1::UpdateTicketRequest& q) {
        return CheckUpdate(c.caller, q);
      },
      [](const UpdateCommand& command) { return TicketKey(command.id); },
      [this](const RequestContext& c, const UpdateCommand& command, db::Transaction& tx) {
        return Answer(Act(parts_.units, tx, [&](Unit& unit) {
          return ingest::UpdateTicket(unit, c.caller, command.id, command.etag, command.changes);
        }));
      },
      Recall(parts_.units));
}

template <class Request>
grpc::ServerUnaryReactor* TicketService::ActOn(Context* context, const Request* request,
                                               v1::Ticket* response, Action action) {
  return parts_.methods.Write(
      context, request, response,
      [this](const RequestContext& c, const Request& q) -> absl::StatusOr<ActCommand> {
        InputCheck check;
        ActCommand command = CheckAct(check, c.caller, q);
        [[maybe_unused]] const absl::Time now = parts_.clock.Now();
        if constexpr (std::is_same_v<Request, v1::SnoozeTicketRequest>) {
          command.until = ingest::FromProto(q.snooze_until());
          check.Require(
              q.has_snooze_until() && *command.until > now && *command.until <= now + kMaxSnooze,
              "snooze_until", "must be in the future, at most 366 days ahead");
        }
        HUIYIN_RETURN_IF_ERROR(check.ToStatus());
        return command;
      },
      [](const ActCommand& command) { return TicketKey(command.id); },
      [this, action](const RequestContext& c, const ActCommand& command, db::Transaction& tx) {
        return Answer(Act(parts_.units, tx, [&](Unit& unit) {
          return ActOnTicket(unit, c.caller, command.id, command.etag, action, command.until);
        }));
      },
      Recall(parts_.units));
}

grpc::ServerUnaryReactor* TicketService::ResolveTicket(Context* context,
                                                       const v1::ResolveTicketRequest* request,
                                                       v1::Ticket* response) {
  return ActOn(context, request, response, Action::kResolve);
}

grpc::ServerUnaryReactor* TicketService::CloseTicket(Context* context,
                                                     const v1::CloseTicketRequest* request,
                                                     v1::Ticket* response) {
  return ActOn(context, request, response, Action::kClose);
}

grpc::ServerUnaryReactor* TicketService::ReopenTicket(Context* context,
                                                      const v1::ReopenTicketRequest* request,
                                                      v1::Ticket* response) {
  return ActOn(context, request, response, Action::kReopen);
}

grpc::ServerUnaryReactor* TicketService::SnoozeTicket(Context* context,
                                                      const v1::SnoozeTicketRequest* request,
                                                      v1::Ticket* response) {
  return ActOn(context, request, response, Action::kSnooze);
}

grpc::ServerUnaryReactor* TicketService::MergeTickets(Context* context,
                                                      const v1::MergeTicketsRequest* request,
                                                      v1::MergeTicketsResponse* response) {
  return parts_.methods.Write(
      context, request, response,
      [](const RequestContext& c, const v1::MergeTicketsRequest& q) {
        return CheckMerge(c.caller, q);
      },
      [](const MergeCommand& command) { return TicketKey(command.target); },
      [this](const RequestContext& c, const MergeCommand& command,
             db::Transaction& tx) -> absl::StatusOr<v1::MergeTicketsResponse> {
        HUIYIN_ASSIGN_OR_RETURN(const Merged merged, Act(parts_.units, tx, [&](Unit& unit) {
                                  return ingest::MergeTickets(unit, c.caller, command.target,
                                                              command.sources,
                                                              command.allow_different_customers);
                                }));
        v1::MergeTicketsResponse out;
        ToProto(merged.target, out.mutable_target());
        for (const Ticket& source : merged.sources) ToProto(source, out.add_sources());
        return out;
      },
      Recall(parts_.units));
}

grpc::ServerUnaryReactor* TicketService::UnmergeTicket(Context* context,
                                                       const v1::UnmergeTicketRequest* request,
                                                       v1::Ticket* response) {
  return parts_.methods.Write(
      context, request, response,
      [](const RequestContext& c, const v1::UnmergeTicketRequest& q) -> absl::StatusOr<TicketId> {
        InputCheck check;
        CheckRequestId(check, q.request_id());
        TicketId id = TicketFromName(check, "name", c.caller, q.name());
        HUIYIN_RETURN_IF_ERROR(check.ToStatus());
        return id;
      },
      [](const TicketId& id) { return TicketKey(id); },
      [this](const RequestContext& c, const TicketId& id, db::Transaction& tx) {
        return Answer(Act(parts_.units, tx,
                          [&](Unit& unit) { return ingest::UnmergeTicket(unit, c.caller, id); }));
      },
      Recall(parts_.units));
}

}  // namespace huiyin::ingest
