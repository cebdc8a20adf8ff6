#include "services/analytics/usecase/projector.h"

#include <algorithm>

#include "libs/core/status.h"

namespace huiyin::analytics {
namespace {

// Numbers of huiyin.event.v1.TicketLifecycle, RmaClosed.Outcome and RefundLifecycle.
constexpr uint32_t kTicketOpen = 2, kTicketResolved = 6, kTicketClosed = 7;
constexpr uint32_t kRmaCompleted = 1;
constexpr uint32_t kRefundSucceeded = 4, kRefundFailed = 5, kRefundReversed = 7;

// The only line of `order` that `product` names; without a product the only line there is.
const OrderUnits* UnitsFor(const OrderState& order, const std::string& product) {
  const OrderUnits* found = nullptr;
  for (const OrderUnits& units : order.units) {
    if (!product.empty() && units.product != product) continue;
    if (found && (found->lot != units.lot || found->product != units.product)) return nullptr;
    found = &units;
  }
  return found;
}

}  // namespace

absl::StatusOr<const std::string*> Projector::EntityBytes(EntityKind kind, const std::string& id) {
  const auto [it, added] = entities_.try_emplace(EntityKey{tenant_->name, kind, id});
  if (added) {
    auto loaded = store_.LoadEntity(generation_, tenant_->name, kind, id);
    if (!loaded.ok()) return loaded.status();
    if (loaded->has_value()) it->second.bytes = **std::move(loaded);
  }
  return &it->second.bytes;
}

void Projector::Put(EntityKind kind, const std::string& id, std::string bytes) {
  EntityEntry& entry = entities_[EntityKey{tenant_->name, kind, id}];
  entry.changed |= entry.bytes != bytes;
  entry.bytes = std::move(bytes);
}

template <class State, class Change>
absl::Status Projector::Update(EntityKind kind, const std::string& id, Change change) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string* bytes, EntityBytes(kind, id));
  const State before = FromBytes<State>(*bytes);
  State after = before;
  change(after);
  std::string changed = ToBytes(after);
  if (changed == *bytes) return absl::OkStatus();
  HUIYIN_RETURN_IF_ERROR(Replace(Contributions(before), Contributions(after)));
  Put(kind, id, std::move(changed));
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> Projector::Intern(Dimension dimension, std::string_view text) {
  if (text.empty()) return 0;
  Dictionary& dictionary = tenant_->dictionaries[dimension];
  const auto [it, added] = dictionary.numbers.try_emplace(std::string(text), 0);
  if (!added) return it->second;
  HUIYIN_ASSIGN_OR_RETURN(it->second, store_.NumberOf(generation_, tenant_->name, dimension, text));
  if (it->second != 0) return it->second;
  if (!dictionary.last) {
    HUIYIN_ASSIGN_OR_RETURN(dictionary.last,
                            store_.LastNumber(generation_, tenant_->name, dimension));
  }
  it->second = ++*dictionary.last;
  new_numbers_.push_back({tenant_->name, dimension, it->first, it->second});
  return it->second;
}

absl::Status Projector::Add(const Contribution& contribution, int sign) {
  const CubeInfo& cube = InfoOf(contribution.cube);
  if (cube.keeps_maximum && sign < 0) return absl::OkStatus();  // cannot be taken back
  CellKey key{};
  for (size_t i = 0; i < cube.dimensions.size(); ++i) {
    const DimensionValue& value = contribution.key[i];
    key[i] = value.number;
    if (InfoOf(cube.dimensions[i]).text) {
      HUIYIN_ASSIGN_OR_RETURN(key[i], Intern(cube.dimensions[i], value.text));
    }
  }
  CellValues values = contribution.values;
  for (int64_t& value : values) value *= sign;
  const uint32_t shard = cube.sharded ? key[0] / kShardWidth : 0;
  for (const Grain grain : cube.grains) {
    CellMap& cells =
        cells_[{tenant_->index, contribution.cube, grain, shard, BucketOf(grain, contribution.at)}];
    const auto [cell, added] = cells.try_emplace(key, values);
    if (!added) Combine(cube, cell->second, values);
  }
  return absl::OkStatus();
}

absl::Status Projector::Add(const std::vector<Contribution>& contributions) {
  for (const Contribution& contribution : contributions) {
    HUIYIN_RETURN_IF_ERROR(Add(contribution, 1));
  }
  return absl::OkStatus();
}

absl::Status Projector::Replace(const std::vector<Contribution>& before,
                                const std::vector<Contribution>& after) {
  std::vector<bool> kept(after.size());
  for (const Contribution& old : before) {
    size_t same = 0;
    while (same < after.size() && (kept[same] || after[same] != old)) ++same;
    if (same < after.size()) {
      kept[same] = true;
    } else {
      HUIYIN_RETURN_IF_ERROR(Add(old, -1));
    }
  }
  for (size_t i = 0; i < after.size(); ++i) {
    if (!kept[i]) HUIYIN_RETURN_IF_ERROR(Add(after[i], 1));
  }
  return absl::OkStatus();
}

