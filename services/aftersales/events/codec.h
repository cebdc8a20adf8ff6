// Facts as event messages. Numbers of enums are shared with the domain.
#pragma once

#include "huiyin/event/v1/aftersales_events.pb.h"
#include "huiyin/event/v1/rma_progress_events.pb.h"
#include "services/aftersales/events/publisher.h"

namespace huiyin::aftersales {

event::v1::OrderUpserted EncodeOrderUpserted(const Order& order, bool first_version);
event::v1::RmaSubmitted EncodeRmaSubmitted(const Rma& rma);
event::v1::RmaDecided EncodeRmaDecided(const Rma& rma, const RmaDecision& decision);
event::v1::RmaInspected EncodeRmaInspected(const Rma& rma, const std::vector<Action>& graded);
event::v1::RmaExchangeChanged EncodeExchangeChanged(const Rma& rma, const RmaLine& line);
event::v1::RmaSplit EncodeRmaSplit(const Rma& rma, const Rma& split);
event::v1::RmaMismatchFound EncodeMismatch(const Rma& rma, std::string_view mismatch,
                                           const std::string& line, int64_t units);
event::v1::RmaClosed EncodeRmaClosed(const Rma& rma);
event::v1::RefundStateChanged EncodeRefundStateChanged(const Refund& refund, RefundState from);
event::v1::RmaStepOverdue EncodeRmaStepOverdue(const Rma& rma, const StepSpan& step,
                                               absl::Time due);
event::v1::CustomerNotice EncodeCustomerNotice(const Rma& rma, const CustomerNotice& notice);

}  // namespace huiyin::aftersales
