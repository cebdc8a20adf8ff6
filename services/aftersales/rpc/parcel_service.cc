#include "absl/hash/hash.h"
#include "huiyin/aftersales/v1/parcel_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/rpc/run.h"
#include "services/aftersales/rpc/service.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/parcels.h"

namespace huiyin::aftersales {
namespace {

constexpr rpc::PageLimits kParcelsPerPage = {.standard = 50, .maximum = 1000};
constexpr size_t kMaxNotice = 64 << 10;

v1::Parcel ToProto(const TenantId& tenant, const Parcel& parcel) {
  v1::Parcel out;
  out.set_name(Concat("tenants/", tenant.value(), "/parcels/", parcel.id.value()));
  out.set_parcel_id(parcel.id.value());
  out.set_rma_id(parcel.rma.value());
  out.set_order_id(parcel.order.value());
  out.set_handover(static_cast<v1::Handover>(parcel.handover));
  if (parcel.pick_up) *out.mutable_pick_up_time() = rpc::ToProto(*parcel.pick_up);
  out.set_state(static_cast<v1::ParcelState>(parcel.state));
  out.set_state_reason(parcel.reason);
  out.set_carrier(parcel.carrier);
  out.set_tracking_number(parcel.tracking);
  out.set_label_url(parcel.label_url);
  for (const Scan& scan : parcel.scans) {
    v1::ParcelScan* to = out.add_scans();
    to->set_kind(static_cast<v1::ScanKind>(scan.kind));
    to->set_place(scan.place);
    *to->mutable_scan_time() = rpc::ToProto(scan.at);
  }
  *out.mutable_create_time() = rpc::ToProto(parcel.created);
  *out.mutable_update_time() = rpc::ToProto(parcel.updated);
  out.set_etag(Etag(parcel.version));
  return out;
}

absl::StatusOr<BookParcelCommand> FromProto(const TenantId& tenant,
                                            const v1::BookParcelRequest& in) {
  InputCheck check;
  CheckRequestId(in.request_id(), check);
  BookParcelCommand command{.rma = RmaId(IdOf(tenant, "rmas", in.rma(), "rma", check))};
  check.Require(v1::Handover_IsValid(in.handover()), "handover", "must be DROP_OFF or PICK_UP");
  if (in.handover() == v1::HANDOVER_PICK_UP) command.handover = Handover::kPickUp;
  if (in.has_pick_up_time()) {
    check.Require(command.handover == Handover::kPickUp, "pick_up_time", "is for PICK_UP");
    command.pick_up = rpc::FromProto(in.pick_up_time());
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

class Service final : public v1::ParcelService::CallbackService {
 public:
  Service(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* BookParcel(grpc::CallbackServerContext* context,
                                       const v1::BookParcelRequest* request,
                                       v1::Parcel* response) override {
    return methods_.Write(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::BookParcelRequest& in) -> absl::StatusOr<BookParcelCommand> {
          HUIYIN_RETURN_IF_ERROR(NeedCarrier());
          return FromProto(ctx.caller.tenant, in);
        },
        [](const BookParcelCommand& command) { return absl::HashOf(command.rma); },
        [this](const rpc::RequestContext& ctx, const BookParcelCommand& command,
               db::Transaction& tx) {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::Parcel> {
            HUIYIN_ASSIGN_OR_RETURN(const Parcel parcel,
                                    aftersales::BookParcel(unit, ctx.caller, command));
            return ToProto(ctx.caller.tenant, parcel);
          });
        });
  }

  grpc::ServerUnaryReactor* CancelParcel(grpc::CallbackServerContext* context,
                                         const v1::CancelParcelRequest* request,
                                         v1::Parcel* response) override {
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext& ctx,
           const v1::CancelParcelRequest& in) -> absl::StatusOr<ParcelId> {
          InputCheck check;
          CheckRequestId(in.request_id(), check);
          ParcelId id(IdOf(ctx.caller.tenant, "parcels", in.name(), "name", check));
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return id;
        },
        [](const ParcelId& id) { return absl::HashOf(id); },
        [this](const rpc::RequestContext& ctx, const ParcelId& id, db::Transaction& tx) {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::Parcel> {
            HUIYIN_ASSIGN_OR_RETURN(const Parcel parcel,
                                    aftersales::CancelParcel(unit, ctx.caller, id));
            return ToProto(ctx.caller.tenant, parcel);
          });
        });
  }

