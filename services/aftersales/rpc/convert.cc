#include "services/aftersales/rpc/convert.h"

#include <algorithm>

#include "libs/core/id.h"
#include "libs/rpc/proto_time.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {

using rpc::FromProto;
using rpc::ToProto;

namespace {

void Set(common::v1::Money* out, int64_t minor, const std::string& currency) {
  out->set_minor_units(minor);
  out->set_currency(currency);
}

// The length of the UTF-8 sequence that starts at `at`; 0 when it is none.
size_t SequenceLength(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || at + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char next = byte(at + 1);
  if ((lead == 0xE0 && next < 0xA0) || (lead == 0xED && next > 0x9F) ||
      (lead == 0xF0 && next < 0x90) || (lead == 0xF4 && next > 0x8F)) {
    return 0;
  }
  return length;
}

bool IsCleanText(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const unsigned char c = static_cast<unsigned char>(text[i]);
    if ((c < 32 && c != '\n' && c != '\t' && c != '\r') || c == 127) return false;
    const size_t length = SequenceLength(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

LineWish WishFrom(const v1::RmaLine& in, const std::string& path, InputCheck& check) {
  LineWish wish;
  CheckText(in.order_line_id(), path + ".order_line_id", 1, 64, check);
  wish.order_line_id = in.order_line_id();
  check.Require(in.kind() >= v1::RMA_KIND_RETURN_REFUND && in.kind() <= v1::RMA_KIND_PARTIAL_REFUND,
                path + ".kind",
                "must be RETURN_REFUND, EXCHANGE, REPAIR, REFUND_ONLY or PARTIAL_REFUND");
  wish.kind = static_cast<RmaKind>(in.kind());
  check.Require(ReasonRoot(in.reason()) >= 0, path + ".reason",
                "must be a reason code, as DEFECTIVE or DEFECTIVE.OVERHEATS");
  wish.reason = in.reason();
  check.Require(in.quantity() >= 1 && in.quantity() <= 100'000, path + ".quantity",
                "must be 1 to 100000");
  wish.quantity = in.quantity();
  wish.evidence_ids = UploadsOf(in.evidence_ids(), path + ".evidence_ids", check);
  CheckText(in.exchange_sku(), path + ".exchange_sku", 0, 64, check);
  check.Require(in.exchange_sku().empty() || in.kind() == v1::RMA_KIND_EXCHANGE,
                path + ".exchange_sku", "is for EXCHANGE only");
  wish.exchange_sku = in.exchange_sku();
  check.Require(!in.instant_exchange() || in.kind() == v1::RMA_KIND_EXCHANGE,
                path + ".instant_exchange", "is for EXCHANGE only");
  wish.instant_exchange = in.instant_exchange();
  check.Require(in.answers_size() <= 10, path + ".answers", "must hold at most 10");
  for (int i = 0; i < std::min(in.answers_size(), 10); ++i) {
    const std::string at = Concat(path, ".answers[", i, "]");
    CheckText(in.answers(i).question_id(), at + ".question_id", 1, 128, check);
    CheckText(in.answers(i).answer(), at + ".answer", 1, 500, check);
    wish.answers.push_back({.question_id = in.answers(i).question_id(),
                            .question = "",
                            .answer = in.answers(i).answer()});
  }
  const bool partial = in.kind() == v1::RMA_KIND_PARTIAL_REFUND;
  const int64_t amount = in.partial_refund().minor_units();
  check.Require(partial ? amount >= 1 && amount <= kMaxOrderMinor : !in.has_partial_refund(),
                path + ".partial_refund",
                partial ? "must be above zero" : "is for PARTIAL_REFUND only");
  wish.partial_refund = Money(amount, in.partial_refund().currency());
  return wish;
}

}  // namespace

std::string IdOf(const TenantId& tenant, std::string_view collection, const std::string& name,
                 std::string_view field, InputCheck& check) {
  const std::string prefix = Concat("tenants/", tenant.value(), "/", collection, "/");
  const std::string id = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
  const bool foreign = name.starts_with("tenants/") && id == name;
  // A name in another tenant is a name of nothing here: it is looked up, and not found.
  if (!foreign) {
    CheckText(id, field, 1, 64, check);
    check.Require(id.find('/') == id.npos, field,
                  Concat("must be ", prefix, "{id} or the bare id"));
  }
  return id;
}

void CheckRequestId(const std::string& request_id, InputCheck& check) {
  check.Require(IsUuid(request_id), "request_id", "must be a UUID");
}

void CheckText(const std::string& text, std::string_view field, size_t min, size_t max,
               InputCheck& check) {
  check.Require(text.size() >= min && text.size() <= max, field,
                Concat("must have ", min, " to ", max, " bytes"));
  check.Require(IsCleanText(text), field,
                "must be UTF-8 without control characters other than line breaks and tabs");
}

absl::StatusOr<CreateRmaCommand> FromProto(const TenantId& tenant, const v1::CreateRmaRequest& in) {
  InputCheck check;
  CheckRequestId(in.request_id(), check);
  CreateRmaCommand command;
  const v1::Rma& rma = in.rma();
  command.order = OrderId(IdOf(tenant, "orders", rma.order_id(), "rma.order_id", check));
  CheckText(rma.ticket_id(), "rma.ticket_id", 0, 64, check);
  command.ticket = TicketId(rma.ticket_id());
  CheckText(rma.customer_note(), "rma.customer_note", 0, 4000, check);
  command.customer_note = rma.customer_note();
  CheckText(rma.language(), "rma.language", 0, 35, check);
  command.language = rma.language();
  check.Require(rma.lines_size() >= 1 && rma.lines_size() <= 100, "rma.lines",
                "must hold 1 to 100 lines");
  for (int i = 0; i < std::min(rma.lines_size(), 100); ++i) {
    command.lines.push_back(WishFrom(rma.lines(i), Concat("rma.lines[", i, "]"), check));
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

absl::StatusOr<ReturnOptionsQuery> FromProto(const TenantId& tenant,
                                             const v1::GetReturnOptionsRequest& in) {
  InputCheck check;
  ReturnOptionsQuery query;
  query.order = OrderId(IdOf(tenant, "orders", in.order(), "order", check));
  check.Require(in.reasons_size() <= kReasonCount, "reasons", "must hold at most 11");
  for (const std::string& reason : in.reasons()) {
    check.Require(ReasonRoot(reason) >= 0, "reasons", "must hold reason codes");
    query.reasons.push_back(reason);
  }
  if (query.reasons.empty()) query.reasons = {"NO_LONGER_WANTED", "DEFECTIVE"};
  CheckText(in.language(), "language", 0, 35, check);
  query.language = in.language();
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return query;
}

absl::StatusOr<RequestRefundCommand> FromProto(const TenantId& tenant,
                                               const v1::RequestRefundRequest& in) {
  InputCheck check;
  CheckRequestId(in.request_id(), check);
  RequestRefundCommand command;
  CheckText(in.reason(), "reason", 1, 1000, check);
  command.reason = in.reason();
  if (!in.rma().empty()) {
    command.rma = RmaId(IdOf(tenant, "rmas", in.rma(), "rma", check));
    check.Require(!in.has_amount() && in.order_line_id().empty() && in.payment_id().empty(), "rma",
                  "excludes amount, order_line_id and payment_id");
  } else {
    command.order = OrderId(IdOf(tenant, "orders", in.order(), "order", check));
    check.Require(in.amount().minor_units() > 0, "amount.minor_units", "must be above zero");
    check.Require(CurrencyExponent(in.amount().currency()).ok(), "amount.currency",
                  "must be an ISO 4217 code");
    command.amount = Money(in.amount().minor_units(), in.amount().currency());
    CheckText(in.order_line_id(), "order_line_id", 0, 64, check);
    command.order_line_id = in.order_line_id();
    CheckText(in.payment_id(), "payment_id", 0, 64, check);
    command.payment = PaymentId(in.payment_id());
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return command;
}

absl::StatusOr<ChargebackCommand> FromProto(const v1::RecordChargebackRequest& in) {
  InputCheck check;
  CheckRequestId(in.request_id(), check);
  CheckText(in.payment_id(), "payment_id", 1, 64, check);
  CheckText(in.chargeback_id(), "chargeback_id", 1, 64, check);
  check.Require(in.amount().minor_units() > 0 && in.amount().minor_units() <= kMaxOrderMinor,
                "amount.minor_units", "must be 1 to 10^15");
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return ChargebackCommand{in.chargeback_id(), PaymentId(in.payment_id()),
                           Money(in.amount().minor_units(), in.amount().currency()), in.won()};
}

v1::Verdict ToProto(const Verdict& verdict) {
  v1::Verdict out;
  out.set_decision(static_cast<v1::VerdictDecision>(verdict.decision));
  Set(out.mutable_refund(), verdict.refund, verdict.currency);
  for (const std::string& id : verdict.rule_ids) out.add_rule_ids(id);
  out.set_policy_version(verdict.policy_version);
  out.set_inputs_hash(verdict.inputs_hash);
  out.set_sentence(verdict.sentence);
  out.set_language(verdict.language);
  for (const LineVerdict& line : verdict.lines) {
    v1::LineVerdict* to = out.add_lines();
    to->set_rma_line_id(line.rma_line_id);
    to->set_decision(static_cast<v1::VerdictDecision>(line.decision));
    to->set_reason(line.reason);
    for (const std::string& id : line.rule_ids) to->add_rule_ids(id);
    Set(to->mutable_refund(), line.refund, verdict.currency);
    Set(to->mutable_restocking_fee(), line.restocking_fee, verdict.currency);
    to->set_keep_goods(line.keep_goods);
    to->set_customer_pays_return(line.customer_pays_return);
    if (line.return_shipping_fee > 0) {
      Set(to->mutable_return_shipping_fee(), line.return_shipping_fee, verdict.currency);
    }
    to->set_refund_timing(static_cast<v1::RefundTiming>(line.refund_at));
    if (line.window_ends_at) *to->mutable_window_ends_at() = ToProto(*line.window_ends_at);
  }
  return out;
}

v1::RmaAction ToProto(const Action& action, bool for_customer) {
  v1::RmaAction out;
  out.set_sequence(static_cast<uint32_t>(action.sequence));
  out.set_type(static_cast<v1::RmaActionType>(action.type));
  out.set_rma_line_id(action.line_id);
  out.set_quantity(static_cast<uint32_t>(action.quantity));
  out.set_grade(static_cast<v1::Grade>(action.grade));
  out.set_actor_kind(static_cast<v1::ActorKind>(action.actor.kind));
  if (!for_customer || action.actor.kind != ActorKind::kAgent) {
    out.set_actor_id(action.actor.id);
  }
  out.set_note(action.note);
  for (const std::string& id : action.evidence_ids) out.add_evidence_ids(id);
  *out.mutable_time() = ToProto(action.at);
  return out;
}

v1::GetReturnOptionsResponse ToProto(const ReturnOptions& options) {
  v1::GetReturnOptionsResponse out;
  out.set_policy_version(options.policy_version);
  for (const LineOptions& line : options.lines) {
    v1::LineOptions* to = out.add_lines();
    to->set_order_line_id(line.order_line_id);
    to->set_returnable(static_cast<uint32_t>(std::max<int64_t>(0, line.returnable)));
    to->set_why_not(line.why_not);
    to->set_sentence(line.sentence);
    for (const ReturnOption& option : line.options) {
      v1::ReturnOption* each = to->add_options();
      each->set_kind(static_cast<v1::RmaKind>(option.kind));
      each->set_reason(option.reason);
      each->set_decision(static_cast<v1::VerdictDecision>(option.verdict.decision));
      if (option.verdict.window_ends_at) {
        *each->mutable_until() = ToProto(*option.verdict.window_ends_at);
      }
      if (option.verdict.refund > 0) {
        Set(each->mutable_refund(), option.verdict.refund, options.currency);
      }
      each->set_why_not(option.verdict.reason);
      each->set_sentence(option.sentence);
      each->set_keep_goods(option.verdict.keep_goods);
      each->set_evidence_needed(option.verdict.evidence_needed);
      each->set_customer_pays_return(option.verdict.customer_pays_return);
      each->set_refund_timing(static_cast<v1::RefundTiming>(option.verdict.refund_at));
      for (const Question& question : option.questions) {
        v1::ReturnQuestion* asked = each->add_questions();
        asked->set_question_id(question.id);
        asked->set_text(question.Text(options.language));
        for (const std::string& choice : question.choices) asked->add_choices(choice);
        asked->set_mandatory(question.mandatory);
      }
      if (option.verdict.return_shipping_fee > 0) {
        Set(each->mutable_return_shipping_fee(), option.verdict.return_shipping_fee,
            options.currency);
      }
    }
  }
  return out;
}

v1::LedgerEntry ToProto(const LedgerEntry& entry) {
  v1::LedgerEntry out;
  out.set_sequence(entry.sequence);
  out.set_transfer_id(entry.transfer_id);
  out.set_account(entry.account);
  Set(out.mutable_amount(), entry.amount.minor(), entry.amount.currency());
  out.set_cause_id(entry.cause_id);
  out.set_order_id(entry.order.value());
  *out.mutable_time() = ToProto(entry.at);
  return out;
}

v1::AuditLedgerResponse ToProto(const AuditProgress& progress) {
  v1::AuditLedgerResponse out;
  out.set_entries(progress.entries);
  out.set_refunds(progress.refunds);
  out.set_payments(progress.payments);
  out.set_order_lines(progress.order_lines);
  out.set_total_findings(progress.total_findings);
  for (const AuditFinding& finding : progress.new_findings) {
    v1::AuditFinding* to = out.add_findings();
    to->set_invariant(finding.invariant);
    to->set_subject(finding.subject);
    to->set_detail(finding.detail);
  }
  return out;
}

}  // namespace huiyin::aftersales
