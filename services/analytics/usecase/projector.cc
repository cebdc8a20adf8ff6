#include "services/analytics/usecase/projector.h"

#include <algorithm>

#include "libs/core/status.h"

namespace huiyin::analytics {
namespace {

// Numbers of huiyin.event.v1.TicketLifecycle, MessageAuthor, RmaClosed.Outcome and RefundLifecycle.
constexpr uint32_t kTicketOpen = 2, kTicketResolved = 6, kTicketClosed = 7;
constexpr uint32_t kByCustomer = 1, kByAgent = 2;
constexpr uint32_t kRmaCompleted = 1;
constexpr uint32_t kRefundHandedOver = 3, kRefundSucceeded = 4, kRefundFailed = 5,
                   kRefundReversed = 7;

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

// An entity that is not in memory and whose id is later than any stored one is new.
template <class State>
constexpr bool kIdsGrow = State::kKind == EntityKind::kTicket || State::kKind == EntityKind::kRma ||
                          State::kKind == EntityKind::kRefund;

}  // namespace

absl::Status Projector::Start(Store& store, const Generation& generation) {
  const bool same = !dirty_ && held_.number == generation.number &&
                    held_.position == generation.position && held_.zones == generation.zones;
  if (!same) {
    Forget();
    HUIYIN_ASSIGN_OR_RETURN(zones_, Zones::Parse(generation.zones));
  }
  store_ = &store;
  held_ = generation;
  dirty_ = true;
  ++batch_;
  return absl::OkStatus();
}

void Projector::Forget() {
  tenant_ = nullptr;
  tenants_.clear();
  new_numbers_.clear();
}

template <class State>
absl::StatusOr<Projector::Entry<State>*> Projector::Find(const std::string& id) {
  const auto [it, added] = std::get<Entities<State>>(tenant_->entities).try_emplace(id);
  Entry<State>& entry = it->second;
  entry.last_batch = batch_;
  if (!added) return &entry;
  if constexpr (kIdsGrow<State>) {
    const auto [last, unknown] = tenant_->last_ids.try_emplace(State::kKind);
    if (unknown) {
      HUIYIN_ASSIGN_OR_RETURN(last->second,
                              store_->LastEntityId(held_.number, tenant_->name, State::kKind));
    }
    if (id > last->second) {
      last->second = id;
      return &entry;
    }
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto bytes,
                          store_->LoadEntity(held_.number, tenant_->name, State::kKind, id));
  if (bytes) entry.state = FromBytes<State>(*bytes);
  return &entry;
}

template <class State, class Change>
absl::Status Projector::Update(const std::string& id, Change change) {
  HUIYIN_ASSIGN_OR_RETURN(Entry<State>* const entry, Find<State>(id));
  before_.clear();
  Contribute(entry->state, before_);
  State after = entry->state;
  change(after);
  if (after == entry->state) return absl::OkStatus();
  entry->state = std::move(after);
  entry->changed = true;
  after_.clear();
  Contribute(entry->state, after_);
  Replace();
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> Projector::Intern(Dimension dimension, const std::string& text) {
  if (text.empty()) return 0;
  Dictionary& dictionary = tenant_->dictionaries[dimension];
  const auto [it, added] = dictionary.numbers.try_emplace(text, 0);
  if (!added) return it->second;
  HUIYIN_ASSIGN_OR_RETURN(it->second,
                          store_->NumberOf(held_.number, tenant_->name, dimension, text));
  if (it->second != 0) return it->second;
  if (!dictionary.last) {
    HUIYIN_ASSIGN_OR_RETURN(dictionary.last,
                            store_->LastNumber(held_.number, tenant_->name, dimension));
  }
  it->second = ++*dictionary.last;
  new_numbers_.push_back({tenant_->name, dimension, text, it->second});
  return it->second;
}

void Projector::Add(const Contribution& contribution, int sign) {
  CellValues values = contribution.values;
  if (sign < 0) {
    if (InfoOf(contribution.cube).keeps_maximum) return;  // cannot be taken back
    for (int64_t& value : values) value = -value;
  }
  tenant_->buckets.Add(contribution.cube, contribution.at, contribution.key, values,
                       tenant_->calendar);
}

void Projector::Replace() {
  for (const Contribution& old : before_) {
    const auto same = std::find(after_.begin(), after_.end(), old);
    if (same == after_.end()) {
      Add(old, -1);
    } else {
      *same = after_.back();
      after_.pop_back();
    }
  }
  for (const Contribution& contribution : after_) Add(contribution, 1);
}

absl::Status Projector::Apply(const std::string& tenant, const std::string& type, absl::Time at,
                              const std::optional<Fact>& fact) {
  if (!tenant_ || tenant_->name != tenant) {
    std::unique_ptr<Tenant>& entry = tenants_[tenant];
    if (!entry) entry = std::make_unique<Tenant>(tenant, zones_.Of(tenant));
    tenant_ = entry.get();
  }
  at_ = at;
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t name, Intern(Dimension::kEventType, type));
  Add({Cube::kEvents, absl::ToUnixSeconds(at), {name}, {1}}, 1);
  if (!fact) return absl::OkStatus();
  return std::visit([this](const auto& body) { return On(body); }, fact->body);
}

// ---- saving ----

template <class State>
void Projector::CollectChanged(Tenant& tenant, std::vector<EntityRow>& rows) {
  const size_t first = rows.size();
  for (auto& [id, entry] : std::get<Entities<State>>(tenant.entities)) {
    if (!entry.changed) continue;
    rows.push_back({tenant.name, State::kKind, id, ToBytes(entry.state)});
    entry.changed = false;
  }
  std::sort(rows.begin() + static_cast<long>(first), rows.end(),
            [](const EntityRow& x, const EntityRow& y) { return x.id < y.id; });
}

absl::Status Projector::Save(int64_t position) {
  std::vector<EntityRow> rows;
  for (const auto& [name, tenant] : tenants_) {
    CollectChanged<TicketState>(*tenant, rows);
    CollectChanged<OrderState>(*tenant, rows);
    CollectChanged<RmaState>(*tenant, rows);
    CollectChanged<RefundState>(*tenant, rows);
    CollectChanged<ExampleState>(*tenant, rows);
    CollectChanged<CustomerState>(*tenant, rows);
  }
  HUIYIN_RETURN_IF_ERROR(store_->SaveEntities(held_.number, rows));
  HUIYIN_RETURN_IF_ERROR(store_->SaveNumbers(held_.number, new_numbers_));
  new_numbers_.clear();
  for (const auto& [name, tenant] : tenants_) {
    HUIYIN_RETURN_IF_ERROR(tenant->buckets.Write(*store_, held_.number, name, tenant->calendar));
  }
  HUIYIN_RETURN_IF_ERROR(store_->Advance(held_.number, held_.position, position));
  held_.position = position;
  dirty_ = false;
  ForgetSome();
  return absl::OkStatus();
}

// Forgets entities that were not touched for the most batches, until there are few enough.
void Projector::ForgetSome() {
  const auto for_all = [&](auto visit) {
    for (const auto& [name, tenant] : tenants_) {
      std::apply([&](auto&... entities) { (visit(entities), ...); }, tenant->entities);
    }
  };
  for (uint32_t age = 64;; age /= 2) {
    size_t held = 0;
    for_all([&](auto& entities) { held += entities.size(); });
    if (held <= max_entities_) return;
    for_all([&](auto& entities) {
      absl::erase_if(entities,
                     [&](const auto& item) { return item.second.last_batch + age <= batch_; });
    });
    if (age == 0) return;
  }
}

// ---- tickets ----

// Finds out what goods the ticket is about, as far as its order is known by now.
absl::Status Projector::LocateTicket(const std::string& id) {
  HUIYIN_ASSIGN_OR_RETURN(const Entry<TicketState>* const ticket, Find<TicketState>(id));
  if (ticket->state.order.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const Entry<OrderState>* const entry,
                          Find<OrderState>(ticket->state.order));
  const OrderState& order = entry->state;
  if (order.version == 0) return absl::OkStatus();
  const Goods* const goods = GoodsOf(order, ticket->state.goods.product);
  return Update<TicketState>(id, [&](TicketState& state) {
    state.country = order.country;
    state.tier = order.tier;
    if (goods) state.goods = *goods;
  });
}

absl::Status Projector::NoteExample(const std::string& id, Dimension dimension, uint32_t product,
                                    uint32_t value) {
  if (value == 0) return absl::OkStatus();
  const std::string key = ExampleKey(static_cast<uint32_t>(dimension), product, value);
  HUIYIN_ASSIGN_OR_RETURN(Entry<ExampleState>* const entry, Find<ExampleState>(key));
  auto& tickets = entry->state.tickets;
  if (std::find(tickets.begin(), tickets.end(), id) != tickets.end()) return absl::OkStatus();
  tickets.push_back(id);
  if (tickets.size() > kMaxExamples) tickets.erase(tickets.begin());
  entry->changed = true;
  return absl::OkStatus();
}

absl::Status Projector::NoteExample(const std::string& id) {
  HUIYIN_ASSIGN_OR_RETURN(const Entry<TicketState>* const entry, Find<TicketState>(id));
  const TicketState& ticket = entry->state;
  const Goods& goods = ticket.goods;
  if (!ticket.created_at || goods.product == 0 || !IsComplaint(ticket)) return absl::OkStatus();
  const struct {
    Dimension dimension;
    uint32_t product, value;
  } subjects[] = {{Dimension::kProduct, goods.product, goods.product},
                  {Dimension::kSku, goods.product, goods.sku},
                  {Dimension::kLot, goods.product, goods.lot},
                  {Dimension::kCarrier, 0, goods.carrier},
                  {Dimension::kWarehouse, 0, goods.warehouse},
                  {Dimension::kCountry, 0, ticket.country}};
  for (const auto& subject : subjects) {
    HUIYIN_RETURN_IF_ERROR(NoteExample(id, subject.dimension, subject.product, subject.value));
  }
  return absl::OkStatus();
}

// Keeps the customer's tickets in order of time and tells this one and the next whether they are
// repeats. `gone`: the ticket was merged into another one.
absl::Status Projector::NoteContact(const std::string& customer, const std::string& ticket,
                                    absl::Time at, bool gone) {
  if (customer.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(Entry<CustomerState>* const entry, Find<CustomerState>(customer));
  auto& contacts = entry->state.contacts;
  const CustomerState::Contact contact{at, ticket};
  auto it = std::lower_bound(contacts.begin(), contacts.end(), contact);
  const bool there = it != contacts.end() && *it == contact;
  if (there != gone) return absl::OkStatus();
  it = gone ? contacts.erase(it) : contacts.insert(it, contact);
  entry->changed = true;
  const auto last = std::min(contacts.end(), it + 2);
  for (auto changed = it; changed != last; ++changed) {
    const bool repeat =
        changed != contacts.begin() && changed->at - (changed - 1)->at <= kRepeatWithin;
    HUIYIN_RETURN_IF_ERROR(
        Update<TicketState>(changed->ticket, [&](TicketState& state) { state.repeat = repeat; }));
  }
  if (contacts.size() > kMaxContacts) contacts.erase(contacts.begin());
  return absl::OkStatus();
}

absl::Status Projector::On(const TicketCreated& fact) {
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t product, Intern(Dimension::kProduct, fact.product));
  HUIYIN_RETURN_IF_ERROR(Update<TicketState>(fact.ticket, [&](TicketState& state) {
    state.created_at = at_;
    state.customer = fact.customer;
    state.order = fact.order;
    if (state.goods.product == 0) state.goods.product = product;
    state.channel = fact.channel;
    state.rating = fact.rating;
  }));
  HUIYIN_RETURN_IF_ERROR(NoteContact(fact.customer, fact.ticket, at_, /*gone=*/false));
  if (!fact.order.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(Entry<OrderState>* const order, Find<OrderState>(fact.order));
    auto& tickets = order->state.tickets;
    if (std::find(tickets.begin(), tickets.end(), fact.ticket) == tickets.end()) {
      tickets.push_back(fact.ticket);
      order->changed = true;
    }
    HUIYIN_RETURN_IF_ERROR(LocateTicket(fact.ticket));
  }
  return NoteExample(fact.ticket);
}

absl::Status Projector::On(const TicketMessage& fact) {
  const bool answered = fact.author == kByAgent && fact.is_public;
  uint32_t agent = 0;
  if (answered) {
    HUIYIN_ASSIGN_OR_RETURN(agent, Intern(Dimension::kAgent, fact.agent));
    // Work done stays done, whatever becomes of the ticket.
    Add({Cube::kService, absl::ToUnixSeconds(at_), {0, agent, 0, 0, fact.channel, 0}, {0, 0, 1}},
        1);
  }
  return Update<TicketState>(fact.ticket, [&](TicketState& state) {
    if (fact.first_response && !state.first_response_at) state.first_response_at = at_;
    if (fact.author == kByCustomer) state.written_again = true;
    if (answered) {
      state.by_agent = true;
      if (agent != 0) state.agent = agent;
    }
  });
}

absl::Status Projector::On(const TicketStateChange& fact) {
  const bool reopened =
      fact.to == kTicketOpen && (fact.from == kTicketResolved || fact.from == kTicketClosed);
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t agent, Intern(Dimension::kAgent, fact.agent));
  return Update<TicketState>(fact.ticket, [&](TicketState& state) {
    if (!state.created_at) state.created_at = fact.created_at;
    if (state.channel == 0) state.channel = fact.channel;
    if (state.customer.empty()) state.customer = fact.customer;
    if (agent != 0) {
      state.agent = agent;
      state.by_agent = true;
    }
    if (fact.to == kTicketResolved) state.resolved_at.push_back(at_);
    if (reopened) state.reopened_at.push_back(at_);
  });
}