  grpc::ServerUnaryReactor* GetParcel(grpc::CallbackServerContext* context,
                                      const v1::GetParcelRequest* request,
                                      v1::Parcel* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::GetParcelRequest& in) -> absl::StatusOr<v1::Parcel> {
          InputCheck check;
          const ParcelId id(IdOf(ctx.caller.tenant, "parcels", in.name(), "name", check));
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::Parcel> {
            HUIYIN_ASSIGN_OR_RETURN(const Parcel parcel,
                                    aftersales::GetParcel(view, ctx.caller, id));
            return ToProto(ctx.caller.tenant, parcel);
          });
        });
  }

  grpc::ServerUnaryReactor* ListParcels(grpc::CallbackServerContext* context,
                                        const v1::ListParcelsRequest* request,
                                        v1::ListParcelsResponse* response) override {
    return methods_.Read(context, request, response,
                         [this](const rpc::RequestContext& ctx, const v1::ListParcelsRequest& in) {
                           return List(ctx, in);
                         });
  }

  grpc::ServerUnaryReactor* AcceptCarrierNotice(
      grpc::CallbackServerContext* context, const v1::AcceptCarrierNoticeRequest* request,
      v1::AcceptCarrierNoticeResponse* response) override {
    return methods_.Write(
        context, request, response,
        [this](const rpc::RequestContext&,
               const v1::AcceptCarrierNoticeRequest& in) -> absl::StatusOr<CarrierNotice> {
          HUIYIN_RETURN_IF_ERROR(NeedCarrier());
          InputCheck check;
          if (!in.request_id().empty()) CheckRequestId(in.request_id(), check);
          check.Require(!in.body().empty() && in.body().size() <= kMaxNotice, "body",
                        "must have 1 to 65536 bytes");
          CheckText(in.signature(), "signature", 1, 4096, check);
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return parts_.carrier->ReadNotice(in.body(), in.signature());
        },
        [](const CarrierNotice& notice) { return absl::HashOf(notice.reference); },
        [this](const rpc::RequestContext& ctx, const CarrierNotice& notice, db::Transaction& tx) {
          return Act(parts_, ctx, tx,
                     [&](Unit& unit) -> absl::StatusOr<v1::AcceptCarrierNoticeResponse> {
                       HUIYIN_RETURN_IF_ERROR(RecordScan(unit, ctx.caller, notice));
                       return v1::AcceptCarrierNoticeResponse();
                     });
        });
  }

 private:
  absl::Status NeedCarrier() const {
    if (parts_.carrier != nullptr) return absl::OkStatus();
    return Error(absl::StatusCode::kFailedPrecondition, "NO_CARRIER",
                 "no carrier is configured: carrier.url");
  }

  absl::StatusOr<v1::ListParcelsResponse> List(const rpc::RequestContext& ctx,
                                               const v1::ListParcelsRequest& in) {
    HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kParcelsPerPage));
    InputCheck check;
    const RmaId rma(IdOf(ctx.caller.tenant, "rmas", in.rma(), "rma", check));
    HUIYIN_RETURN_IF_ERROR(check.ToStatus());
    return Look(parts_, [&](View& view) -> absl::StatusOr<v1::ListParcelsResponse> {
      const size_t size = static_cast<size_t>(page.size);
      HUIYIN_ASSIGN_OR_RETURN(std::vector<Parcel> parcels,
                              aftersales::ListParcels(view, ctx.caller, rma,
                                                      {.size = size + 1, .after = page.position}));
      const bool more = parcels.size() > size;
      if (more) parcels.pop_back();
      v1::ListParcelsResponse out;
      for (const Parcel& parcel : parcels) *out.add_parcels() = ToProto(ctx.caller.tenant, parcel);
      if (more) out.set_next_page_token(page.Next(parcels.back().id.value()));
      return out;
    });
  }

  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeParcelService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::aftersales
