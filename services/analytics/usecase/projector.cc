#include "services/analytics/usecase/projector.h"

#include <algorithm>
#include <vector>

#include "libs/core/status.h"
#include "services/analytics/usecase/count_facts.h"

namespace huiyin::analytics {

absl::Status Projector::Start(Store& store, const Generation& generation) {
  const bool same = !dirty_ && held_.number == generation.number &&
                    held_.position == generation.position && held_.zones == generation.zones;
  if (!same) {
    Forget();
    HUIYIN_ASSIGN_OR_RETURN(zones_, Zones::Parse(generation.zones));
  }
  store_ = &store;
  held_ = generation;
  for (const auto& [name, tenant] : tenants_) tenant->ReadFrom(store, generation.number);
  dirty_ = true;
  saving_ = false;
  return absl::OkStatus();
}

void Projector::Forget() {
  tenant_ = nullptr;
  tenants_.clear();
}

absl::Status Projector::Apply(const std::string& tenant, const std::string& type, absl::Time at,
                              const std::optional<Fact>& fact) {
  if (!tenant_ || tenant_->name() != tenant) {
    std::unique_ptr<TenantFigures>& entry = tenants_[tenant];
    if (!entry) {
      entry = std::make_unique<TenantFigures>(tenant, zones_.Of(tenant));
      entry->ReadFrom(*store_, held_.number);
    }
    tenant_ = entry.get();
  }
  tenant_->SetNow(++events_);
  HUIYIN_ASSIGN_OR_RETURN(const uint32_t name, tenant_->Intern(Dimension::kEventType, type));
  tenant_->Add({Cube::kEvents, absl::ToUnixSeconds(at), {name}, {1}});
  if (!fact) return absl::OkStatus();
  return std::visit([&](const auto& body) { return Count(*tenant_, at, body); }, *fact);
}

absl::Status Projector::SaveChanges(Store& store, TenantFigures::EntityRows rows) {
  if (saving_) return absl::CancelledError("the batch must be counted again");
  saving_ = true;
  for (const auto& [name, tenant] : tenants_) {
    HUIYIN_RETURN_IF_ERROR(tenant->Save(store, held_.number, rows));
  }
  return ForgetSome(store);
}

absl::Status Projector::Save(Store& store, int64_t position) {
  HUIYIN_RETURN_IF_ERROR(SaveChanges(store, TenantFigures::EntityRows::kWrite));
  HUIYIN_RETURN_IF_ERROR(store.Advance(held_.number, held_.position, position));
  held_.position = position;
  dirty_ = false;
  return absl::OkStatus();
}

absl::Status Projector::SavePart(Store& store, int64_t position) {
  HUIYIN_RETURN_IF_ERROR(SaveChanges(store, TenantFigures::EntityRows::kKeep));
  held_.position = position;
  dirty_ = false;
  return absl::OkStatus();
}

absl::Status Projector::Finish(Store& store) {
  if (dirty_) return absl::CancelledError("the figures must be counted again");
  dirty_ = true;
  for (const auto& [name, tenant] : tenants_) {
    HUIYIN_RETURN_IF_ERROR(tenant->ForgetBelow(UINT64_MAX, store, held_.number));
  }
  return store.Advance(held_.number, 0, held_.position);
}

// Forgets the entities that will be missed least, an eighth at once so that it is done seldom.
absl::Status Projector::ForgetSome(Store& store) {
  size_t held = 0;
  for (const auto& [name, tenant] : tenants_) held += tenant->entities_held();
  if (held <= max_entities_) return absl::OkStatus();
  std::vector<uint64_t> ranks;
  for (const auto& [name, tenant] : tenants_) tenant->ListRanks(ranks);
  const auto least = ranks.end() - static_cast<long>(max_entities_ - max_entities_ / 8);
  std::nth_element(ranks.begin(), least, ranks.end());
  for (const auto& [name, tenant] : tenants_) {
    HUIYIN_RETURN_IF_ERROR(tenant->ForgetBelow(*least, store, held_.number));
  }
  return absl::OkStatus();
}

}  // namespace huiyin::analytics