absl::Status Projector::On(const TicketMerge& fact) {
  HUIYIN_RETURN_IF_ERROR(
      Update<TicketState>(fact.ticket, [&](TicketState& state) { state.merged = !fact.undone; }));
  HUIYIN_ASSIGN_OR_RETURN(const Entry<TicketState>* const entry, Find<TicketState>(fact.ticket));
  if (!entry->state.created_at) return absl::OkStatus();
  return NoteContact(entry->state.customer, fact.ticket, *entry->state.created_at, !fact.undone);
}

absl::Status Projector::On(const TicketDecision& fact) {
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t product, Intern(Dimension::kProduct, fact.product));
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t language, Intern(Dimension::kLanguage, fact.language));
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t queue, Intern(Dimension::kQueue, fact.queue));
  HUIYIN_RETURN_IF_ERROR(Update<TicketState>(fact.ticket, [&](TicketState& state) {
    if (!state.created_at) state.created_at = fact.ticket_created_at;
    if (state.channel == 0) state.channel = fact.channel;
    if (state.goods.product == 0) state.goods.product = product;
    state.language = language;
    state.queue = queue;
    state.category = fact.category;
    state.sentiment = fact.sentiment;
    state.urgency = fact.urgency;
    state.priority = fact.priority;
    if (!state.decided_at) state.decided_at = at_;
  }));
  HUIYIN_RETURN_IF_ERROR(LocateTicket(fact.ticket));
  return NoteExample(fact.ticket);
}

