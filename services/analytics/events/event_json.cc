#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "services/analytics/events/codec.h"
#include "services/analytics/events/event_body.h"

namespace huiyin::analytics {
namespace {

namespace pb = google::protobuf;

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
