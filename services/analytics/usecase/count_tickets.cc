#include <algorithm>

#include "libs/core/status.h"
#include "services/analytics/domain/phrases.h"
#include "services/analytics/domain/stats/hyperloglog.h"
#include "services/analytics/usecase/count_facts.h"

namespace huiyin::analytics {
namespace {

// Numbers of huiyin.event.v1.TicketLifecycle and MessageAuthor.
constexpr uint32_t kTicketOpen = 2, kTicketResolved = 6, kTicketClosed = 7;
constexpr uint32_t kByCustomer = 1, kByAgent = 2;

// The only goods of `order` that `product` names; without a product the only goods there are.
const Goods* GoodsOf(const OrderState& order, uint32_t product) {
  const Goods* found = nullptr;
  for (const OrderUnits& units : order.units) {
    const Goods& goods = units.goods;
    if (product != 0 && goods.product != product) continue;
    if (found && (found->lot != goods.lot || found->product != goods.product)) return nullptr;
    found = &goods;
  }
  return found;
}

// Customers are counted by maxima, which cannot be taken back: this must be called whenever a
// ticket begins to count or is found to be of another customer or time, and at no other moment –
// what is counted must not depend on when changes are saved.
void CountCustomer(TenantFigures& figures, const TicketState& ticket) {
  if (!ticket.created_at || ticket.merged || ticket.customer.empty()) return;
  const HllObservation seen = HllObserve(ticket.customer);
  figures.Add({Cube::kCustomers,
               absl::ToUnixSeconds(*ticket.created_at),
               {seen.register_index},
               {seen.rank}});
}

absl::Status NoteExample(TenantFigures& figures, const std::string& ticket, Dimension dimension,
                         uint32_t product, uint32_t value) {
  if (value == 0) return absl::OkStatus();
  const std::string key = ExampleKey(static_cast<uint32_t>(dimension), product, value);
  HUIYIN_ASSIGN_OR_RETURN(const ExampleState* const known, figures.Get<ExampleState>(key));
  const auto& known_tickets = known->tickets;
  if (std::find(known_tickets.begin(), known_tickets.end(), ticket) != known_tickets.end()) {
    return absl::OkStatus();
  }
  HUIYIN_ASSIGN_OR_RETURN(ExampleState* const state, figures.Change<ExampleState>(key));
  state->tickets.push_back(ticket);
  if (state->tickets.size() > kMaxExamples) state->tickets.erase(state->tickets.begin());
  return absl::OkStatus();
}

// Keeps the customer's tickets in order of time and tells this one and the next whether they are
// repeats. `gone`: the ticket was merged into another one.
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
  const auto last = std::min(contacts.end(), it + 2);
  for (auto changed = it; changed != last; ++changed) {
    const bool repeat =
        changed != contacts.begin() && changed->at - (changed - 1)->at <= kRepeatWithin;
    HUIYIN_ASSIGN_OR_RETURN(TicketState* const of_contact,
                            figures.Change<TicketState>(changed->ticket));
    of_contact->repeat = repeat;
  }
  while (contacts.size() > kMaxContacts ||
         (!contacts.empty() && contacts.back().at - contacts.front().at > kContactsKept)) {
    contacts.erase(contacts.begin());
  }
  state->set_contacts(contacts);
  return absl::OkStatus();
}

// Each term once, however it is written.
absl::StatusOr<decltype(TicketState::terms)> InternTerms(TenantFigures& figures,
                                                         const std::vector<std::string>& texts) {
  decltype(TicketState::terms) terms;
  for (const std::string& text : texts) {
    HUIYIN_ASSIGN_OR_RETURN(const uint32_t term, figures.Intern(Dimension::kTerm, FoldTerm(text)));
    if (term != 0 && std::find(terms.begin(), terms.end(), term) == terms.end()) {
      terms.push_back(term);
    }
  }
  return terms;
}

}  // namespace

absl::Status LocateTicket(TenantFigures& figures, const std::string& ticket) {
  HUIYIN_ASSIGN_OR_RETURN(const TicketState* const known, figures.Get<TicketState>(ticket));
  if (known->order.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const OrderState* const order, figures.Get<OrderState>(known->order));
  if (order->version == 0) return absl::OkStatus();
  const Goods* const goods = GoodsOf(*order, known->goods.product);
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const state, figures.Change<TicketState>(ticket));
  state->country = order->country;
  state->tier = order->tier;
  if (goods) {
    state->goods = *goods;
    state->shipped_at = order->shipped_at;
  }
  return absl::OkStatus();
}

