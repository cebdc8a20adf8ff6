#include "services/analytics/usecase/roll.h"

#include "libs/core/status.h"

namespace huiyin::analytics {

absl::StatusOr<Generation> RollBatch(Store& store, Projector& projector, const DecodeFact& decode,
                                     const Generation& generation, int limit) {
  std::vector<LoggedEvent> events;
  HUIYIN_RETURN_IF_ERROR(store.ReadEvents(
      generation.position, limit, [&](const LoggedEvent& event) { events.push_back(event); }));
  if (events.empty()) return generation;
  HUIYIN_RETURN_IF_ERROR(projector.Start(store, generation));
  for (const LoggedEvent& event : events) {
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<Fact> fact, decode(event));
    HUIYIN_RETURN_IF_ERROR(projector.Apply(event.tenant, event.type, event.at, fact));
  }
  Generation after = generation;
  after.position = events.back().position;
  HUIYIN_RETURN_IF_ERROR(projector.Save(store, after.position));
  return after;
}

absl::StatusOr<int64_t> CountFrom(EventFeed& feed, Store& store, Projector& projector,
                                  const Generation& generation, int64_t limit) {
  HUIYIN_RETURN_IF_ERROR(projector.Start(store, generation));
  int64_t position = generation.position;
  const int64_t until = position + limit;
  while (position < until) {
    HUIYIN_ASSIGN_OR_RETURN(const std::vector<DecodedEvent> events, feed.Next(position, until));
    if (events.empty()) break;
    for (const DecodedEvent& event : events) {
      HUIYIN_RETURN_IF_ERROR(projector.Apply(event.tenant, event.type, event.at, event.fact));
    }
    position = events.back().position;
  }
  return position;
}

}  // namespace huiyin::analytics
