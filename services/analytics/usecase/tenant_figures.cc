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
      changed.push_back({&found->first, &entry, entry.state});
    } else {
      changed.push_back({&found->first, &entry, {}});
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
absl::Status TenantFigures::SaveChanged(Entities<State>& entities, Store& store,
                                        int64_t generation) {
  auto& changed = entities.changed;
  // In the order of the table, where neighbours share pages.
  std::sort(changed.begin(), changed.end(),
            [](const Changed<State>& x, const Changed<State>& y) { return *x.id < *y.id; });
  std::vector<EntityRow> rows;
  for (Changed<State>& change : changed) {
    Entry<State>& entry = *change.entry;
    entry.change = kUnchanged;
    if constexpr (kContributes<State>) {
      if (change.before == entry.state) continue;
      before_.clear();
      after_.clear();
      Contribute(change.before, before_);
      Contribute(entry.state, after_);
      Replace();
    }
    rows.push_back({name_, State::kKind, *change.id, ToBytes(entry.state)});
    if (rows.size() < kRowsAtOnce) continue;
    HUIYIN_RETURN_IF_ERROR(store.SaveEntities(generation, rows));
    rows.clear();
  }
  std::vector<Changed<State>>().swap(changed);
  return store.SaveEntities(generation, rows);
}

absl::Status TenantFigures::Save(Store& store, int64_t generation) {
  absl::Status status;
  std::apply([&](auto&... each) { (status.Update(SaveChanged(each, store, generation)), ...); },
             entities_);
  HUIYIN_RETURN_IF_ERROR(status);
  HUIYIN_RETURN_IF_ERROR(store.SaveNumbers(generation, new_numbers_));
  new_numbers_.clear();
  return buckets_.Write(store, generation, name_, calendar_);
}

size_t TenantFigures::entities_held() const {
  return std::apply([](const auto&... each) { return (each.known.size() + ...); }, entities_);
}

void TenantFigures::ListTouched(std::vector<uint64_t>& touched) const {
  const auto list = [&](const auto& entities) {
    for (const auto& [id, entry] : entities.known) touched.push_back(entry.touched);
  };
  std::apply([&](const auto&... each) { (list(each), ...); }, entities_);
}

void TenantFigures::ForgetBefore(uint64_t oldest) {
  const auto forget = [&](auto& entities) {
    absl::erase_if(entities.known, [&](const auto& item) { return item.second.touched < oldest; });
  };
  std::apply([&](auto&... each) { (forget(each), ...); }, entities_);
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
#undef HUIYIN_KIND

}  // namespace huiyin::analytics
