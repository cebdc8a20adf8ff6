#include "absl/hash/hash.h"
#include "huiyin/aftersales/v1/reconciliation_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"
#include "services/aftersales/domain/digest.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/rpc/convert.h"
#include "services/aftersales/rpc/run.h"
#include "services/aftersales/rpc/service.h"
#include "services/aftersales/usecase/reconciliation.h"

namespace huiyin::aftersales {
namespace {

constexpr rpc::PageLimits kRowsPerPage = {.standard = 50, .maximum = 1000};
constexpr size_t kMaxPiece = 1 << 20;
constexpr size_t kMaxFile = 32 << 20;
constexpr absl::Duration kMaxPeriod = absl::Hours(24 * 31);

void Set(const Money& money, v1::Difference& out, bool ours) {
  if (money.currency().empty()) return;
  auto* to = ours ? out.mutable_ours() : out.mutable_theirs();
  to->set_minor_units(money.minor());
  to->set_currency(money.currency());
}

v1::Difference ToProto(const TenantId& tenant, const Difference& difference) {
  v1::Difference out;
  out.set_name(Concat("tenants/", tenant.value(), "/differences/", difference.id));
  out.set_difference_id(difference.id);
  out.set_statement_id(difference.statement);
  out.set_gateway(difference.gateway);
  out.set_kind(static_cast<v1::DifferenceKind>(difference.kind));
  out.set_key(difference.key);
  out.set_gateway_id(difference.gateway_id);
  out.set_line(difference.line);
  Set(difference.ours, out, true);
  Set(difference.theirs, out, false);
  out.set_detail(difference.detail);
  *out.mutable_create_time() = rpc::ToProto(difference.created);
  if (difference.resolved) *out.mutable_resolve_time() = rpc::ToProto(*difference.resolved);
  out.set_resolved_by(difference.resolved_by);
  out.set_note(difference.note);
  return out;
}

v1::ImportStatementResponse ToProto(const Statement& statement) {
  v1::ImportStatementResponse out;
  out.set_statement_id(statement.id);
  out.set_lines(statement.lines);
  out.set_matched(statement.matched);
  out.set_missing_here(statement.Count(DifferenceKind::kMissingHere));
  out.set_missing_there(statement.Count(DifferenceKind::kMissingThere));
  out.set_amount_differs(statement.Count(DifferenceKind::kAmountDiffers));
  out.set_duplicates(statement.Count(DifferenceKind::kDuplicate));
  return out;
}

absl::Status CheckHeader(const v1::StatementHeader& header) {
  InputCheck check;
  CheckText(header.gateway(), "header.gateway", 1, 64, check);
  CheckRequestId(header.request_id(), check);
  check.Require(header.format() == v1::STATEMENT_FORMAT_CSV ||
                    header.format() == v1::STATEMENT_FORMAT_JSON_LINES,
                "header.format", "must be CSV or JSON_LINES");
  const absl::Time start = rpc::FromProto(header.start_time());
  const absl::Time end = rpc::FromProto(header.end_time());
  check.Require(header.has_start_time(), "header.start_time", "is mandatory");
  check.Require(header.has_end_time() && start < end && end - start <= kMaxPeriod,
                "header.end_time", "must be after start_time, by 31 days at most");
  return check.ToStatus();
}

// The whole stream: header and file, checked and read.
absl::StatusOr<ImportStatementCommand> ReadStream(
    rpc::StreamReader<v1::ImportStatementRequest>& in) {
  v1::ImportStatementRequest part;
  if (!in.Read(part) || !part.has_header()) {
    return BadInput({{"header", "must be the first message"}});
  }
  const v1::StatementHeader header = part.header();
  HUIYIN_RETURN_IF_ERROR(CheckHeader(header));
  std::string file;
  while (in.Read(part)) {
    if (!part.has_data() || part.data().empty() || part.data().size() > kMaxPiece) {
      return BadInput({{"data", "must be 1 byte to 1 MiB"}});
    }
    if (file.size() + part.data().size() > kMaxFile) {
      return BadInput({{"data", "is more than 32 MiB in total"}});
    }
    file += part.data();
  }
  ImportStatementCommand command{.gateway = header.gateway(),
                                 .start = rpc::FromProto(header.start_time()),
                                 .end = rpc::FromProto(header.end_time()),
                                 .content_hash = Sha256Hex(file)};
  HUIYIN_ASSIGN_OR_RETURN(command.lines,
                          ReadStatement(static_cast<StatementFormat>(header.format()), file));
  return command;
}

struct Resolution {
  std::string difference, note;
};

class Service final : public v1::ReconciliationService::CallbackService {
 public:
  Service(rpc::Methods& methods, ServiceParts parts)
      : methods_(methods), parts_(std::move(parts)) {}

