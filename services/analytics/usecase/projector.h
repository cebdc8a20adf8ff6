// Counts events into rollups, batch by batch: changes in memory what a batch touches and saves it
// at the end. What it knows of entities and dictionaries is kept for the next batch. Not
// thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "services/analytics/domain/fact.h"
#include "services/analytics/usecase/tenant_figures.h"

namespace huiyin::analytics {

class Projector {
 public:
  // Keeps at most `max_entities` entities in memory from one batch to the next.
  explicit Projector(size_t max_entities = 100'000) : max_entities_(max_entities) {}

  // Begins a batch on top of `generation` as it is in `store`, which must live until the batch's
  // last Apply. What was kept from earlier batches is used when it is of exactly this state, else
  // forgotten.
  absl::Status Start(Store& store, const Generation& generation);
  // Counts one event; `type` names it in the event counts.
  absl::Status Apply(const std::string& tenant, const std::string& type, absl::Time at,
                     const std::optional<Fact>& fact);
  // Saves everything that changed and moves the generation's position. Once, at the end: CANCELLED
  // when it was called before, because the transaction is run again; the batch must then begin
  // anew. When the transaction fails afterwards, the next Start notices.
  absl::Status Save(Store& store, int64_t position);
  // The same without moving the position, and with entities written only when they have to be
  // forgotten: a new set of figures is whole after Finish, not before. After CANCELLED and when the
  // transaction fails it must begin anew.
  absl::Status SavePart(Store& store, int64_t position);
  // Writes all that SavePart left, and moves the position from 0. Once.
  absl::Status Finish(Store& store);

 private:
  absl::Status SaveChanges(Store& store, TenantFigures::EntityRows rows);
  void Forget();
  absl::Status ForgetSome(Store& store);

  const size_t max_entities_;
  Zones zones_;
  Store* store_ = nullptr;
  Generation held_{-1, -1, {}};  // what the kept state is of
  bool dirty_ = false;           // a batch is under way
  bool saving_ = false;          // or has been saved in part
  uint64_t events_ = 0;          // counted ever
  std::map<std::string, std::unique_ptr<TenantFigures>, std::less<>> tenants_;
  TenantFigures* tenant_ = nullptr;  // of the last event
};

}  // namespace huiyin::analytics
