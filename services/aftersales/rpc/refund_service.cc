#include "absl/hash/hash.h"
#include "huiyin/aftersales/v1/refund_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/rpc/run.h"
#include "services/aftersales/rpc/service.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {
namespace {

constexpr rpc::PageLimits kRowsPerPage = {.standard = 50, .maximum = 1000};
constexpr size_t kMaxNotice = 64 << 10;
constexpr int kMaxHeaders = 32;

struct RefundCommand {
  RefundId refund;
  std::string etag;
  std::string note;
};

class Service final : public v1::RefundService::CallbackService {
 public:
  Service(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerUnaryReactor* RequestRefund(grpc::CallbackServerContext* context,
                                          const v1::RequestRefundRequest* request,
                                          v1::RequestRefundResponse* response) override {
    struct Command {
      RequestRefundCommand request;
      uint64_t key;
    };
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext& ctx,
           const v1::RequestRefundRequest& in) -> absl::StatusOr<Command> {
          HUIYIN_ASSIGN_OR_RETURN(RequestRefundCommand command, FromProto(ctx.caller.tenant, in));
          const uint64_t key = command.rma.empty() ? OrderKey(ctx.caller.tenant, command.order)
                                                   : absl::HashOf(command.rma);
          return Command{std::move(command), key};
        },
        [](const Command& command) { return command.key; },
        [this](const rpc::RequestContext& ctx, const Command& command,
               db::Transaction& tx) -> absl::StatusOr<v1::RequestRefundResponse> {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::RequestRefundResponse> {
            v1::RequestRefundResponse out;
            HUIYIN_ASSIGN_OR_RETURN(const std::vector<Refund> refunds,
                                    aftersales::RequestRefund(unit, ctx.caller, command.request));
            for (const Refund& refund : refunds) {
              *out.add_refunds() = ToProto(ctx.caller.tenant, refund);
            }
            return out;
          });
        });
  }

  grpc::ServerUnaryReactor* ApproveRefund(grpc::CallbackServerContext* context,
                                          const v1::ApproveRefundRequest* request,
                                          v1::Refund* response) override {
    return Change(
        context, request, response,
        [](const v1::ApproveRefundRequest& in, RefundCommand& command, InputCheck& check) {
          CheckText(in.etag(), "etag", 0, 64, check);
          command.etag = in.etag();
        },
        [](Unit& unit, const Caller& caller, const RefundCommand& command) {
          return aftersales::ApproveRefund(unit, caller, command.refund, command.etag);
        });
  }

  grpc::ServerUnaryReactor* RejectRefund(grpc::CallbackServerContext* context,
                                         const v1::RejectRefundRequest* request,
                                         v1::Refund* response) override {
    return Change(
        context, request, response,
        [](const v1::RejectRefundRequest& in, RefundCommand& command, InputCheck& check) {
          CheckText(in.etag(), "etag", 0, 64, check);
          CheckText(in.note(), "note", 1, 1000, check);
          command.etag = in.etag();
          command.note = in.note();
        },
        [](Unit& unit, const Caller& caller, const RefundCommand& command) {
          return aftersales::RejectRefund(unit, caller, command.refund, command.etag, command.note);
        });
  }

  grpc::ServerUnaryReactor* ReconcileRefund(grpc::CallbackServerContext* context,
                                            const v1::ReconcileRefundRequest* request,
                                            v1::Refund* response) override {
    return Change(
        context, request, response,
        [](const v1::ReconcileRefundRequest&, RefundCommand&, InputCheck&) {},
        [](Unit& unit, const Caller& caller, const RefundCommand& command) {
          return aftersales::ReconcileRefund(unit, caller, command.refund);
        });
  }

  grpc::ServerUnaryReactor* GetRefund(grpc::CallbackServerContext* context,
                                      const v1::GetRefundRequest* request,
                                      v1::Refund* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx,
               const v1::GetRefundRequest& in) -> absl::StatusOr<v1::Refund> {
          InputCheck check;
          const RefundId id(IdOf(ctx.caller.tenant, "refunds", in.name(), "name", check));
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return Look(parts_, [&](View& view) -> absl::StatusOr<v1::Refund> {
            HUIYIN_ASSIGN_OR_RETURN(const Refund refund,
                                    aftersales::GetRefund(view.store, ctx.caller, id));
            return ToProto(ctx.caller.tenant, refund);
          });
        });
  }

  grpc::ServerUnaryReactor* ListRefunds(grpc::CallbackServerContext* context,
                                        const v1::ListRefundsRequest* request,
                                        v1::ListRefundsResponse* response) override {
    return methods_.Read(context, request, response,
                         [this](const rpc::RequestContext& ctx, const v1::ListRefundsRequest& in) {
                           return List(ctx, in);
                         });
  }

  grpc::ServerUnaryReactor* AcceptGatewayNotice(
      grpc::CallbackServerContext* context, const v1::AcceptGatewayNoticeRequest* request,
      v1::AcceptGatewayNoticeResponse* response) override {
    return methods_.Write(
        context, request, response,
        [this](const rpc::RequestContext&,
               const v1::AcceptGatewayNoticeRequest& in) -> absl::StatusOr<GatewayNotice> {
          InputCheck check;
          CheckText(in.gateway(), "gateway", 1, 64, check);
          check.Require(!in.body().empty() && in.body().size() <= kMaxNotice, "body",
                        "must have 1 to 65536 bytes");
          CheckText(in.signature(), "signature", 0, 4096, check);
          check.Require(in.headers_size() <= kMaxHeaders, "headers", "must be at most 32");
          for (const auto& [name, value] : in.headers()) {
            CheckText(name, "headers", 1, 256, check);
            CheckText(value, "headers", 0, 4096, check);
          }
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return parts_.gateway->ReadNotice(
              {.gateway = in.gateway(),
               .body = in.body(),
               .signature = in.signature(),
               .headers = {in.headers().begin(), in.headers().end()}});
        },
        [](const GatewayNotice& notice) {
          return notice.chargeback ? absl::HashOf(notice.chargeback->payment_id)
                                   : absl::HashOf(notice.idempotency_key);
        },
        [this](const rpc::RequestContext& ctx, const GatewayNotice& notice,
               db::Transaction& tx) -> absl::StatusOr<v1::AcceptGatewayNoticeResponse> {
          HUIYIN_RETURN_IF_ERROR(parts_.in_transaction(tx, ctx.caller.traceparent, [&](Unit& unit) {
            return RecordNotice(unit, ctx.caller, notice, parts_.timing);
          }));
          return v1::AcceptGatewayNoticeResponse();
        });
  }

  grpc::ServerUnaryReactor* RecordChargeback(grpc::CallbackServerContext* context,
                                             const v1::RecordChargebackRequest* request,
                                             v1::RecordChargebackResponse* response) override {
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext&, const v1::RecordChargebackRequest& in) {
          return FromProto(in);
        },
        [](const ChargebackCommand& command) { return absl::HashOf(command.payment); },
        [this](const rpc::RequestContext& ctx, const ChargebackCommand& command,
               db::Transaction& tx) -> absl::StatusOr<v1::RecordChargebackResponse> {
          return Act(
              parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::RecordChargebackResponse> {
                v1::RecordChargebackResponse out;
                HUIYIN_ASSIGN_OR_RETURN(const bool over,
                                        aftersales::RecordChargeback(unit, ctx.caller, command));
                out.set_over_captured(over);
                return out;
              });
        });
  }

  grpc::ServerUnaryReactor* ListLedgerEntries(grpc::CallbackServerContext* context,
                                              const v1::ListLedgerEntriesRequest* request,
                                              v1::ListLedgerEntriesResponse* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext& ctx, const v1::ListLedgerEntriesRequest& in) {
          return ListLedger(ctx, in);
        });
  }

  grpc::ServerWriteReactor<v1::AuditLedgerResponse>* AuditLedger(
      grpc::CallbackServerContext* context, const v1::AuditLedgerRequest* request) override {
    return methods_.ServerStream<v1::AuditLedgerResponse>(
        context, request,
        [this](const rpc::RequestContext& ctx, const v1::AuditLedgerRequest&,
               rpc::StreamWriter<v1::AuditLedgerResponse>& writer) {
          v1::AuditLedgerResponse last;
          HUIYIN_RETURN_IF_ERROR(parts_.query([&](View& view) -> absl::Status {
            const google::protobuf::Timestamp started = rpc::ToProto(view.clock.Now());
            HUIYIN_RETURN_IF_ERROR(Audit(view, ctx.caller.tenant, [&](AuditProgress& progress) {
              last = ToProto(progress);
              *last.mutable_started_at() = started;
              return writer.Write(last);
            }));
            return absl::OkStatus();
          }));
          last.clear_findings();
          last.set_done(true);
          writer.Write(last);
          return absl::OkStatus();
        });
  }

 private:
  template <class Request, class Parse, class Run>
  grpc::ServerUnaryReactor* Change(grpc::CallbackServerContext* context, const Request* request,
                                   v1::Refund* response, Parse parse, Run run) {
    return methods_.Write(
        context, request, response,
        [parse](const rpc::RequestContext& ctx,
                const Request& in) -> absl::StatusOr<RefundCommand> {
          InputCheck check;
          RefundCommand command;
          CheckRequestId(in.request_id(), check);
          command.refund = RefundId(IdOf(ctx.caller.tenant, "refunds", in.name(), "name", check));
          parse(in, command, check);
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return command;
        },
        [](const RefundCommand& command) { return absl::HashOf(command.refund); },
        [this, run](const rpc::RequestContext& ctx, const RefundCommand& command,
                    db::Transaction& tx) -> absl::StatusOr<v1::Refund> {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::Refund> {
            HUIYIN_ASSIGN_OR_RETURN(const Refund refund, run(unit, ctx.caller, command));
            return ToProto(ctx.caller.tenant, refund);
          });
        });
  }

  absl::StatusOr<v1::ListRefundsResponse> List(const rpc::RequestContext& ctx,
                                               const v1::ListRefundsRequest& in) {
    HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kRowsPerPage));
    RefundFilter filter;
    if (!in.rma_id().empty()) filter.rma = RmaId(in.rma_id());
    if (!in.order_id().empty()) filter.order = OrderId(in.order_id());
    if (!in.customer_id().empty()) filter.customer = CustomerId(in.customer_id());
    for (const int state : in.states()) filter.states.push_back(static_cast<RefundState>(state));
    return Look(parts_, [&](View& view) -> absl::StatusOr<v1::ListRefundsResponse> {
      v1::ListRefundsResponse out;
      const size_t size = static_cast<size_t>(page.size);
      HUIYIN_ASSIGN_OR_RETURN(std::vector<Refund> refunds,
                              aftersales::ListRefunds(view, ctx.caller, filter,
                                                      {.size = size + 1, .after = page.position}));
      const bool more = refunds.size() > size;
      if (more) refunds.pop_back();
      for (const Refund& refund : refunds) *out.add_refunds() = ToProto(ctx.caller.tenant, refund);
      if (more) out.set_next_page_token(page.Next(refunds.back().id.value()));
      return out;
    });
  }

  absl::StatusOr<v1::ListLedgerEntriesResponse> ListLedger(const rpc::RequestContext& ctx,
                                                           const v1::ListLedgerEntriesRequest& in) {
    HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kRowsPerPage));
    LedgerFilter filter;
    if (!in.order_id().empty()) filter.order = OrderId(in.order_id());
    if (!in.cause_id().empty()) filter.cause = in.cause_id();
    return Look(parts_, [&](View& view) -> absl::StatusOr<v1::ListLedgerEntriesResponse> {
      v1::ListLedgerEntriesResponse out;
      const size_t size = static_cast<size_t>(page.size);
      HUIYIN_ASSIGN_OR_RETURN(std::vector<LedgerEntry> entries,
                              view.store.ListLedger(ctx.caller.tenant, filter,
                                                    {.size = size + 1, .after = page.position}));
      const bool more = entries.size() > size;
      if (more) entries.pop_back();
      for (const LedgerEntry& entry : entries) *out.add_entries() = ToProto(entry);
      if (more) out.set_next_page_token(page.Next(std::to_string(entries.back().sequence)));
      return out;
    });
  }

  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRefundService(rpc::Methods& methods, ServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::aftersales
