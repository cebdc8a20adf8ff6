#include "services/analytics/rpc/service.h"

#include <algorithm>
#include <functional>

#include "absl/strings/numbers.h"
#include "libs/core/status.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"
#include "services/analytics/rpc/convert.h"
#include "services/analytics/usecase/progress.h"

namespace huiyin::analytics {
namespace {

template <class Request>
std::vector<ValueFilter> ReadFilters(const Request& request) {
  std::vector<ValueFilter> filters;
  for (const pb::Filter& filter : request.filters()) {
    filters.push_back({filter.dimension(), {filter.values().begin(), filter.values().end()}});
  }
  return filters;
}

using rpc::RequestContext;

constexpr absl::Duration kOverviewPeriod = absl::Hours(24 * 7);
constexpr absl::Duration kHealthPeriod = absl::Hours(24 * 90);
constexpr rpc::PageLimits kMetricRows = {1000, 10000};
constexpr rpc::PageLimits kAlerts = {50, 500};
constexpr rpc::PageLimits kIssues = {10, 100};

}  // namespace

grpc::ServerUnaryReactor* AnalyticsServiceImpl::GetOverview(grpc::CallbackServerContext* context,
                                                            const pb::GetOverviewRequest* request,
                                                            pb::Overview* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::GetOverviewRequest& req) -> absl::StatusOr<pb::Overview> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        const TimeRange range = ReadPeriod(req.period(), parts_.clock.Now(), kOverviewPeriod);
        pb::Overview out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(
              const Overview overview,
              analytics::GetOverview(view, ctx.caller, range.from, range.until));
          out = ToProto(overview);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::QueryMetrics(grpc::CallbackServerContext* context,
                                                             const pb::QueryMetricsRequest* request,
                                                             pb::QueryMetricsResponse* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::QueryMetricsRequest& req) -> absl::StatusOr<pb::QueryMetricsResponse> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        if (!req.period().has_start_time()) {
          return BadInput({{"period.start_time", "must be given"}});
        }
        HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kMetricRows));
        MetricsQuestion question;
        HUIYIN_ASSIGN_OR_RETURN(question.granularity, ReadGranularity(req.granularity()));
        question.measures.assign(req.measures().begin(), req.measures().end());
        question.dimensions.assign(req.dimensions().begin(), req.dimensions().end());
        question.filters = ReadFilters(req);
        const TimeRange range = ReadPeriod(req.period(), parts_.clock.Now(), kOverviewPeriod);
        question.from = range.from;
        question.until = range.until;
        if (req.has_baseline()) {
          if (!req.baseline().has_start_time() || !req.baseline().has_end_time()) {
            return BadInput({{"baseline", "must have a start and an end"}});
          }
          question.baseline = {rpc::FromProto(req.baseline().start_time()),
                               rpc::FromProto(req.baseline().end_time())};
        }
        question.page_size = static_cast<size_t>(page.size);
        question.position = page.position;
        pb::QueryMetricsResponse out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const MetricsAnswer answer,
                                  analytics::QueryMetrics(view, ctx.caller, question));
          out = ToProto(answer);
          if (!answer.next_position.empty()) {
            out.set_next_page_token(page.Next(answer.next_position));
          }
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::TopIssues(grpc::CallbackServerContext* context,
                                                          const pb::TopIssuesRequest* request,
                                                          pb::TopIssuesResponse* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::TopIssuesRequest& req) -> absl::StatusOr<pb::TopIssuesResponse> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        if (req.page_size() < 0) return BadInput({{"page_size", "must not be negative"}});
        const int size =
            req.page_size() == 0 ? kIssues.standard : std::min(req.page_size(), kIssues.maximum);
        const TimeRange range = ReadPeriod(req.period(), parts_.clock.Now(), kOverviewPeriod);
        pb::TopIssuesResponse out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const auto issues,
                                  analytics::TopIssues(view, ctx.caller, range.from, range.until,
                                                       static_cast<size_t>(size)));
          out = ToProto(issues);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::ExplainChange(
    grpc::CallbackServerContext* context, const pb::ExplainChangeRequest* request,
    pb::ExplainChangeResponse* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::ExplainChangeRequest& req) -> absl::StatusOr<pb::ExplainChangeResponse> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        if (!req.period().has_start_time()) {
          return BadInput({{"period.start_time", "must be given"}});
        }
        const absl::Time now = parts_.clock.Now();
        const TimeRange range = ReadPeriod(req.period(), now, kOverviewPeriod);
        TimeRange baseline{range.from - (range.until - range.from), range.from};
        if (req.has_baseline()) {
          baseline = ReadPeriod(req.baseline(), range.from, range.until - range.from);
        }
        pb::ExplainChangeResponse out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(
              const ChangeExplained explained,
              analytics::ExplainChange(view, ctx.caller,
                                       {req.measure(), range.from, range.until, baseline.from,
                                        baseline.until, ReadFilters(req)}));
          out = ToProto(explained);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::ListAlerts(grpc::CallbackServerContext* context,
                                                           const pb::ListAlertsRequest* request,
                                                           pb::ListAlertsResponse* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::ListAlertsRequest& req) -> absl::StatusOr<pb::ListAlertsResponse> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(req, kAlerts));
        HUIYIN_ASSIGN_OR_RETURN(const AlertFilter filter, FromProto(req));
        int64_t offset = 0;
        if (!page.position.empty() && !absl::SimpleAtoi(page.position, &offset)) {
          return BadInput({{"page_token", "is not the token of an answer to this question"}});
        }
        pb::ListAlertsResponse out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const auto found, view.store.ListAlerts(ctx.caller.tenant, filter,
                                                                          page.size + 1, offset));
          const size_t shown = std::min(found.size(), static_cast<size_t>(page.size));
          for (size_t i = 0; i < shown; ++i) *out.add_alerts() = ToProto(found[i]);
          if (found.size() > shown) {
            out.set_next_page_token(page.Next(std::to_string(offset + page.size)));
          }
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::UpdateAlert(grpc::CallbackServerContext* context,
                                                            const pb::UpdateAlertRequest* request,
                                                            pb::Alert* response) {
  return methods_.Write(
      context, request, response,
      [](const RequestContext& ctx, const pb::UpdateAlertRequest& req) {
        return FromProto(req, ctx.caller);
      },
      [](const ChangeAlertCommand& command) {
        return std::hash<std::string>()(command.id.value()) | 1;
      },
      [this](const RequestContext& ctx, const ChangeAlertCommand& command,
             db::Transaction& tx) -> absl::StatusOr<pb::Alert> {
        pb::Alert out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_unit(tx, [&](Unit& unit) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const Alert alert, ChangeAlert(unit, ctx.caller, command));
          out = ToProto(alert);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::GetProductHealth(
    grpc::CallbackServerContext* context, const pb::GetProductHealthRequest* request,
    pb::ProductHealth* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::GetProductHealthRequest& req) -> absl::StatusOr<pb::ProductHealth> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        if (req.product_id().empty()) return BadInput({{"product_id", "must be given"}});
        const TimeRange range = ReadPeriod(req.period(), parts_.clock.Now(), kHealthPeriod);
        pb::ProductHealth out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const ProductHealth health,
                                  analytics::GetProductHealth(view, ctx.caller, req.product_id(),
                                                              range.from, range.until));
          out = ToProto(health);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::GetProgress(grpc::CallbackServerContext* context,
                                                            const pb::GetProgressRequest* request,
                                                            pb::Progress* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& ctx,
             const pb::GetProgressRequest& req) -> absl::StatusOr<pb::Progress> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        pb::Progress out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_view([&](const View& view) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const Progress progress,
                                  analytics::GetProgress(view, ctx.caller));
          out.set_received(static_cast<uint64_t>(progress.received));
          out.set_counted(static_cast<uint64_t>(progress.counted));
          for (const ValueCount& events : progress.events) {
            pb::EventCount* to = out.add_events();
            to->set_type(events.value);
            to->set_count(events.count);
          }
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerUnaryReactor* AnalyticsServiceImpl::EraseCustomer(
    grpc::CallbackServerContext* context, const pb::EraseCustomerRequest* request,
    pb::EraseCustomerResponse* response) {
  return methods_.Write(
      context, request, response,
      [](const RequestContext& ctx,
         const pb::EraseCustomerRequest& req) -> absl::StatusOr<std::string> {
        HUIYIN_RETURN_IF_ERROR(CheckParent(req.parent(), ctx.caller));
        if (req.customer_id().empty()) return BadInput({{"customer_id", "must be given"}});
        return req.customer_id();
      },
      [](const std::string& customer) { return std::hash<std::string>()(customer) | 1; },
      [this](const RequestContext& ctx, const std::string& customer,
             db::Transaction& tx) -> absl::StatusOr<pb::EraseCustomerResponse> {
        pb::EraseCustomerResponse out;
        HUIYIN_RETURN_IF_ERROR(parts_.open_unit(tx, [&](Unit& unit) -> absl::Status {
          HUIYIN_ASSIGN_OR_RETURN(const bool known,
                                  unit.store.ForgetCustomer(ctx.caller.tenant.value(), customer));
          out.set_known(known);
          return absl::OkStatus();
        }));
        return out;
      });
}

grpc::ServerWriteReactor<pb::RebuildResponse>* AnalyticsServiceImpl::Rebuild(
    grpc::CallbackServerContext* context, const pb::RebuildRequest* request) {
  return methods_.ServerStream<pb::RebuildResponse>(
      context, request,
      [this](const RequestContext&, const pb::RebuildRequest&,
             rpc::StreamWriter<pb::RebuildResponse>& writer) -> absl::Status {
        if (rebuilding_.exchange(true)) {
          return Error(absl::StatusCode::kFailedPrecondition, "REBUILD_RUNNING",
                       "a rebuild is under way");
        }
        const auto result = parts_.rebuild([&](int64_t counted, int64_t total) {
          pb::RebuildResponse progress;
          progress.set_counted(static_cast<uint64_t>(counted));
          progress.set_total(static_cast<uint64_t>(total));
          return writer.Write(progress);
        });
        rebuilding_ = false;
        if (!result.ok()) return result.status();
        pb::RebuildResponse last;
        last.set_counted(static_cast<uint64_t>(result->events));
        last.set_total(static_cast<uint64_t>(result->events));
        last.set_identical(result->identical);
        last.set_done(true);
        writer.Write(last);
        return absl::OkStatus();
      });
}

}  // namespace huiyin::analytics
