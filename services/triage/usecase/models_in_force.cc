#include "services/triage/usecase/models_in_force.h"

#include "libs/core/status.h"
#include "services/triage/domain/patch.h"

namespace huiyin::triage {

ModelsInForce::ModelsInForce(std::shared_ptr<const Classifier> shipped, const Clock& clock,
                             OnSnapshot on_snapshot)
    : shipped_(std::move(shipped)),
      clock_(clock),
      on_snapshot_(std::move(on_snapshot)),
      models_(std::make_shared<const Models>(Models{shipped_, nullptr})),
      looked_(0) {}

std::shared_ptr<const Models> ModelsInForce::Get() {
  const int64_t now = absl::ToUnixMicros(clock_.Now());
  int64_t last = looked_.load();
  if (now - last >= absl::ToInt64Microseconds(kFresh) &&
      looked_.compare_exchange_strong(last, now)) {
    Refresh();
  }
  return models_.load();
}

std::shared_ptr<const Classifier> ModelsInForce::Find(ModelStore& store, const std::string& version,
                                                      const Models& known) const {
  if (version == shipped_->model_version()) return shipped_;
  for (const auto& loaded : {known.current, known.shadow}) {
    if (loaded != nullptr && loaded->model_version() == version) return loaded;
  }
  const absl::StatusOr<std::optional<std::string>> bytes = store.FindPatch(version);
  if (!bytes.ok() || !bytes->has_value()) return nullptr;
  const absl::StatusOr<Patch> patch = Unpack(**bytes);
  if (!patch.ok()) return nullptr;
  absl::StatusOr<std::unique_ptr<Classifier>> patched = shipped_->With(*patch);
  return patched.ok() ? *std::move(patched) : nullptr;
}

void ModelsInForce::Refresh() {
  const std::shared_ptr<const Models> known = models_.load();
  Models next{shipped_, nullptr};
  const absl::Status read = on_snapshot_([&](ModelStore& store) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto decides, store.CurrentChoice(ModelRole::kDecides));
    HUIYIN_ASSIGN_OR_RETURN(const auto along, store.CurrentChoice(ModelRole::kReadsAlong));
    if (decides.has_value()) {
      // After an upgrade the choice names a patch of the old release: the new model takes over.
      if (auto found = Find(store, decides->version, *known)) next.current = std::move(found);
    }
    if (along.has_value() && !along->version.empty()) {
      next.shadow = Find(store, along->version, *known);
    }
    return absl::OkStatus();
  });
  if (!read.ok()) return;
  if (next.current == known->current && next.shadow == known->shadow) return;
  models_.store(std::make_shared<const Models>(std::move(next)));
}

}  // namespace huiyin::triage