absl::Status Projector::Apply(const std::string& tenant, const std::string& type, absl::Time at,
                              const std::optional<Fact>& fact) {
  const auto [entry, added] = tenants_.try_emplace(tenant);
  tenant_ = &entry->second;
  if (added) {
    tenant_->name = tenant;
    tenant_->index = static_cast<uint32_t>(tenants_.size());
  }
  at_ = at;
  HUIYIN_RETURN_IF_ERROR(Add({Cube::kEvents, at, {type}, {1}}, 1));
  if (!fact) return absl::OkStatus();
  return std::visit([this](const auto& body) { return On(body); }, fact->body);
}

absl::Status Projector::Save() {
  std::vector<EntityRow> rows;
  for (auto& [key, entry] : entities_) {
    if (entry.changed) rows.push_back({key.tenant, key.kind, key.id, std::move(entry.bytes)});
  }
  std::sort(rows.begin(), rows.end(), [](const EntityRow& x, const EntityRow& y) {
    return std::tie(x.tenant, x.kind, x.id) < std::tie(y.tenant, y.kind, y.id);
  });
  HUIYIN_RETURN_IF_ERROR(store_.SaveEntities(generation_, rows));
  HUIYIN_RETURN_IF_ERROR(store_.SaveNumbers(generation_, new_numbers_));
  std::map<uint32_t, std::string> names;
  for (const auto& [name, tenant] : tenants_) names[tenant.index] = name;
  std::map<CellAddress, const CellMap*> changes;  // in the order of the table
  for (const auto& [key, cells] : cells_) {
    changes[{names[key.tenant], key.cube, key.grain, key.bucket, key.shard}] = &cells;
  }
  for (const auto& [address, cells] : changes) {
    HUIYIN_ASSIGN_OR_RETURN(const std::string before, store_.LoadCells(generation_, address));
    const std::string after = MergeCells(InfoOf(address.cube), before, *cells);
    if (after != before) {
      HUIYIN_RETURN_IF_ERROR(store_.SaveCells(generation_, address, after));
    }
  }
  return absl::OkStatus();
}

// ---- tickets ----

absl::Status Projector::LinkTicketToOrder(const std::string& order, const std::string& ticket) {
  return Update<OrderState>(EntityKind::kOrder, order, [&](OrderState& state) {
    if (std::find(state.tickets.begin(), state.tickets.end(), ticket) == state.tickets.end()) {
      state.tickets.push_back(ticket);
    }
  });
}

// Finds the ticket's SKU and lot in its order, as far as it is known by now.
absl::Status Projector::LocateTicket(const std::string& id) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string* bytes, EntityBytes(EntityKind::kTicket, id));
  const auto ticket = FromBytes<TicketState>(*bytes);
  if (ticket.order.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const std::string* order_bytes,
                          EntityBytes(EntityKind::kOrder, ticket.order));
  const auto order = FromBytes<OrderState>(*order_bytes);
  const OrderUnits* units = UnitsFor(order, ticket.product);
  if (!units) return absl::OkStatus();
  return Update<TicketState>(EntityKind::kTicket, id, [&](TicketState& state) {
    state.product = units->product;
    state.sku = units->sku;
    state.lot = units->lot;
  });
}

absl::Status Projector::NoteExample(const std::string& id) {
  HUIYIN_ASSIGN_OR_RETURN(const std::string* bytes, EntityBytes(EntityKind::kTicket, id));
  const auto ticket = FromBytes<TicketState>(*bytes);
  if (!ticket.created_at || ticket.product.empty() || !IsComplaint(ticket)) return absl::OkStatus();
  const std::string key = ExampleKey(ticket.product, ticket.lot);
  HUIYIN_ASSIGN_OR_RETURN(const std::string* example_bytes,
                          EntityBytes(EntityKind::kExamples, key));
  auto examples = FromBytes<ExampleState>(*example_bytes);
  auto& tickets = examples.tickets;
  if (std::find(tickets.begin(), tickets.end(), id) != tickets.end()) return absl::OkStatus();
  tickets.push_back(id);
  if (tickets.size() > kMaxExamples) tickets.erase(tickets.begin());
  Put(EntityKind::kExamples, key, ToBytes(examples));
  return absl::OkStatus();
}

absl::Status Projector::On(const TicketCreated& fact) {
  HUIYIN_RETURN_IF_ERROR(
      Update<TicketState>(EntityKind::kTicket, fact.ticket, [&](TicketState& state) {
        state.created_at = at_;
        state.customer = fact.customer;
        state.order = fact.order;
        if (state.product.empty()) state.product = fact.product;
        state.channel = fact.channel;
        state.rating = fact.rating;
      }));
  if (fact.order.empty()) return NoteExample(fact.ticket);
  HUIYIN_RETURN_IF_ERROR(LinkTicketToOrder(fact.order, fact.ticket));
  HUIYIN_RETURN_IF_ERROR(LocateTicket(fact.ticket));
  return NoteExample(fact.ticket);
}

absl::Status Projector::On(const TicketMessage& fact) {
  if (!fact.first_response) return absl::OkStatus();
  return Update<TicketState>(EntityKind::kTicket, fact.ticket, [&](TicketState& state) {
    if (!state.first_response_at) state.first_response_at = at_;
  });
}

