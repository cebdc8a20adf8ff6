// Filing RMAs, and finding out beforehand what could be filed.
#pragma once

#include "services/aftersales/usecase/queries.h"
#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct LineWish {
  std::string order_line_id;
  RmaKind kind = RmaKind::kReturnRefund;
  std::string reason;
  int64_t quantity = 0;
  std::vector<std::string> evidence_ids;
  std::vector<Answer> answers;  // their questions are filled in by CreateRma
  std::string exchange_sku;
  bool instant_exchange = false;
  Money partial_refund;  // of kPartialRefund
};

struct CreateRmaCommand {
  OrderId order;
  TicketId ticket;
  std::string customer_note;
  std::string language;  // empty: the order's
  std::vector<LineWish> lines;
};

// Files an RMA and lets the policy in force speak; see RmaService.CreateRma.
absl::StatusOr<RmaView> CreateRma(Unit& unit, const Caller& caller,
                                  const CreateRmaCommand& command);

struct ReturnOptionsQuery {
  OrderId order;
  std::vector<std::string> reasons;
  std::string language;  // empty: the order's
};

struct ReturnOption {
  RmaKind kind = RmaKind::kReturnRefund;
  std::string reason;
  LineVerdict verdict;  // when everything mandatory is answered
  std::string sentence;
  std::vector<Question> questions;
};

struct LineOptions {
  std::string order_line_id;
  int64_t returnable = 0;
  std::vector<ReturnOption> options;
  std::string why_not;  // when there are none
  std::string sentence;
};

struct ReturnOptions {
  std::vector<LineOptions> lines;
  std::string policy_version;
  std::string currency;
  std::string language;
};

absl::StatusOr<ReturnOptions> GetReturnOptions(View& view, const Caller& caller,
                                               const ReturnOptionsQuery& query);

}  // namespace huiyin::aftersales
