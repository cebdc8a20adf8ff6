#include "services/analytics/events/log_handler.h"

#include "huiyin/event/v1/customer_events.pb.h"
#include "libs/core/status.h"
#include "services/analytics/events/codec.h"
#include "services/analytics/events/event_body.h"

namespace huiyin::analytics {
namespace {

// Every event that tells of a customer does it in this field.
const google::protobuf::FieldDescriptor* CustomerField(const google::protobuf::Message& message) {
  const auto* const field = message.GetDescriptor()->FindFieldByName("customer_id");
  return field && field->type() == google::protobuf::FieldDescriptor::TYPE_STRING ? field : nullptr;
}

}  // namespace

absl::Status LogHandler::Handle(db::Transaction& tx, const events::Event& event) {
  LoggedEvent logged;
  logged.tenant = event.tenant;
  logged.type = event.type.substr(event.type.rfind('.') + 1);
  logged.at = event.occurred_at;
  logged.body = event.body;
  const auto fact = Decode(logged);
  if (!fact.ok()) return fact.status();
  if (const auto message = ReadBody(logged)) {
    const auto* const field = CustomerField(*message);
    const std::string customer =
        field ? message->GetReflection()->GetString(*message, field) : std::string();
    if (!customer.empty()) {
      HUIYIN_ASSIGN_OR_RETURN(const std::string alias, log_.alias_of(tx, logged.tenant, customer));
      message->GetReflection()->SetString(message.get(), field, alias);
      logged.body = message->SerializeAsString();
      if (message->GetDescriptor() == event::v1::CustomerErased::descriptor()) {
        HUIYIN_RETURN_IF_ERROR(log_.forget_customer(tx, logged.tenant, customer));
      }
    }
  }
  return log_.append(tx, logged);
}

}  // namespace huiyin::analytics
