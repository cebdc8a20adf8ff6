#include "huiyin/aftersales/v1/rma_progress_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/proto_time.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/rpc/run.h"
#include "services/aftersales/rpc/service.h"
#include "services/aftersales/usecase/return_shipment.h"
#include "services/aftersales/usecase/rma_clock.h"
#include "services/aftersales/usecase/timeline.h"

namespace huiyin::aftersales {
namespace {

using rpc::FromProto;
using rpc::ToProto;

constexpr absl::Duration kUsualPeriod = absl::Hours(24 * 30);

void Set(common::v1::Money* out, int64_t minor, const std::string& currency) {
  out->set_minor_units(minor);
  out->set_currency(currency);
}

google::protobuf::Duration ToProtoDuration(absl::Duration duration) {
  google::protobuf::Duration out;
  out.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &duration));
  out.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(duration)));
  return out;
}

v1::RmaTimeline ToProto(const Timeline& timeline) {
  v1::RmaTimeline out;
  out.set_language(timeline.language);
  for (const TimelineEntry& entry : timeline.entries) {
    v1::RmaTimelineEntry* to = out.add_entries();
    *to->mutable_time() = ToProto(entry.at);
    to->set_type(static_cast<v1::RmaActionType>(entry.action));
    to->set_text(entry.text);
    to->set_tracking_number(entry.tracking);
    if (entry.amount) {
      Set(to->mutable_amount(), entry.amount->minor(), entry.amount->currency());
    }
    if (entry.scan) {
      to->mutable_scan()->set_kind(static_cast<v1::ScanKind>(entry.scan->kind));
      to->mutable_scan()->set_place(entry.scan->place);
      *to->mutable_scan()->mutable_scan_time() = ToProto(entry.scan->at);
    }
  }
  for (const ExpectedStep& step : timeline.under_way) {
    v1::RmaStepUnderWay* to = out.add_under_way();
    to->set_step(static_cast<v1::RmaStep>(step.step));
    *to->mutable_begin_time() = ToProto(step.began);
    if (step.due) *to->mutable_due_time() = ToProto(*step.due);
    to->set_late(step.late);
  }
  return out;
}

v1::ReturnShipment ToProto(const ReturnShipmentView& view) {
  const ReturnShipment& shipment = view.shipment;
  v1::ReturnShipment out;
  out.set_route(static_cast<v1::ReturnRoute>(shipment.route));
  out.set_hub(shipment.hub);
  out.set_from_country(shipment.from_country);
  out.set_to_country(shipment.to_country);
  for (const CustomsLine& line : shipment.lines) {
    v1::ReturnShipmentLine* to = out.add_lines();
    to->set_rma_line_id(line.rma_line_id);
    to->set_description(line.description);
    to->set_hs_code(line.hs_code);
    to->set_origin_country(line.origin_country);
    to->set_quantity(static_cast<uint32_t>(line.quantity));
    Set(to->mutable_value(), line.value, view.currency);
  }
  out.set_customs(shipment.customs);
  out.set_export_reason(shipment.export_reason);
  for (const std::string& number : shipment.outbound_invoices) {
    out.add_outbound_invoice_numbers(number);
  }
  for (const std::string& what : shipment.missing) out.add_missing(what);
  return out;
}

v1::StepReport ToProto(const StepReport& report) {
  v1::StepReport out;
  for (int step = 1; step <= kSteps; ++step) {
    const StepFigures& figures = report.steps[step];
    if (figures.ended == 0 && figures.open == 0) continue;
    v1::RmaStepFigures* to = out.add_steps();
    to->set_step(static_cast<v1::RmaStep>(step));
    to->set_ended(figures.ended);
    to->set_ended_late(figures.ended_late);
    to->set_open(figures.open);
    to->set_open_late(figures.open_late);
    if (figures.ended == 0) continue;
    *to->mutable_p50() = ToProtoDuration(figures.p50);
    *to->mutable_p90() = ToProtoDuration(figures.p90);
    *to->mutable_p99() = ToProtoDuration(figures.p99);
    *to->mutable_max() = ToProtoDuration(figures.max);
  }
  if (report.slowest) out.set_slowest(static_cast<v1::RmaStep>(*report.slowest));
  return out;
}

class Service final : public v1::RmaProgressService::CallbackService {
 public:
  Service(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* GetRmaTimeline(grpc::CallbackServerContext* context,
                                           const v1::GetRmaTimelineRequest* request,
                                           v1::RmaTimeline* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::GetRmaTimelineRequest& in) -> absl::StatusOr<v1::RmaTimeline> {
          InputCheck check;
          const RmaId id(IdOf(ctx.caller.tenant, "rmas", in.name(), "name", check));
          CheckText(in.language(), "language", 0, 35, check);
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::RmaTimeline> {
            HUIYIN_ASSIGN_OR_RETURN(
                const Timeline timeline,
                aftersales::GetRmaTimeline(view, ctx.caller, id, in.language()));
            return ToProto(timeline);
          });
        });
  }

  grpc::ServerUnaryReactor* GetReturnShipment(grpc::CallbackServerContext* context,
                                              const v1::GetReturnShipmentRequest* request,
                                              v1::ReturnShipment* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::GetReturnShipmentRequest& in) -> absl::StatusOr<v1::ReturnShipment> {
          InputCheck check;
          const RmaId id(IdOf(ctx.caller.tenant, "rmas", in.name(), "name", check));
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::ReturnShipment> {
            HUIYIN_ASSIGN_OR_RETURN(const ReturnShipmentView shipment,
                                    aftersales::GetReturnShipment(view, ctx.caller, id));
            return ToProto(shipment);
          });
        });
  }

  grpc::ServerUnaryReactor* GetStepReport(grpc::CallbackServerContext* context,
                                          const v1::GetStepReportRequest* request,
                                          v1::StepReport* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::GetStepReportRequest& in) -> absl::StatusOr<v1::StepReport> {
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::StepReport> {
            v1::StepReport out;
            const absl::Time until =
                in.has_end_time() ? FromProto(in.end_time()) : view.clock.Now();
            const absl::Time from =
                in.has_start_time() ? FromProto(in.start_time()) : until - kUsualPeriod;
            if (from >= until) {
              return BadInput({{"start_time", "must be earlier than end_time"}});
            }
            HUIYIN_ASSIGN_OR_RETURN(
                const StepReport report,
                aftersales::GetStepReport(view, ctx.caller.tenant, from, until));
            out = ToProto(report);
            *out.mutable_start_time() = ToProto(from);
            *out.mutable_end_time() = ToProto(until);
            return out;
          });
        });
  }

 private:
  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRmaProgressService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::aftersales
