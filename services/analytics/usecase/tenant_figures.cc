#include "services/analytics/usecase/tenant_figures.h"

#include <algorithm>
#include <utility>

#include "libs/core/status.h"

namespace huiyin::analytics {
namespace {

constexpr size_t kRowsAtOnce = 1000;

// An entity that is not in memory and whose id is later than any stored one is new.
template <class State>
constexpr bool kIdsGrow = State::kKind == EntityKind::kTicket || State::kKind == EntityKind::kRma ||
                          State::kKind == EntityKind::kRefund;

}  // namespace

TenantFigures::TenantFigures(std::string name, absl::TimeZone zone)
    : name_(std::move(name)), calendar_(zone) {}

void TenantFigures::ReadFrom(Store& store, int64_t generation) {
  store_ = &store;
  generation_ = generation;
}

template <class State>
absl::StatusOr<TenantFigures::Known<State>*> TenantFigures::Find(const std::string& id) {
  auto& entities = std::get<Entities<State>>(entities_);
  const auto [it, added] = entities.known.try_emplace(id);
  Entry<State>& entry = it->second;
  entry.touched = now_;
  if (!added) return &*it;
  if constexpr (kIdsGrow<State>) {
    if (!entities.last_id) {
      HUIYIN_ASSIGN_OR_RETURN(entities.last_id,
                              store_->LastEntityId(generation_, name_, State::kKind));
    }
    if (id > *entities.last_id) {
      entities.last_id = id;
      return &*it;
    }
  }
  HUIYIN_ASSIGN_OR_RETURN(const auto bytes,
                          store_->LoadEntity(generation_, name_, State::kKind, id));
  if (bytes) entry.state = FromBytes<State>(*bytes);
  return &*it;
}

template <class State>
absl::StatusOr<const State*> TenantFigures::Get(const std::string& id) {
  HUIYIN_ASSIGN_OR_RETURN(Known<State>* const found, Find<State>(id));
  return &found->second.state;
}

template <class State>
absl::StatusOr<State*> TenantFigures::Change(const std::string& id) {
  HUIYIN_ASSIGN_OR_RETURN(Known<State>* const found, Find<State>(id));
  Entry<State>& entry = found->second;
  if (entry.change == kUnchanged) {
    auto& changed = std::get<Entities<State>>(entities_).changed;
    entry.change = static_cast<uint32_t>(changed.size());
    if constexpr (kContributes<State>) {
      changed.push_back({found, entry.state});
    } else {
      changed.push_back({found, {}});
    }
  }
  return &entry.state;
}

absl::StatusOr<uint32_t> TenantFigures::Intern(Dimension dimension, const std::string& text) {
  if (text.empty()) return 0;
  Dictionary& dictionary = dictionaries_[static_cast<size_t>(dimension)];
  const auto known = dictionary.numbers.find(text);
  if (known != dictionary.numbers.end()) return known->second;
  HUIYIN_ASSIGN_OR_RETURN(uint32_t number, store_->NumberOf(generation_, name_, dimension, text));
  if (number == 0) {
    if (!dictionary.last) {
      HUIYIN_ASSIGN_OR_RETURN(dictionary.last, store_->LastNumber(generation_, name_, dimension));
    }
    number = ++*dictionary.last;
    new_numbers_.push_back({name_, dimension, text, number});
  }
  dictionary.numbers.emplace(text, number);
  return number;
}

void TenantFigures::Add(const Contribution& contribution) { AddSigned(contribution, 1); }

void TenantFigures::AddSigned(const Contribution& contribution, int sign) {
  CellValues values = contribution.values;
  if (sign < 0) {
    for (int64_t& value : values) value = -value;
  }
  buckets_.Add(contribution.cube, contribution.at, contribution.key, values, calendar_);
}

void TenantFigures::Replace() {
  for (const Contribution& old : before_) {
    const auto same = std::find(after_.begin(), after_.end(), old);
    if (same == after_.end()) {
      AddSigned(old, -1);
    } else {
      *same = after_.back();
      after_.pop_back();
    }
  }
  for (const Contribution& contribution : after_) AddSigned(contribution, 1);
}

template <class State>
absl::Status TenantFigures::WriteRows(std::vector<const Known<State>*>& entities, Store& store,
                                      int64_t generation) {
  // In the order of the table, where neighbours share pages.
  std::sort(entities.begin(), entities.end(),
            [](const auto* x, const auto* y) { return x->first < y->first; });
  std::vector<EntityRow> rows;
  for (const Known<State>* entity : entities) {
    rows.push_back({name_, State::kKind, entity->first, ToBytes(entity->second.state)});
    if (rows.size() < kRowsAtOnce) continue;
    HUIYIN_RETURN_IF_ERROR(store.SaveEntities(generation, rows));
    rows.clear();
  }
  return store.SaveEntities(generation, rows);
}

template <class State>
absl::Status TenantFigures::SaveChanged(Entities<State>& entities, Store& store, int64_t generation,
                                        EntityRows rows) {
  std::vector<const Known<State>*> to_write;
  for (Changed<State>& change : entities.changed) {
    Entry<State>& entry = change.entity->second;
    entry.change = kUnchanged;
    if constexpr (kContributes<State>) {
      if (change.before == entry.state) continue;
      before_.clear();
      after_.clear();
      Contribute(change.before, before_);
      Contribute(entry.state, after_);
      Replace();
    }
    entry.unwritten = rows == EntityRows::kKeep;
    if (rows == EntityRows::kWrite) to_write.push_back(change.entity);
  }
  std::vector<Changed<State>>().swap(entities.changed);
  return WriteRows<State>(to_write, store, generation);
}

absl::Status TenantFigures::Save(Store& store, int64_t generation, EntityRows rows) {
  absl::Status status;
  std::apply(
      [&](auto&... each) { (status.Update(SaveChanged(each, store, generation, rows)), ...); },
      entities_);
  HUIYIN_RETURN_IF_ERROR(status);
  HUIYIN_RETURN_IF_ERROR(store.SaveNumbers(generation, new_numbers_));
  new_numbers_.clear();
  return buckets_.Write(store, generation, name_, calendar_);
}

size_t TenantFigures::entities_held() const {
  return std::apply([](const auto&... each) { return (each.known.size() + ...); }, entities_);
}

void TenantFigures::ListRanks(std::vector<uint64_t>& ranks) const {
  const auto list = [&](const auto& entities) {
    for (const auto& [id, entry] : entities.known) ranks.push_back(entry.rank());
  };
  std::apply([&](const auto&... each) { (list(each), ...); }, entities_);
}

absl::Status TenantFigures::ForgetBelow(uint64_t least, Store& store, int64_t generation) {
  absl::Status status;
  const auto forget = [&]<class State>(Entities<State>& entities) {
    std::vector<const Known<State>*> unwritten;
    for (const Known<State>& item : entities.known) {
      if (item.second.rank() < least && item.second.unwritten) unwritten.push_back(&item);
    }
    status.Update(WriteRows<State>(unwritten, store, generation));
    absl::erase_if(entities.known,
                   [&](const Known<State>& item) { return item.second.rank() < least; });
  };
  std::apply([&](auto&... each) { (forget(each), ...); }, entities_);
  return status;
}

#define HUIYIN_KIND(State)                                                             \
  template absl::StatusOr<const State*> TenantFigures::Get<State>(const std::string&); \
  template absl::StatusOr<State*> TenantFigures::Change<State>(const std::string&)
HUIYIN_KIND(TicketState);
HUIYIN_KIND(OrderState);
HUIYIN_KIND(RmaState);
HUIYIN_KIND(RefundState);
HUIYIN_KIND(ExampleState);
HUIYIN_KIND(CustomerState);
HUIYIN_KIND(ReviewState);
#undef HUIYIN_KIND

}  // namespace huiyin::analytics
