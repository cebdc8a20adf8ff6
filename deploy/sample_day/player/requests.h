// Records of the day as requests of the services' APIs.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "deploy/sample_day/player/day.h"
#include "huiyin/aftersales/v1/order.pb.h"
#include "huiyin/aftersales/v1/rma_service.pb.h"
#include "huiyin/ingest/v1/ticket_service.pb.h"

namespace huiyin::sample_day {

// `play_time` is T of the README: what is in the files happened before it.
aftersales::v1::Order ToProto(const Order& order, absl::Time play_time);
ingest::v1::CreateTicketRequest ToProto(const Message& message, absl::Time play_time);
// `message_ticket` is the name of the ticket.
ingest::v1::AppendMessageRequest ToReply(const Action& action, const std::string& ticket,
                                         absl::Time play_time);
aftersales::v1::CreateRmaRequest ToRma(const Action& action, const std::string& ticket_id);

// The same for the same record, so that playing again changes nothing.
std::string RequestId(const std::string& record);

}  // namespace huiyin::sample_day