// ---- orders, returns, refunds ----

absl::StatusOr<Goods> Projector::InternGoods(const Units& units) {
  Goods goods;
  HUIYIN_ASSIGN_OR_RETURN(goods.product, Intern(Dimension::kProduct, units.product));
  HUIYIN_ASSIGN_OR_RETURN(goods.sku, Intern(Dimension::kSku, units.sku));
  HUIYIN_ASSIGN_OR_RETURN(goods.lot, Intern(Dimension::kLot, units.lot));
  HUIYIN_ASSIGN_OR_RETURN(goods.carrier, Intern(Dimension::kCarrier, units.carrier));
  HUIYIN_ASSIGN_OR_RETURN(goods.warehouse, Intern(Dimension::kWarehouse, units.warehouse));
  return goods;
}

absl::Status Projector::On(const OrderVersion& fact) {
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t country, Intern(Dimension::kCountry, fact.country));
  std::vector<OrderUnits> shipped;
  for (const Units& units : fact.units) {
    HUIYIN_ASSIGN_OR_RETURN(const Goods goods, InternGoods(units));
    shipped.push_back({goods, units.quantity});
  }
  HUIYIN_RETURN_IF_ERROR(Update<OrderState>(fact.order, [&](OrderState& state) {
    if (fact.version <= state.version) return;
    if (state.version == 0) state.shipped_at = at_;
    state.version = fact.version;
    state.country = country;
    state.tier = fact.tier;
    if (fact.delivered_at) state.shipped_at = *fact.delivered_at;
    state.units = std::move(shipped);
  }));
  HUIYIN_ASSIGN_OR_RETURN(const Entry<OrderState>* const order, Find<OrderState>(fact.order));
  for (const std::string& ticket : order->state.tickets) {
    HUIYIN_RETURN_IF_ERROR(LocateTicket(ticket));
    HUIYIN_RETURN_IF_ERROR(NoteExample(ticket));
  }
  return absl::OkStatus();
}

