// Counts what is published. A transaction that is run again after a conflict counts again: the
// counters are for rates, the exact figures are analytics'.
#pragma once

#include <prometheus/counter.h>

#include "libs/obs/metrics.h"
#include "services/survey/events/publisher.h"

namespace huiyin::survey {

struct SurveyMetrics {
  explicit SurveyMetrics(obs::Metrics& metrics)
      : invitations(metrics.Counter("huiyin_survey_invitations_total",
                                    "Invitations made, suppressed ones not counted.")),
        reminders(metrics.Counter("huiyin_survey_reminders_total",
                                  "Customers reminded of a survey they had not finished.")),
        answers(metrics.Counter("huiyin_survey_answers_total", "Surveys finished by customers.")),
        low_scores(metrics.Counter("huiyin_survey_low_scores_total",
                                   "Finished surveys whose main score calls for making good.")) {}
  prometheus::Counter& invitations;
  prometheus::Counter& reminders;
  prometheus::Counter& answers;
  prometheus::Counter& low_scores;
};

class MeteredPublisher final : public Publisher {
 public:
  // Both must outlive this.
  MeteredPublisher(Publisher& next, SurveyMetrics& metrics) : next_(next), metrics_(metrics) {}

  absl::Status Invited(const Invitation& invitation, const Survey& survey) override {
    metrics_.invitations.Increment();
    return next_.Invited(invitation, survey);
  }
  absl::Status Reminded(const Invitation& invitation) override {
    metrics_.reminders.Increment();
    return next_.Reminded(invitation);
  }
  absl::Status Answered(const Invitation& invitation, const Response& response,
                        const std::vector<Score>& scores) override {
    metrics_.answers.Increment();
    if (response.recovery == Recovery::kNeeded) metrics_.low_scores.Increment();
    return next_.Answered(invitation, response, scores);
  }

 private:
  Publisher& next_;
  SurveyMetrics& metrics_;
};

}  // namespace huiyin::survey
