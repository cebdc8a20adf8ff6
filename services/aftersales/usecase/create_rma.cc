#include "services/aftersales/usecase/create_rma.h"

#include <algorithm>
#include <map>

#include "services/aftersales/domain/policy/sentences.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/approve_rma.h"
#include "services/aftersales/usecase/exchanges.h"
#include "services/aftersales/usecase/save_rma.h"
#include "services/aftersales/usecase/stock.h"

namespace huiyin::aftersales {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr absl::Duration kRecent = absl::Hours(24 * 90);
constexpr absl::Duration kMismatchesRemembered = absl::Hours(24 * 365);

absl::StatusOr<VerdictInputs> CommonInputs(View view, const Caller& caller, const Order& order,
                                           const std::string& language) {
  VerdictInputs inputs;
  inputs.country_of_sale = order.country_of_sale;
  inputs.country_of_delivery = order.country_of_delivery;
  inputs.tier = order.tier;
  inputs.currency = order.currency;
  inputs.language = language.empty() ? order.language : language;
  inputs.filed_at = view.clock.Now();
  inputs.zone = ZoneOf(order.country_of_delivery);
  HUIYIN_ASSIGN_OR_RETURN(
      const CustomerHistory history,
      view.store.ReadHistory(caller.tenant, order.customer, inputs.filed_at - kRecent,
                             inputs.filed_at - kMismatchesRemembered));
  inputs.recent_rmas = history.recent_rmas;
  inputs.recent_orders = history.recent_orders;
  inputs.recent_mismatches = history.mismatches;
  if (history.first_order) {
    inputs.customer_days = (inputs.filed_at - *history.first_order) / kDay;
  }
  return inputs;
}

absl::StatusOr<AlreadyRefunded> RefundedOf(Store& store, const TenantId& tenant,
                                           const Order& order) {
  if (!order.HoldsRefunds()) return AlreadyRefunded();
  return store.SumRefunds(tenant, order.id);
}

// The facts about one wish; `already` grows by what it would be refunded, so that the next wish for
// the same line sees what is left.
absl::StatusOr<LineFacts> FactsOf(const Order& order, const LineWish& wish,
                                  const std::string& rma_line_id, AlreadyRefunded& already) {
  const OrderLine& line = *order.Line(wish.order_line_id);
  LineFacts facts;
  facts.rma_line_id = rma_line_id;
  facts.kind = wish.kind;
  facts.reason = wish.reason;
  facts.quantity = wish.quantity;
  facts.category = line.category;
  facts.flags = line.flags;
  facts.evidence = static_cast<int64_t>(wish.evidence_ids.size());
  facts.delivered_at = *order.DeliveredAt(wish.order_line_id);
  HUIYIN_ASSIGN_OR_RETURN(
      const std::vector<RefundPart> parts,
      SplitUnits(order, already,
                 {{.order_line_id = line.line_id, .units = wish.quantity, .with_shipping = true}}));
  for (const RefundPart& part : parts) {
    (part.component == Component::kShipping ? facts.shipping_share : facts.price_refund) +=
        part.Signed();
    if (part.component == Component::kTax) facts.tax_share += part.amount;
    if (part.component == Component::kDuty) facts.duty_share += part.amount;
    already.Add(part);
  }
  if (wish.kind == RmaKind::kPartialRefund) {
    if (wish.partial_refund.minor() > facts.price_refund) {
      return Error(absl::StatusCode::kFailedPrecondition, "EXCEEDS_CAPTURED",
                   Concat("line ", line.line_id, ": at most ",
                          Money(facts.price_refund, order.currency).ToString(), " is left"));
    }
    facts.price_refund = wish.partial_refund.minor();
    facts.shipping_share = 0;
  }
  already.lines[line.line_id].units += wish.quantity;
  return facts;
}

// Checks the answers against what the policy asks, and keeps the questions with them.
void TakeAnswers(const Policy& policy, const VerdictInputs& inputs, const std::string& path,
                 LineWish& wish, LineFacts& facts, InputCheck& check) {
  const std::vector<Question> asked = policy.Questions(inputs, facts);
  for (size_t i = 0; i < wish.answers.size(); ++i) {
    Answer& answer = wish.answers[i];
    const std::string at = Concat(path, ".answers[", i, "]");
    const auto question = std::find_if(asked.begin(), asked.end(), [&](const Question& each) {
      return each.id == answer.question_id;
    });
    if (!check.Require(question != asked.end(), at + ".question_id", "is not asked here")) continue;
    answer.question = question->Text(inputs.language);
    const std::vector<std::string>& choices = question->choices;
    check.Require(choices.empty() ||
                      std::find(choices.begin(), choices.end(), answer.answer) != choices.end(),
                  at + ".answer", "is not one of the question's choices");
    check.Require(std::find(facts.answered.begin(), facts.answered.end(), question->id) ==
                      facts.answered.end(),
                  at + ".question_id", "is answered twice");
    facts.answered.push_back(question->id);
  }
}

// What is asked for must exist, be delivered, and not be in another RMA.
absl::Status CheckWishes(const Caller& caller, const Order& order,
                         const std::vector<LineWish>& wishes) {
  InputCheck check;
  for (size_t i = 0; i < wishes.size(); ++i) {
    const std::string path = Concat("rma.lines[", i, "]");
    check.Require(order.Line(wishes[i].order_line_id) != nullptr, path + ".order_line_id",
                  "is not a line of this order");
    if (wishes[i].kind != RmaKind::kPartialRefund) continue;
    check.Require(!ActsAsCustomer(caller), path + ".kind", "is not for customers");
    check.Require(wishes[i].partial_refund.currency() == order.currency, path + ".partial_refund",
                  Concat("must be in the order's currency, ", order.currency));
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  std::map<std::string, int64_t> wanted;
  for (const LineWish& wish : wishes) {
    const int64_t delivered = order.Delivered(wish.order_line_id);
    if (delivered == 0) {
      return Error(absl::StatusCode::kFailedPrecondition, "NOT_DELIVERED",
                   Concat("line ", wish.order_line_id, " has not been delivered yet"),
                   {{"line", wish.order_line_id}});
    }
    const int64_t free = delivered - order.Line(wish.order_line_id)->units_held;
    if ((wanted[wish.order_line_id] += wish.quantity) > free) {
      return Error(absl::StatusCode::kFailedPrecondition, "QUANTITY_EXCEEDS_DELIVERED",
                   Concat("line ", wish.order_line_id, ": ", free,
                          " units were delivered and are not in another RMA"),
                   {{"line", wish.order_line_id}, {"possible", std::to_string(free)}});
    }
  }
  return absl::OkStatus();
}

RmaLine MakeLine(const Order& order, const LineWish& wish, const LineVerdict& verdict) {
  const OrderLine& from = *order.Line(wish.order_line_id);
  RmaLine line;
  line.id = verdict.rma_line_id;
  line.order_line_id = wish.order_line_id;
  line.kind = wish.kind;
  line.reason = wish.reason;
  line.evidence_ids = wish.evidence_ids;
  line.answers = wish.answers;
  line.exchange_sku = wish.exchange_sku;
  line.keep_goods = verdict.keep_goods || wish.kind == RmaKind::kRefundOnly;
  line.refund_at = verdict.refund_at;
  line.expected_refund = verdict.refund;
  line.restocking_fee = verdict.restocking_fee + verdict.return_shipping_fee;
  line.product_id = from.product_id;
  line.sku = from.sku;
  line.lot = from.lot;
  line.category = from.category;
  return line;
}

// What the policy would say to the wish alone, when all that it asks is answered.
absl::StatusOr<ReturnOption> OptionFor(const Policy& policy, const Order& order,
                                       AlreadyRefunded already, VerdictInputs inputs,
                                       const LineWish& wish) {
  HUIYIN_ASSIGN_OR_RETURN(LineFacts facts, FactsOf(order, wish, "1", already));
  ReturnOption option{.kind = wish.kind, .reason = wish.reason};
  option.questions = policy.Questions(inputs, facts);
  for (const Question& question : option.questions) facts.answered.push_back(question.id);
  inputs.lines = {facts};
  const Verdict verdict = policy.Evaluate(inputs);
  option.verdict = verdict.lines[0];
  option.sentence = LineSentence(inputs, facts, option.verdict, verdict.ship_within_days);
  return option;
}

// The RMA, without actions.
Rma Shell(Unit& unit, const Order& order, const CreateRmaCommand& command,
          const std::vector<LineWish>& wishes, const Judgement& judgement) {
  Rma rma;
  rma.id = RmaId(unit.ids.NewId());
  rma.order = order.id;
  rma.customer = order.customer;
  rma.ticket = command.ticket;
  rma.currency = order.currency;
  rma.country = order.country_of_delivery;
  rma.language = judgement.inputs.language;
  rma.customer_note = command.customer_note;
  rma.version = 1;
  for (size_t i = 0; i < wishes.size(); ++i) {
    rma.lines.push_back(MakeLine(order, wishes[i], judgement.verdict.lines[i]));
  }
  return rma;
}

absl::Status Submit(Rma& rma, const std::vector<LineWish>& wishes, const Actor& actor,
                    absl::Time now) {
  Action action{.type = ActionType::kSubmitted, .actor = actor, .at = now};
  for (size_t i = 0; i < wishes.size(); ++i) {
    action.line_id = rma.lines[i].id;
    action.quantity = wishes[i].quantity;
    HUIYIN_RETURN_IF_ERROR(Apply(rma, action));
  }
  return Apply(rma, {.type = ActionType::kSubmitted, .actor = actor, .at = now});
}

// Puts terms on lines that are exchanged for something else or at once. The goods are reserved with
// the approval, or, when a person will decide, now.
absl::Status OfferExchanges(Unit& unit, const TenantId& tenant, const Order& order,
                            const std::vector<LineWish>& wishes, const VerdictInputs& inputs,
                            Rma& rma, const Actor& actor, bool reserve) {
  for (size_t i = 0; i < rma.lines.size(); ++i) {
    RmaLine& line = rma.lines[i];
    if (line.kind != RmaKind::kExchange) continue;
    const LineWish& wish = wishes[i];
    const bool other = !wish.exchange_sku.empty() && wish.exchange_sku != line.sku;
    if (other || wish.instant_exchange) {
      HUIYIN_ASSIGN_OR_RETURN(
          line.exchange,
          TermsFor(unit, tenant, order, line.order_line_id, wish.exchange_sku, wish.quantity,
                   inputs.lines[i].price_refund, wish.instant_exchange));
      HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kExchangeOffered,
                                         .line_id = line.id,
                                         .quantity = wish.quantity,
                                         .actor = actor,
                                         .note = line.exchange->sku,
                                         .at = unit.clock.Now()}));
    }
    if (reserve) HUIYIN_RETURN_IF_ERROR(ReserveStock(unit, tenant, rma, line));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RmaView> CreateRma(Unit& unit, const Caller& caller,
                                  const CreateRmaCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const Order order, GetOrderLocked(unit, caller, command.order));
  HUIYIN_RETURN_IF_ERROR(CheckWishes(caller, order, command.lines));
  HUIYIN_ASSIGN_OR_RETURN(VerdictInputs inputs,
                          CommonInputs(unit, caller, order, command.language));
  HUIYIN_ASSIGN_OR_RETURN(AlreadyRefunded already, RefundedOf(unit.store, caller.tenant, order));
  HUIYIN_ASSIGN_OR_RETURN(const PolicyPtr policy, unit.policies.InForce(unit.store, caller.tenant));
  std::vector<LineWish> wishes = command.lines;
  InputCheck check;
  for (size_t i = 0; i < wishes.size(); ++i) {
    HUIYIN_ASSIGN_OR_RETURN(LineFacts facts,
                            FactsOf(order, wishes[i], std::to_string(i + 1), already));
    TakeAnswers(*policy, inputs, Concat("rma.lines[", i, "]"), wishes[i], facts, check);
    HUIYIN_ASSIGN_OR_RETURN(facts.reused_evidence,
                            unit.store.CountUsedEvidence(caller.tenant, wishes[i].evidence_ids));
    inputs.lines.push_back(std::move(facts));
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  Judgement judgement{.inputs = std::move(inputs), .verdict = {}};
  judgement.verdict = policy->Evaluate(judgement.inputs);

  Rma rma = Shell(unit, order, command, wishes, judgement);
  HUIYIN_RETURN_IF_ERROR(Submit(rma, wishes, ActorOf(caller), unit.clock.Now()));
  HUIYIN_RETURN_IF_ERROR(OfferExchanges(unit, caller.tenant, order, wishes, judgement.inputs, rma,
                                        ActorOf(caller),
                                        judgement.verdict.decision == Decision::kReview));
  for (const RmaLine& line : rma.lines) {
    HUIYIN_RETURN_IF_ERROR(unit.store.KeepEvidence(caller.tenant, rma.id, line.evidence_ids));
  }
  HUIYIN_RETURN_IF_ERROR(unit.events.RmaSubmitted(caller.tenant, rma));
  HUIYIN_RETURN_IF_ERROR(ActOnVerdict(unit, caller.tenant, order, rma, judgement));
  HUIYIN_RETURN_IF_ERROR(SaveNewRma(unit, caller.tenant, rma, judgement, *policy));
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Refund> refunds, RefundsOf(unit.store, caller.tenant, rma));
  return RmaView{std::move(rma), std::move(judgement.verdict), std::move(refunds)};
}