absl::Status Projector::On(const TicketStateChange& fact) {
  const bool reopened =
      fact.to == kTicketOpen && (fact.from == kTicketResolved || fact.from == kTicketClosed);
  return Update<TicketState>(EntityKind::kTicket, fact.ticket, [&](TicketState& state) {
    if (!state.created_at) state.created_at = fact.created_at;
    if (state.channel == 0) state.channel = fact.channel;
    if (state.customer.empty()) state.customer = fact.customer;
    if (fact.to == kTicketResolved) state.resolved_at.push_back(at_);
    if (reopened) state.reopened_at.push_back(at_);
  });
}

absl::Status Projector::On(const TicketMerge& fact) {
  return Update<TicketState>(EntityKind::kTicket, fact.ticket,
                             [&](TicketState& state) { state.merged = !fact.undone; });
}

absl::Status Projector::On(const TicketDecision& fact) {
  HUIYIN_RETURN_IF_ERROR(
      Update<TicketState>(EntityKind::kTicket, fact.ticket, [&](TicketState& state) {
        if (!state.created_at) state.created_at = fact.ticket_created_at;
        if (state.channel == 0) state.channel = fact.channel;
        if (state.product.empty()) state.product = fact.product;
        state.language = fact.language;
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

absl::Status Projector::On(const OrderVersion& fact) {
  HUIYIN_RETURN_IF_ERROR(Update<OrderState>(EntityKind::kOrder, fact.order, [&](OrderState& state) {
    if (fact.version <= state.version) return;
    if (state.version == 0) state.shipped_at = at_;
    state.version = fact.version;
    state.country = fact.country;
    if (fact.delivered_at) state.shipped_at = *fact.delivered_at;
    state.units.clear();
    for (const Units& units : fact.units) {
      state.units.push_back({units.product, units.sku, units.lot, units.quantity});
    }
  }));
  HUIYIN_ASSIGN_OR_RETURN(const std::string* bytes, EntityBytes(EntityKind::kOrder, fact.order));
  const auto order = FromBytes<OrderState>(*bytes);
  for (const std::string& ticket : order.tickets) {
    HUIYIN_RETURN_IF_ERROR(LocateTicket(ticket));
    HUIYIN_RETURN_IF_ERROR(NoteExample(ticket));
  }
  return absl::OkStatus();
}

absl::Status Projector::On(const RmaFiled& fact) {
  bool own_case = true;
  if (!fact.ticket.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const std::string* bytes,
                            EntityBytes(EntityKind::kTicket, fact.ticket));
    const auto ticket = FromBytes<TicketState>(*bytes);
    own_case = ticket.product.empty() || !IsComplaint(ticket);
  }
  return Update<RmaState>(EntityKind::kRma, fact.rma, [&](RmaState& state) {
    state.submitted_at = at_;
    state.country = fact.country;
    state.ticket = fact.ticket;
    state.own_case = own_case;
    state.lines.clear();
    for (const RmaLine& line : fact.lines) {
      state.lines.push_back(
          {line.product, line.sku, line.lot, line.reason, line.kind, line.quantity});
    }
  });
}

absl::Status Projector::On(const RmaDecision& fact) {
  return Update<RmaState>(EntityKind::kRma, fact.rma, [&](RmaState& state) {
    state.decided_at = at_;
    state.approved = fact.approved;
  });
}

absl::Status Projector::On(const RmaEnd& fact) {
  if (fact.outcome != kRmaCompleted) return absl::OkStatus();
  return Update<RmaState>(EntityKind::kRma, fact.rma,
                          [&](RmaState& state) { state.completed_at = at_; });
}

absl::Status Projector::On(const RefundChange& fact) {
  return Update<RefundState>(EntityKind::kRefund, fact.refund, [&](RefundState& state) {
    state.lifecycle = fact.to;
    state.currency = fact.currency;
    state.amount_minor = fact.amount_minor;
    state.requested_at = fact.requested_at.value_or(at_);
    state.submitted_at = fact.submitted_at;
    if (fact.to == kRefundSucceeded) state.succeeded_at = at_;
    if (fact.to == kRefundFailed) state.failed_at = at_;
    if (fact.to == kRefundReversed) state.reversed_at = at_;
  });
}

// ---- surveys ----

absl::Status Projector::On(const SurveyInvitation& fact) {
  for (const uint32_t kind : fact.other_kinds) {
    HUIYIN_RETURN_IF_ERROR(Add({Cube::kInvitations, at_, {kind}, {1}}, 1));
  }
  return Add({Cube::kInvitations, at_, {fact.kind}, {1}}, 1);
}

absl::Status Projector::On(const SurveyAnswer& fact) {
  TicketState ticket;
  if (!fact.ticket.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const std::string* bytes,
                            EntityBytes(EntityKind::kTicket, fact.ticket));
    ticket = FromBytes<TicketState>(*bytes);
  }
  return Add(Contributions(fact, at_, ticket));
}

}  // namespace huiyin::analytics