absl::Status Projector::On(const RmaFiled& fact) {
  bool own_case = true;
  if (!fact.ticket.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const Entry<TicketState>* const ticket, Find<TicketState>(fact.ticket));
    own_case = ticket->state.goods.product == 0 || !IsComplaint(ticket->state);
  }
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t country, Intern(Dimension::kCountry, fact.country));
  HUIYIN_ASSIGN_OR_RETURN(const Entry<OrderState>* const order, Find<OrderState>(fact.order));
  std::vector<RmaLineState> lines;
  for (const RmaLine& line : fact.lines) {
    RmaLineState state;
    HUIYIN_ASSIGN_OR_RETURN(state.goods, InternGoods({line.product, line.sku, line.lot, "", ""}));
    HUIYIN_ASSIGN_OR_RETURN(state.reason, Intern(Dimension::kReason, line.reason));
    for (const OrderUnits& units : order->state.units) {
      if (units.goods.sku != state.goods.sku || units.goods.lot != state.goods.lot) continue;
      state.goods = units.goods;  // knows the way it went, too
    }
    state.issue = IssueOfReason(line.reason);
    state.kind = line.kind;
    state.quantity = line.quantity;
    lines.push_back(state);
  }
  return Update<RmaState>(fact.rma, [&](RmaState& state) {
    state.submitted_at = at_;
    state.country = country;
    state.own_case = own_case;
    state.lines = std::move(lines);
  });
}

