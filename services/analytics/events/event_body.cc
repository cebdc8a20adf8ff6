#include "services/analytics/events/event_body.h"

#include <google/protobuf/descriptor.h>

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/customer_events.pb.h"
#include "huiyin/event/v1/survey_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"

namespace huiyin::analytics {

namespace pb = google::protobuf;

std::unique_ptr<pb::Message> ReadBody(const LoggedEvent& event) {
  // Named, so that their descriptors are linked in.
  static const pb::Descriptor* const kFiles[] = {
      event::v1::TicketCreated::descriptor(), event::v1::TicketTriaged::descriptor(),
      event::v1::OrderUpserted::descriptor(), event::v1::SurveyInvited::descriptor(),
      event::v1::CustomerErased::descriptor()};
  for (const pb::Descriptor* one : kFiles) {
    const pb::Descriptor* const type = one->file()->FindMessageTypeByName(event.type);
    if (!type) continue;
    std::unique_ptr<pb::Message> body(
        pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
    return body->ParseFromString(event.body) ? std::move(body) : nullptr;
  }
  return nullptr;
}

}  // namespace huiyin::analytics