absl::Status NoteExample(TenantFigures& figures, const std::string& id) {
  HUIYIN_ASSIGN_OR_RETURN(const TicketState* const ticket, figures.Get<TicketState>(id));
  const Goods& goods = ticket->goods;
  if (!ticket->created_at || goods.product == 0 || !IsComplaint(*ticket)) return absl::OkStatus();
  const struct {
    Dimension dimension;
    uint32_t product, value;
  } subjects[] = {{Dimension::kProduct, goods.product, goods.product},
                  {Dimension::kSku, goods.product, goods.sku},
                  {Dimension::kLot, goods.product, goods.lot},
                  {Dimension::kCarrier, 0, goods.carrier},
                  {Dimension::kWarehouse, 0, goods.warehouse},
                  {Dimension::kCountry, 0, ticket->country}};
  for (const auto& subject : subjects) {
    HUIYIN_RETURN_IF_ERROR(
        NoteExample(figures, id, subject.dimension, subject.product, subject.value));
  }
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time at, const TicketCreated& fact) {
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t product,
                          figures.Intern(Dimension::kProduct, fact.product));
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const ticket, figures.Change<TicketState>(fact.ticket));
  ticket->created_at = at;
  ticket->customer = fact.customer;
  ticket->order = fact.order;
  if (ticket->goods.product == 0) ticket->goods.product = product;
  ticket->channel = fact.channel;
  ticket->rating = fact.rating;
  CountCustomer(figures, *ticket);
  HUIYIN_RETURN_IF_ERROR(NoteContact(figures, fact.customer, fact.ticket, at, /*gone=*/false));
  if (!fact.order.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(OrderState* const order, figures.Change<OrderState>(fact.order));
    auto& tickets = order->tickets;
    if (std::find(tickets.begin(), tickets.end(), fact.ticket) == tickets.end()) {
      tickets.push_back(fact.ticket);
    }
    HUIYIN_RETURN_IF_ERROR(LocateTicket(figures, fact.ticket));
  }
  return NoteExample(figures, fact.ticket);
}

absl::Status Count(TenantFigures& figures, absl::Time at, const TicketMessage& fact) {
  const bool answered = fact.author == kByAgent && fact.is_public;
  uint32_t agent = 0;
  if (answered) {
    HUIYIN_ASSIGN_OR_RETURN(agent, figures.Intern(Dimension::kAgent, fact.agent));
    // Work done stays done, whatever becomes of the ticket.
    figures.Add(
        {Cube::kService, absl::ToUnixSeconds(at), {0, agent, 0, 0, fact.channel, 0}, {0, 0, 1}});
  }
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const ticket, figures.Change<TicketState>(fact.ticket));
  if (fact.first_response && !ticket->first_response_at) ticket->first_response_at = at;
  if (fact.author == kByCustomer) ticket->written_again = true;
  if (answered) {
    ticket->by_agent = true;
    if (agent != 0) ticket->agent = agent;
  }
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time at, const TicketStateChange& fact) {
  const bool reopened =
      fact.to == kTicketOpen && (fact.from == kTicketResolved || fact.from == kTicketClosed);
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t agent, figures.Intern(Dimension::kAgent, fact.agent));
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const ticket, figures.Change<TicketState>(fact.ticket));
  const bool news = (!ticket->created_at && fact.created_at) ||
                    (ticket->customer.empty() && !fact.customer.empty());
  if (!ticket->created_at) ticket->created_at = fact.created_at;
  if (ticket->channel == 0) ticket->channel = fact.channel;
  if (ticket->customer.empty()) ticket->customer = fact.customer;
  if (agent != 0) {
    ticket->agent = agent;
    ticket->by_agent = true;
  }
  if (fact.to == kTicketResolved) ticket->resolved_at.push_back(at);
  if (reopened) ticket->reopened_at.push_back(at);
  if (news) CountCustomer(figures, *ticket);
  return absl::OkStatus();
}

absl::Status Count(TenantFigures& figures, absl::Time, const TicketMerge& fact) {
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const ticket, figures.Change<TicketState>(fact.ticket));
  ticket->merged = !fact.undone;
  if (!ticket->created_at) return absl::OkStatus();
  CountCustomer(figures, *ticket);
  return NoteContact(figures, ticket->customer, fact.ticket, *ticket->created_at, ticket->merged);
}

absl::Status Count(TenantFigures& figures, absl::Time at, const TicketDecision& fact) {
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t product,
                          figures.Intern(Dimension::kProduct, fact.product));
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t language,
                          figures.Intern(Dimension::kLanguage, fact.language));
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t queue, figures.Intern(Dimension::kQueue, fact.queue));
  HUIYIN_ASSIGN_OR_RETURN(auto terms, InternTerms(figures, fact.terms));
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const ticket, figures.Change<TicketState>(fact.ticket));
  if (!ticket->created_at) {
    ticket->created_at = fact.ticket_created_at;
    CountCustomer(figures, *ticket);
  }
  if (ticket->channel == 0) ticket->channel = fact.channel;
  if (ticket->goods.product == 0) ticket->goods.product = product;
  ticket->language = language;
  ticket->queue = queue;
  ticket->category = fact.category;
  ticket->sentiment = fact.sentiment;
  ticket->urgency = fact.urgency;
  ticket->priority = fact.priority;
  if (!ticket->decided_at) ticket->decided_at = at;
  ticket->terms = std::move(terms);
  HUIYIN_RETURN_IF_ERROR(LocateTicket(figures, fact.ticket));
  return NoteExample(figures, fact.ticket);
}

}  // namespace huiyin::analytics
