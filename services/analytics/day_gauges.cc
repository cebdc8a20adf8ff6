#include "services/analytics/day_gauges.h"

#include <prometheus/gauge.h>

#include <algorithm>
#include <map>
#include <string>

#include "services/analytics/domain/dimensions.h"

namespace huiyin::analytics {
namespace {

std::map<std::string, prometheus::Gauge*> ByValue(obs::Metrics& metrics, const std::string& name,
                                                  const std::string& help, Dimension dimension) {
  std::map<std::string, prometheus::Gauge*> gauges;
  const auto names = InfoOf(dimension).values;
  for (const std::string_view value : names) {
    const std::string label = value.empty() ? "UNKNOWN" : std::string(value);
    gauges[std::string(value)] =
        &metrics.Gauge(name, help, {{std::string(InfoOf(dimension).name), label}});
  }
  return gauges;
}

}  // namespace

struct DayGauges::Gauges {
  explicit Gauges(obs::Metrics& m)
      : categories(ByValue(m, "huiyin_analytics_day_tickets",
                           "Tickets created in the last 24 hours, by category.",
                           Dimension::kCategory)),
        sentiments(ByValue(m, "huiyin_analytics_day_sentiment_tickets",
                           "Tickets created in the last 24 hours, by sentiment.",
                           Dimension::kSentiment)),
        resolved(
            m.Gauge("huiyin_analytics_day_resolved_tickets", "Resolutions in the last 24 hours.")),
        returns(m.Gauge("huiyin_analytics_day_returns", "RMAs filed in the last 24 hours.")),
        refunds_failed(m.Gauge("huiyin_analytics_day_failed_refunds",
                               "Refunds the gateway refused in the last 24 hours.")),
        refunds_pending(
            m.Gauge("huiyin_analytics_pending_refunds", "Refunds that wait for the gateway now.")),
        answers(m.Gauge("huiyin_analytics_day_csat_answers", "CSAT scores of the last 24 hours.")),
        satisfied(m.Gauge("huiyin_analytics_day_csat_ratio",
                          "Of these, the share of 4 and 5; 0 without answers.")),
        response(m.Gauge("huiyin_analytics_day_first_response_seconds",
                         "Nine tenths of the first responses of the last 24 hours took at most "
                         "this, in the slowest tenant.")) {}
  std::map<std::string, prometheus::Gauge*> categories, sentiments;
  prometheus::Gauge &resolved, &returns, &refunds_failed, &refunds_pending, &answers, &satisfied,
      &response;
};

DayGauges::DayGauges(obs::Metrics& metrics) : gauges_(std::make_unique<Gauges>(metrics)) {}
DayGauges::~DayGauges() = default;

void DayGauges::Show(std::span<const Overview> tenants) {
  std::map<std::string, double> categories, sentiments;
  double resolved = 0, returns = 0, failed = 0, pending = 0, answers = 0, satisfied = 0,
         response = 0;
  for (const Overview& o : tenants) {
    for (const ValueCount& c : o.by_category) categories[c.value] += static_cast<double>(c.count);
    for (const ValueCount& c : o.by_sentiment) sentiments[c.value] += static_cast<double>(c.count);
    resolved += static_cast<double>(o.resolved);
    returns += static_cast<double>(o.rmas_submitted);
    failed += static_cast<double>(o.refunds_failed);
    pending += static_cast<double>(o.refunds_pending);
    for (const SurveyFigures& survey : o.surveys) {
      if (survey.kind != "CSAT") continue;
      answers += static_cast<double>(survey.count);
      satisfied += static_cast<double>(survey.count) * survey.headline.value;
    }
    for (const DurationFigures& duration : o.durations) {
      if (duration.duration == "first_response") response = std::max(response, duration.p90);
    }
  }
  for (const auto& [value, gauge] : gauges_->categories) gauge->Set(categories[value]);
  for (const auto& [value, gauge] : gauges_->sentiments) gauge->Set(sentiments[value]);
  gauges_->resolved.Set(resolved);
  gauges_->returns.Set(returns);
  gauges_->refunds_failed.Set(failed);
  gauges_->refunds_pending.Set(pending);
  gauges_->answers.Set(answers);
  gauges_->satisfied.Set(answers > 0 ? satisfied / answers : 0);
  gauges_->response.Set(response);
}

}  // namespace huiyin::analytics