  grpc::ServerReadReactor<v1::ImportStatementRequest>* ImportStatement(
      grpc::CallbackServerContext* context, v1::ImportStatementResponse* response) override {
    return methods_.ClientStream<v1::ImportStatementRequest>(
        context, response,
        [this](const rpc::RequestContext& ctx, rpc::StreamReader<v1::ImportStatementRequest>& in)
            -> absl::StatusOr<v1::ImportStatementResponse> {
          HUIYIN_ASSIGN_OR_RETURN(const ImportStatementCommand command, ReadStream(in));
          return Import(ctx, command);
        });
  }

  grpc::ServerUnaryReactor* ListDifferences(grpc::CallbackServerContext* context,
                                            const v1::ListDifferencesRequest* request,
                                            v1::ListDifferencesResponse* response) override {
    return methods_.Read(context, request, response,
                         [this](const rpc::RequestContext& ctx,
                                const v1::ListDifferencesRequest& in) { return List(ctx, in); });
  }

  grpc::ServerUnaryReactor* ResolveDifference(grpc::CallbackServerContext* context,
                                              const v1::ResolveDifferenceRequest* request,
                                              v1::Difference* response) override {
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext& ctx,
           const v1::ResolveDifferenceRequest& in) -> absl::StatusOr<Resolution> {
          InputCheck check;
          CheckRequestId(in.request_id(), check);
          CheckText(in.note(), "note", 1, 1000, check);
          Resolution resolution{
              .difference = IdOf(ctx.caller.tenant, "differences", in.name(), "name", check),
              .note = in.note()};
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return resolution;
        },
        [](const Resolution& resolution) { return absl::HashOf(resolution.difference); },
        [this](const rpc::RequestContext& ctx, const Resolution& resolution,
               db::Transaction& tx) -> absl::StatusOr<v1::Difference> {
          return Act(parts_, ctx, tx, [&](Unit& unit) -> absl::StatusOr<v1::Difference> {
            HUIYIN_ASSIGN_OR_RETURN(const Difference resolved,
                                    aftersales::ResolveDifference(
                                        unit, ctx.caller, resolution.difference, resolution.note));
            return ToProto(ctx.caller.tenant, resolved);
          });
        });
  }

 private:
  absl::StatusOr<v1::ImportStatementResponse> Import(const rpc::RequestContext& ctx,
                                                     const ImportStatementCommand& command) {
    v1::ImportStatementResponse out;
    HUIYIN_RETURN_IF_ERROR(RunAndWait(
        parts_.submit, absl::HashOf(ctx.caller.tenant, command.gateway), ctx.caller.traceparent,
        [&](Unit& unit) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const Statement statement,
                                  aftersales::ImportStatement(unit, ctx.caller, command));
          out = ToProto(statement);
          return absl::OkStatus();
        }));
    return out;
  }

  absl::StatusOr<v1::ListDifferencesResponse> List(const rpc::RequestContext& ctx,
                                                   const v1::ListDifferencesRequest& in) {
    HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kRowsPerPage));
    return Look(parts_, [&](View& view) -> absl::StatusOr<v1::ListDifferencesResponse> {
      v1::ListDifferencesResponse out;
      const size_t size = static_cast<size_t>(page.size);
      HUIYIN_ASSIGN_OR_RETURN(
          std::vector<Difference> differences,
          view.store.ListDifferences(ctx.caller.tenant,
                                     {.gateway = in.gateway(),
                                      .statement = in.statement_id(),
                                      .include_resolved = in.include_resolved()},
                                     size + 1, page.position));
      const bool more = differences.size() > size;
      if (more) differences.pop_back();
      for (const Difference& each : differences) {
        *out.add_differences() = ToProto(ctx.caller.tenant, each);
      }
      if (more) out.set_next_page_token(page.Next(differences.back().id));
      return out;
    });
  }

  rpc::Methods& methods_;
  const ServiceParts parts_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeReconciliationService(rpc::Methods& methods,
                                                         ServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::aftersales
