// Which model decides and which reads along, on this replica: follows what the store says within
// kFresh, without restart.
#pragma once

#include <atomic>
#include <functional>
#include <memory>

#include "absl/functional/function_ref.h"
#include "libs/core/clock.h"
#include "services/triage/domain/classifier.h"
#include "services/triage/storage/model_store.h"

namespace huiyin::triage {

struct Models {
  std::shared_ptr<const Classifier> current;  // decides
  std::shared_ptr<const Classifier> shadow;   // reads along; may be null
};

// Thread-safe; readers take no lock.
class ModelsInForce {
 public:
  using OnSnapshot = std::function<absl::Status(absl::FunctionRef<absl::Status(ModelStore&)>)>;
  // How old a look at the store may be.
  static constexpr absl::Duration kFresh = absl::Seconds(1);

  // `shipped` decides until the store says otherwise; `clock` must outlive this.
  ModelsInForce(std::shared_ptr<const Classifier> shipped, const Clock& clock,
                OnSnapshot on_snapshot);

  // Looks at the store when the last look is older than kFresh; one caller does, the others get
  // what was. When the store cannot be read, or a patch belongs to another release's model, what
  // can be used stays in force.
  std::shared_ptr<const Models> Get();
  const std::shared_ptr<const Classifier>& shipped() const { return shipped_; }

 private:
  void Refresh();
  // The model called `version`, or null: unknown, damaged, or of another release.
  std::shared_ptr<const Classifier> Find(ModelStore& store, const std::string& version,
                                         const Models& known) const;

  const std::shared_ptr<const Classifier> shipped_;
  const Clock& clock_;
  const OnSnapshot on_snapshot_;
  std::atomic<std::shared_ptr<const Models>> models_;
  std::atomic<int64_t> looked_;  // microseconds since 1970
};

}  // namespace huiyin::triage
