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
                                   "Finished surveys whose main score calls for making good.")),
        reviews(metrics.Counter("huiyin_survey_reviews_total", "Product reviews written.")),
        held_reviews(metrics.Counter("huiyin_survey_held_reviews_total",
                                     "Times that a review came to wait for a person.")),
        review_alerts(metrics.Counter("huiyin_survey_review_alerts_total",
                                      "Reviews with few stars or negative words that got a "
                                      "ticket.")) {}
  prometheus::Counter& invitations;
  prometheus::Counter& reminders;
  prometheus::Counter& answers;
  prometheus::Counter& low_scores;
  prometheus::Counter& reviews;
  prometheus::Counter& held_reviews;
  prometheus::Counter& review_alerts;
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
  absl::Status ReviewChanged(const std::optional<Review>& before,
                             const std::optional<Review>& after, absl::Time at) override {
    if (!before) metrics_.reviews.Increment();
    const bool held = after && after->state == ReviewState::kPending;
    if (held && !(before && before->state == ReviewState::kPending)) {
      metrics_.held_reviews.Increment();
    }
    return next_.ReviewChanged(before, after, at);
  }
  absl::Status ReviewReplied(const Review& review) override { return next_.ReviewReplied(review); }
  absl::Status ReviewAlerted(const Review& review, const TicketId& ticket, absl::Time at) override {
    metrics_.review_alerts.Increment();
    return next_.ReviewAlerted(review, ticket, at);
  }

 private:
  Publisher& next_;
  SurveyMetrics& metrics_;
};

}  // namespace huiyin::survey
