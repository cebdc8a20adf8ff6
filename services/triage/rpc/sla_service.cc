#include "services/triage/rpc/sla_service.h"

#include "absl/strings/str_cat.h"
#include "huiyin/triage/v1/sla_service.grpc.pb.h"
#include "libs/core/id.h"
#include "libs/core/status.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"
#include "services/triage/rpc/desk_calls.h"
#include "services/triage/usecase/sla.h"

namespace huiyin::triage {
namespace {

constexpr rpc::PageLimits kClocksPerPage = {.standard = 50, .maximum = 200};
constexpr int64_t kMostDueWithinSeconds = 30 * 24 * 3600;

v1::SlaClock ToProto(const ClockView& view, absl::Time now) {
  const SlaClock& clock = view.clock;
  v1::SlaClock proto;
  proto.set_name(absl::StrCat("tenants/", clock.tenant.value(), "/tickets/", clock.ticket.value(),
                              "/slaClock"));
  proto.set_ticket_id(clock.ticket.value());
  proto.set_state(static_cast<v1::SlaState>(view.state));
  proto.set_priority(static_cast<common::v1::Priority>(clock.priority));
  proto.set_tier(static_cast<common::v1::CustomerTier>(clock.tier));
  proto.set_sla_version(view.sla_version);
  for (const SlaMeasure& measure : view.measures) {
    v1::SlaMeasure& out = *proto.add_measures();
    out.set_metric(static_cast<event::v1::SlaMetric>(measure.metric));
    out.set_round(measure.round);
    *out.mutable_since() = rpc::ToProto(measure.since);
    if (measure.due != absl::InfiniteFuture()) *out.mutable_due() = rpc::ToProto(measure.due);
    if (measure.ended.has_value()) *out.mutable_ended() = rpc::ToProto(*measure.ended);
    out.set_missed(measure.Missed(now));
    *out.mutable_worked() = rpc::ToProto(measure.worked);
  }
  if (clock.next.has_value()) *proto.mutable_next_alarm() = rpc::ToProto(*clock.next);
  for (const SlaEvent& event : clock.history) {
    v1::SlaClock::Event& out = *proto.add_history();
    out.set_what(static_cast<v1::SlaMoment>(event.what));
    *out.mutable_at() = rpc::ToProto(event.at);
  }
  return proto;
}

class Service final : public v1::SlaService::CallbackService {
 public:
  explicit Service(DeskCalls calls) : calls_(std::move(calls)) {}

  grpc::ServerUnaryReactor* GetSlaClock(grpc::CallbackServerContext* context,
                                        const v1::GetSlaClockRequest* request,
                                        v1::SlaClock* response) override {
    return calls_.Query(
        context, request, response,
        [](const v1::GetSlaClockRequest& in, InputCheck& check) {
          check.Require(IsUuid(in.ticket_id()), "ticket_id", "must be the UUID of a ticket");
          return TicketId(in.ticket_id());
        },
        [](View& view, const TenantId& tenant,
           const TicketId& ticket) -> absl::StatusOr<v1::SlaClock> {
          HUIYIN_ASSIGN_OR_RETURN(const ClockView clock, GetClock(view, tenant, ticket));
          return ToProto(clock, view.clock.Now());
        });
  }

  grpc::ServerUnaryReactor* ListSlaClocks(grpc::CallbackServerContext* context,
                                          const v1::ListSlaClocksRequest* request,
                                          v1::ListSlaClocksResponse* response) override {
    return calls_.Query(context, request, response, ReadList, List);
  }

 private:
  static v1::ListSlaClocksRequest ReadList(const v1::ListSlaClocksRequest& in, InputCheck& check) {
    check.Require(in.due_within().seconds() >= 0 && in.due_within().nanos() >= 0 &&
                      in.due_within().seconds() <= kMostDueWithinSeconds,
                  "due_within", "must be 0 to 30 days");
    return in;
  }

  static absl::StatusOr<v1::ListSlaClocksResponse> List(View& view, const TenantId& tenant,
                                                        const v1::ListSlaClocksRequest& in) {
    HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kClocksPerPage));
    v1::ListSlaClocksResponse out;
    const absl::Time now = view.clock.Now();
    HUIYIN_ASSIGN_OR_RETURN(
        std::vector<TicketId> tickets,
        in.has_due_within()
            ? view.desk.ClocksDue(tenant, now + absl::Seconds(in.due_within().seconds()), page.size)
            : view.desk.ListClocks(tenant, {.missed_only = true}, TicketId(page.position),
                                   page.size + 1));
    if (static_cast<int>(tickets.size()) > page.size) {
      tickets.pop_back();
      out.set_next_page_token(page.Next(tickets.back().value()));
    }
    for (const TicketId& ticket : tickets) {
      HUIYIN_ASSIGN_OR_RETURN(const ClockView clock, GetClock(view, tenant, ticket));
      *out.add_clocks() = ToProto(clock, now);
    }
    return out;
  }

  DeskCalls calls_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSlaService(rpc::Methods& methods, DeskParts parts) {
  return std::make_unique<Service>(DeskCalls(methods, std::move(parts)));
}

}  // namespace huiyin::triage
