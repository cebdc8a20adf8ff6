#include "deploy/ctl/rma_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "deploy/ctl/proto_text.h"
#include "huiyin/aftersales/v1/rma.pb.h"

namespace huiyin::ctl {

namespace pb = huiyin::aftersales::v1;
using terminal::Tone;

namespace {

Tone ToneOf(pb::RmaApproval approval) {
  switch (approval) {
    case pb::RMA_APPROVAL_APPROVED:
      return Tone::kGood;
    case pb::RMA_APPROVAL_REJECTED:
      return Tone::kBad;
    case pb::RMA_APPROVAL_SUBMITTED:
      return Tone::kWarn;
    default:
      return Tone::kPlain;
  }
}

// "approved 2, received 2, as new 1": only what is not zero.
std::string QuantitiesText(const pb::RmaQuantities& q) {
  const std::pair<const char*, uint32_t> all[] = {
      {"requested", q.requested()},     {"approved", q.approved()},
      {"received", q.received()},       {"as new", q.as_new()},
      {"opened", q.opened()},           {"damaged", q.damaged()},
      {"wrong item", q.wrong_item()},   {"missing", q.missing()},
      {"refunded", q.refunded()},       {"replaced", q.replaced()},
      {"written off", q.written_off()}, {"split off", q.split_off()}};
  std::vector<std::string> parts;
  for (const auto& [name, count] : all) {
    if (count > 0) parts.push_back(absl::StrCat(name, " ", count));
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace

void PrintRma(Ctl& ctl, const pb::Rma& rma) {
  const pb::Verdict& verdict = rma.verdict();
  std::vector<std::string> reasons;
  for (const auto& line : verdict.lines()) {
    if (!line.reason().empty()) reasons.push_back(line.reason());
  }
  ctl.Print(Ctl::Facts{
      {"rma", rma.rma_id()},
      {"order", rma.order_id()},
      {"customer", rma.customer_id()},
      {"ticket", rma.ticket_id()},
      {"approval", Label(rma.approval())},
      {"logistics", Label(rma.logistics())},
      {"back leg", Label(rma.back_leg())},
      {"money", absl::StrCat(Label(rma.money()), " ", MoneyText(rma.refund_total()))},
      {"outcome", Label(rma.outcome())},
      {"verdict", absl::StrCat(Label(verdict.decision()), " by ", verdict.policy_version(), " ",
                               absl::StrJoin(verdict.rule_ids(), ", "))},
      {"because", absl::StrJoin(reasons, ", ")},
      {"to customer", verdict.sentence()},
      {"customer wrote", rma.customer_note()},
      {"ship by", TimeText(rma.ship_by())},
      {"coming back as", rma.return_tracking_number()},
      {"going out as", rma.back_tracking_number()},
      {"filed", TimeText(rma.create_time())},
      {"closed", TimeText(rma.close_time())},
      {"etag", rma.etag()},
  });
  terminal::Table lines(
      {{"line"}, {"order line"}, {"kind"}, {"reason"}, {"refund", true}, {"units"}});
  for (const auto& line : rma.lines()) {
    lines.Add({line.rma_line_id(), line.order_line_id(), Label(line.kind()), line.reason(),
               MoneyText(line.expected_refund()),
               absl::StrCat(QuantitiesText(line.quantities()),
                            line.keep_goods() ? " (keeps the goods)" : "",
                            line.refund_timing() > pb::REFUND_TIMING_INSPECTION
                                ? absl::StrCat(" (paid at ", Label(line.refund_timing()), ")")
                                : "")});
  }
  ctl.out << '\n';
  lines.Print(ctl.out, ctl.style);
  terminal::Table exchanges({{"line"},
                             {"exchange for"},
                             {"units", true},
                             {"price", true},
                             {"difference", true},
                             {"asked", true},
                             {"state"},
                             {"until"}});
  bool any = false;
  for (const auto& line : rma.lines()) {
    if (!line.has_exchange()) continue;
    any = true;
    const pb::ExchangeTerms& terms = line.exchange();
    exchanges.Add({line.rma_line_id(), absl::StrCat(terms.sku(), terms.instant() ? " at once" : ""),
                   std::to_string(terms.units()), MoneyText(terms.price()),
                   MoneyText(terms.difference()), MoneyText(terms.asked()), Label(terms.state()),
                   TimeText(terms.expire_time())});
  }
  if (!any) return;
  ctl.out << '\n';
  exchanges.Print(ctl.out, ctl.style);
}

terminal::Table RmaTable() {
  return terminal::Table({{"rma"},
                          {"filed"},
                          {"approval"},
                          {"logistics"},
                          {"back leg"},
                          {"money"},
                          {"refund", true},
                          {"order"},
                          {"what"}});
}

void AddRma(terminal::Table& table, const pb::Rma& rma) {
  std::vector<std::string> what;
  for (const auto& line : rma.lines()) {
    what.push_back(absl::StrCat(line.quantity(), "× ", Label(line.kind()), " ", line.reason()));
  }
  table.Add({rma.rma_id(),
             TimeText(rma.create_time()),
             {Label(rma.approval()), ToneOf(rma.approval())},
             Label(rma.logistics()),
             Label(rma.back_leg()),
             Label(rma.money()),
             MoneyText(rma.refund_total()),
             rma.order_id(),
             absl::StrJoin(what, ", ")});
}

}  // namespace huiyin::ctl
