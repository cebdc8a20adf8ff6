#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/survey_events.pb.h"
#include "huiyin/event/v1/ticket_events.pb.h"
#include "huiyin/event/v1/triage_events.pb.h"
#include "services/analytics/events/codec.h"

namespace huiyin::analytics {
namespace {

namespace pb = google::protobuf;

// Null when it is not known or cannot be read.
std::unique_ptr<pb::Message> ReadBody(const LoggedEvent& event) {
  // Named, so that their descriptors are linked in.
  static const pb::Descriptor* const kFiles[] = {
      event::v1::TicketCreated::descriptor(), event::v1::TicketTriaged::descriptor(),
      event::v1::OrderUpserted::descriptor(), event::v1::SurveyInvited::descriptor()};
  for (const pb::Descriptor* one : kFiles) {
    const pb::Descriptor* const type = one->file()->FindMessageTypeByName(event.type);
    if (!type) continue;
    std::unique_ptr<pb::Message> body(
        pb::MessageFactory::generated_factory()->GetPrototype(type)->New());
    return body->ParseFromString(event.body) ? std::move(body) : nullptr;
  }
  return nullptr;
}

// Tenants and types are of letters, digits and dashes; anything else is left out.
std::string Word(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') out += c;
  }
  return out;
}

}  // namespace

std::string EventJson(const LoggedEvent& event) {
  std::string body;
  if (const auto message = ReadBody(event)) {
    pb::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    if (!pb::util::MessageToJsonString(*message, &body, options).ok()) body.clear();
  }
  return absl::StrCat("{\"position\":", event.position, ",\"tenant\":\"", Word(event.tenant),
                      "\",\"type\":\"", Word(event.type), "\",\"occurred_at\":\"",
                      absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", event.at, absl::UTCTimeZone()),
                      "\",\"body\":", body.empty() ? "null" : body, "}");
}

}  // namespace huiyin::analytics
