#include "services/analytics/usecase/roll.h"

#include "libs/core/status.h"
#include "services/analytics/usecase/projector.h"

namespace huiyin::analytics {

absl::StatusOr<Generation> RollBatch(Store& store, const DecodeFact& decode,
                                     const Generation& generation, int limit) {
  Projector projector(store, generation.number);
  std::vector<LoggedEvent> events;
  HUIYIN_RETURN_IF_ERROR(store.ReadEvents(
      generation.position, limit, [&](const LoggedEvent& event) { events.push_back(event); }));
  if (events.empty()) return generation;
  for (const LoggedEvent& event : events) {
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<Fact> fact, decode(event));
    HUIYIN_RETURN_IF_ERROR(projector.Apply(event.tenant, event.type, event.at, fact));
  }
  HUIYIN_RETURN_IF_ERROR(projector.Save());
  const int64_t position = events.back().position;
  HUIYIN_RETURN_IF_ERROR(store.Advance(generation.number, generation.position, position));
  return Generation{generation.number, position};
}

}  // namespace huiyin::analytics
