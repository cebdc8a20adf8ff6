#include <algorithm>

#include "libs/core/status.h"
#include "services/analytics/domain/phrases.h"
#include "services/analytics/domain/stats/hyperloglog.h"
#include "services/analytics/usecase/count_facts.h"
#include "services/analytics/usecase/customers.h"

namespace huiyin::analytics {
namespace {

// Numbers of huiyin.event.v1.TicketLifecycle and MessageAuthor.
constexpr uint32_t kTicketOpen = 2, kTicketResolved = 6, kTicketClosed = 7;
constexpr uint32_t kByCustomer = 1, kByAgent = 2;
constexpr uint32_t kSurveyChannel = 8;  // of huiyin.common.v1.Channel

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

// Whether something else has told of what is wrong with these goods of the order: a ticket with an
// unhappy answer repeats what the customer wrote or sent back before.
absl::StatusOr<bool> IsTold(TenantFigures& figures, const std::string& id,
                            const TicketState& ticket) {
  if (ticket.order.empty()) return false;
  HUIYIN_ASSIGN_OR_RETURN(const OrderState* const order, figures.Get<OrderState>(ticket.order));
  if (order->told) return true;
  const auto same = [&](const Goods& goods) { return goods.product == ticket.goods.product; };
  for (const std::string& other : order->tickets) {
    if (other == id) continue;
    HUIYIN_ASSIGN_OR_RETURN(const TicketState* const state, figures.Get<TicketState>(other));
    if (state->created_at && !state->merged && same(state->goods) && IsSignal(*state)) return true;
  }
  for (const std::string& rma : order->rmas) {
    HUIYIN_ASSIGN_OR_RETURN(const RmaState* const state, figures.Get<RmaState>(rma));
    for (const RmaLineState& line : state->lines) {
      if (line.issue != 0 && same(line.goods)) return true;
    }
  }
  return false;
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
  const std::optional<Goods> goods = CommonGoods(*order, {.product = known->goods.product});
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
  if (!ticket->created_at || !IsSignal(*ticket)) return absl::OkStatus();
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
  if (ticket->customer != fact.customer) {
    HUIYIN_RETURN_IF_ERROR(UntellCustomer(figures, fact.ticket));
  }
  ticket->created_at = at;
  ticket->customer = fact.customer;
  ticket->order = fact.order;
  if (ticket->goods.product == 0) ticket->goods.product = product;
  ticket->channel = fact.channel;
  ticket->rating = fact.rating;
  CountCustomer(figures, *ticket);
  HUIYIN_RETURN_IF_ERROR(NoteContact(figures, fact.customer, fact.ticket, at, /*gone=*/false));
  HUIYIN_RETURN_IF_ERROR(TellCustomer(figures, fact.ticket));
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
  if (!news) return absl::OkStatus();
  CountCustomer(figures, *ticket);
  return TellCustomer(figures, fact.ticket);
}

absl::Status Count(TenantFigures& figures, absl::Time, const TicketMerge& fact) {
  HUIYIN_ASSIGN_OR_RETURN(TicketState* const ticket, figures.Change<TicketState>(fact.ticket));
  ticket->merged = !fact.undone;
  if (!ticket->created_at) return absl::OkStatus();
  CountCustomer(figures, *ticket);
  HUIYIN_RETURN_IF_ERROR(
      NoteContact(figures, ticket->customer, fact.ticket, *ticket->created_at, ticket->merged));
  return TellCustomer(figures, fact.ticket);
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
    HUIYIN_RETURN_IF_ERROR(TellCustomer(figures, fact.ticket));
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
  if (ticket->channel == kSurveyChannel) {
    HUIYIN_ASSIGN_OR_RETURN(ticket->retold, IsTold(figures, fact.ticket, *ticket));
  }
  return NoteExample(figures, fact.ticket);
}

}  // namespace huiyin::analytics
