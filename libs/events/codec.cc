#include "libs/events/codec.h"

#include "huiyin/event/v1/envelope.pb.h"

namespace huiyin::events {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;

}  // namespace

std::string Encode(const Event& event) {
  event::v1::Envelope envelope;
  envelope.set_event_id(event.event_id);
  envelope.set_type(event.type);
  envelope.set_schema_version(event.schema_version);
  envelope.set_tenant(event.tenant);
  envelope.set_topic(event.topic);
  envelope.set_aggregate_id(event.aggregate_id);
  envelope.set_sequence(event.sequence);
  const int64_t micros = absl::ToUnixMicros(event.occurred_at);
  int64_t seconds = micros / kMicrosPerSecond;
  if (micros % kMicrosPerSecond < 0) --seconds;  // nanos are never negative
  envelope.mutable_occurred_at()->set_seconds(seconds);
  envelope.mutable_occurred_at()->set_nanos(
      static_cast<int32_t>((micros - seconds * kMicrosPerSecond) * 1000));
  envelope.set_traceparent(event.traceparent);
  envelope.set_body(event.body);
  return envelope.SerializeAsString();
}

absl::StatusOr<Event> Decode(std::string_view bytes) {
  event::v1::Envelope envelope;
  if (!envelope.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError("not an event envelope");
  }
  if (envelope.event_id().empty() || envelope.type().empty() || envelope.topic().empty() ||
      envelope.aggregate_id().empty() || envelope.sequence() == 0) {
    return absl::DataLossError("the event envelope lacks id, type, topic, aggregate or sequence");
  }
  Event event;
  event.event_id = std::move(*envelope.mutable_event_id());
  event.type = std::move(*envelope.mutable_type());
  event.schema_version = envelope.schema_version();
  event.tenant = std::move(*envelope.mutable_tenant());
  event.topic = std::move(*envelope.mutable_topic());
  event.aggregate_id = std::move(*envelope.mutable_aggregate_id());
  event.sequence = envelope.sequence();
  event.occurred_at = absl::FromUnixSeconds(envelope.occurred_at().seconds()) +
                      absl::Nanoseconds(envelope.occurred_at().nanos());
  event.traceparent = std::move(*envelope.mutable_traceparent());
  event.body = std::move(*envelope.mutable_body());
  return event;
}

}  // namespace huiyin::events
