// A tenant that asks about tickets and returns, in memory.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "libs/testing/fake_clock.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/status.h"
#include "services/survey/usecase/answer.h"
#include "services/survey/usecase/invite.h"
#include "services/survey/usecase/testing/fakes.h"

namespace huiyin::survey {

class SurveyTest : public ::testing::Test {
 protected:
  SurveyTest() {
    TriggerRule ticket, rma;
    ticket.id = ticket.survey_id = "ticket";
    ticket.delay = absl::Minutes(10);
    rma.id = rma.survey_id = "rma";
    rma.trigger = Trigger::kRmaCompleted;
    setup_.rules.triggers = {ticket, rma};
    setup_.rules.caps = {absl::Hours(24), 2, absl::Hours(240)};
  }

  Episode Resolved(const char* ticket, const char* customer = "c1", int64_t number = 0) {
    Episode episode;
    episode.tenant = TenantId("t1");
    episode.subject = ticket;
    episode.number = number;
    episode.customer = CustomerId(customer);
    episode.ticket = TicketId(ticket);
    episode.language = "zh";
    return episode;
  }
  // Lets every timer fire that is due.
  void FireTimers() {
    const auto due = scheduler_.due;
    for (const auto& [id, at] : due) {
      if (at > clock_.Now()) continue;
      scheduler_.due.erase(id);
      ASSERT_OK(MakeInvitation(unit_, id));
    }
    const auto reminders = scheduler_.reminders;
    for (const auto& [id, at] : reminders) {
      if (at > clock_.Now()) continue;
      scheduler_.reminders.erase(id);
      ASSERT_OK(RemindCustomer(unit_, id));
    }
  }
  // One invitation that may be answered.
  Invitation Invite(const char* ticket = "ticket-1", const char* customer = "c1") {
    EXPECT_OK(ScheduleInvitation(unit_, Resolved(ticket, customer)));
    clock_.Advance(absl::Minutes(10));
    FireTimers();
    return events_.invited.back();
  }
  absl::StatusOr<SubmitAnswerResult> Submit(const InvitationId& id, std::vector<Answer> answers,
                                            bool complete) {
    return SubmitAnswer(unit_, {{id, TenantId()}, std::move(answers), complete, ""});
  }

  testing::FakeClock clock_;
  testing::SequentialIds ids_;
  FakeStore store_;
  FakeDefinitions definitions_;
  FakeRecoveries recoveries_;
  FakeReviews reviews_;
  FakePublisher events_;
  FakeScheduler scheduler_;
  SurveySetup setup_{Catalogue(DefaultSurveys()), {}, TokenSigner({{1, std::string(32, 'k')}})};
  Unit unit_{store_,     definitions_, recoveries_, reviews_, events_,
             scheduler_, clock_,       ids_,        setup_};
};

}  // namespace huiyin::survey