absl::StatusOr<ReturnOptions> GetReturnOptions(View& view, const Caller& caller,
                                               const ReturnOptionsQuery& query) {
  HUIYIN_ASSIGN_OR_RETURN(const Order order, GetOrder(view.store, caller, query.order));
  HUIYIN_ASSIGN_OR_RETURN(VerdictInputs inputs, CommonInputs(view, caller, order, query.language));
  HUIYIN_ASSIGN_OR_RETURN(const AlreadyRefunded already,
                          RefundedOf(view.store, caller.tenant, order));
  HUIYIN_ASSIGN_OR_RETURN(const PolicyPtr policy, view.policies.InForce(view.store, caller.tenant));
  ReturnOptions result;
  result.policy_version = policy->version();
  result.currency = order.currency;
  result.language = inputs.language;
  for (const OrderLine& line : order.lines) {
    LineOptions options;
    options.order_line_id = line.line_id;
    options.returnable = order.Delivered(line.line_id) - line.units_held;
    if (options.returnable <= 0) {
      const bool delivered = order.Delivered(line.line_id) > 0;
      options.why_not = delivered ? "NOTHING_LEFT" : "NOT_DELIVERED";
      options.sentence =
          Template(delivered ? Text::kNothingLeft : Text::kNotDelivered, inputs.language);
    } else {
      for (const RmaKind kind : kRmaKinds) {
        for (const std::string& reason : query.reasons) {
          HUIYIN_ASSIGN_OR_RETURN(ReturnOption option, OptionFor(*policy, order, already, inputs,
                                                                 {.order_line_id = line.line_id,
                                                                  .kind = kind,
                                                                  .reason = reason,
                                                                  .quantity = options.returnable}));
          options.options.push_back(std::move(option));
        }
      }
    }
    result.lines.push_back(std::move(options));
  }
  return result;
}

}  // namespace huiyin::aftersales
