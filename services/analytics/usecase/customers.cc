#include "services/analytics/usecase/customers.h"

#include <algorithm>
#include <cstddef>

#include "libs/core/status.h"

namespace huiyin::analytics {
namespace {

void AddScore(const SurveyScore& score, std::vector<MonthScores>& scores) {
  auto it = std::lower_bound(scores.begin(), scores.end(), score.kind,
                             [](const MonthScores& s, uint32_t kind) { return s.survey < kind; });
  if (it == scores.end() || it->survey != score.kind) {
    it = scores.insert(it, MonthScores{.survey = score.kind});
  }
  const SurveyScale scale = ScaleOf(score.kind);
  ++it->count;
  it->sum += score.score;
  it->good += score.score >= scale.good_at_least ? 1 : 0;
  it->low += score.score <= scale.low_at_most ? 1 : 0;
}

// The ticket is told of as in `month` (0: nowhere) from now on.
absl::Status Tell(TenantFigures& figures, TicketState& ticket, uint32_t month) {
  const bool repeat = month != 0 && ticket.repeat;
  if (month == ticket.told_month && repeat == ticket.told_repeat) return absl::OkStatus();
  if (ticket.told_month != 0) {
    HUIYIN_RETURN_IF_ERROR(AddActivity(figures, ticket.customer, ticket.told_month,
                                       {.contacts = -1, .repeats = ticket.told_repeat ? -1 : 0}));
  }
  if (month != 0) {
    HUIYIN_RETURN_IF_ERROR(
        AddActivity(figures, ticket.customer, month, {.contacts = 1, .repeats = repeat ? 1 : 0}));
  }
  ticket.told_month = month;
  ticket.told_repeat = repeat;
  return absl::OkStatus();
}

}  // namespace

absl::Status AddActivity(TenantFigures& figures, const std::string& customer, uint32_t month,
                         const Activity& activity) {
  if (customer.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(CustomerState* const state, figures.Change<CustomerState>(customer));
  std::vector<CustomerMonth> months = state->months();
  auto it =
      std::lower_bound(months.begin(), months.end(), month,
                       [](const CustomerMonth& m, uint32_t number) { return m.month < number; });
  if (it == months.end() || it->month != month) {
    it = months.insert(it, CustomerMonth{.month = month});
  }
  it->orders += activity.orders;
  it->contacts += activity.contacts;
  it->repeats += activity.repeats;
  it->returns += activity.returns;
  for (const SurveyScore& score : activity.scores) AddScore(score, it->scores);
  if (it->idle()) months.erase(it);
  state->set_months(months);
  return absl::OkStatus();
}

absl::Status NoteContact(TenantFigures& figures, const std::string& customer,
                         const std::string& ticket, absl::Time at, bool gone) {
  if (customer.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(CustomerState* const state, figures.Change<CustomerState>(customer));
  std::vector<Contact> contacts = state->contacts();
  const Contact contact{at, ticket};
  auto it = std::lower_bound(contacts.begin(), contacts.end(), contact);
  const bool there = it != contacts.end() && *it == contact;
  if (there != gone) return absl::OkStatus();
  it = gone ? contacts.erase(it) : contacts.insert(it, contact);
  const auto last = it + std::min<std::ptrdiff_t>(2, contacts.end() - it);
  for (auto changed = it; changed != last; ++changed) {
    const bool repeat =
        changed != contacts.begin() && changed->at - (changed - 1)->at <= kRepeatWithin;
    HUIYIN_ASSIGN_OR_RETURN(TicketState* const of_contact,
                            figures.Change<TicketState>(changed->ticket));
    of_contact->repeat = repeat;
    HUIYIN_RETURN_IF_ERROR(Tell(figures, *of_contact, of_contact->told_month));
  }
  while (contacts.size() > kMaxContacts ||
         (!contacts.empty() && contacts.back().at - contacts.front().at > kContactsKept)) {
    contacts.erase(contacts.begin());
  }
  state->set_contacts(contacts);
  return absl::OkStatus();
}

absl::Status TellCustomer(TenantFigures& figures, const std::string& id) {
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const ticket, figures.Change<TicketState>(id));
  const bool counts = ticket->created_at && !ticket->merged && !ticket->customer.empty();
  return Tell(figures, *ticket, counts ? figures.MonthOf(*ticket->created_at) : 0);
}

absl::Status UntellCustomer(TenantFigures& figures, const std::string& id) {
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const ticket, figures.Change<TicketState>(id));
  return Tell(figures, *ticket, 0);
}

}  // namespace huiyin::analytics
