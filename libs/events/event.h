// Events as producers hand them in and consumers receive them, free of protobuf. The wire form is
// huiyin.event.v1.Envelope; its body is a message of that package, serialized by the service's
// events/codec.
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace huiyin::events {

// What a producer knows of an event's place among those of its aggregate. It saves the outbox a row
// per aggregate where most have one event only.
enum class Place {
  kAny,    // the outbox counts
  kFirst,  // the aggregate begins with this event, and all its others are kLater
  kLater,  // comes after a kFirst
};

// A fact to publish, before it has an id and a sequence.
struct NewEvent {
  std::string type;  // full message name, "huiyin.event.v1.TicketCreated"
  std::string tenant;
  std::string topic;         // "ticket", "decision", "order", "rma", "survey"
  std::string aggregate_id;  // orders events; picks the partition
  absl::Time occurred_at;
  std::string traceparent;  // empty when there was no request
  std::string body;         // serialized message
  Place place = Place::kAny;
};

// A fact as delivered.
struct Event {
  std::string event_id;
  std::string type;
  uint32_t schema_version = 1;
  std::string tenant;
  std::string topic;
  std::string aggregate_id;
  uint64_t sequence = 0;
  absl::Time occurred_at;
  std::string traceparent;
  std::string body;
};

}  // namespace huiyin::events