absl::Status Projector::On(const RmaDecision& fact) {
  return Update<RmaState>(fact.rma, [&](RmaState& state) {
    state.decided_at = at_;
    state.approved = fact.approved;
  });
}

absl::Status Projector::On(const RmaInspection& fact) {
  return Update<RmaState>(fact.rma, [&](RmaState& state) {
    if (!state.inspected_at) state.inspected_at = at_;
  });
}

absl::Status Projector::On(const RmaEnd& fact) {
  if (fact.outcome != kRmaCompleted) return absl::OkStatus();
  return Update<RmaState>(fact.rma, [&](RmaState& state) { state.completed_at = at_; });
}

absl::Status Projector::On(const RefundChange& fact) {
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t currency, Intern(Dimension::kCurrency, fact.currency));
  return Update<RefundState>(fact.refund, [&](RefundState& state) {
    state.lifecycle = fact.to;
    state.currency = currency;
    state.grounds = static_cast<uint32_t>(fact.rma.empty() ? Grounds::kGoodwill : Grounds::kReturn);
    state.amount_minor = fact.amount_minor;
    state.requested_at = fact.requested_at.value_or(at_);
    state.rma_filed_at = fact.submitted_at;
    if (fact.to == kRefundHandedOver && !state.handed_over_at) state.handed_over_at = at_;
    if (fact.to == kRefundSucceeded) state.succeeded_at = at_;
    if (fact.to == kRefundFailed) state.failed_at = at_;
    if (fact.to == kRefundReversed) state.reversed_at = at_;
  });
}

// ---- surveys ----

absl::Status Projector::On(const SurveyInvitation& fact) {
  for (const uint32_t kind : fact.other_kinds) {
    Add({Cube::kInvitations, absl::ToUnixSeconds(at_), {kind}, {1}}, 1);
  }
  Add({Cube::kInvitations, absl::ToUnixSeconds(at_), {fact.kind}, {1}}, 1);
  return absl::OkStatus();
}

absl::Status Projector::On(const SurveyAnswer& fact) {
  TicketState unknown;
  const TicketState* ticket = &unknown;
  if (!fact.ticket.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const Entry<TicketState>* const entry, Find<TicketState>(fact.ticket));
    ticket = &entry->state;
  }
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t language, Intern(Dimension::kLanguage, fact.language));
  after_.clear();
  Contribute(fact, language, at_, *ticket, after_);
  for (const Contribution& contribution : after_) Add(contribution, 1);
  return absl::OkStatus();
}

}  // namespace huiyin::analytics
