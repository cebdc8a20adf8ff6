#include "services/aftersales/domain/states.h"

#include "services/aftersales/domain/parcel.h"
#include "services/aftersales/domain/refund.h"
#include "services/aftersales/domain/rma.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

// "A, B" for the set's values 0…last; "any" for all of them.
template <class Value>
std::string Names(uint32_t set, int last) {
  std::string names;
  bool all = true;
  for (int i = 0; i <= last; ++i) {
    if (!(set >> i & 1)) {
      all = false;
      continue;
    }
    if (!names.empty()) names += ", ";
    names += Name(static_cast<Value>(i));
  }
  return all ? "any" : names;
}

void AddTo(std::string& to, std::string_view axis, std::string_view value) {
  if (value == "NONE") return;
  if (!to.empty()) to += ", ";
  to += Concat(axis, " ", value);
}

// APPROVED and actions on units move the axes by what the lines then need.
std::string Target(const Transition& row) {
  if (row.type == ActionType::kApproved && !row.unit_action) {
    return "approval APPROVED; goods back AWAITING_SHIPMENT or NOT_NEEDED and goods out PREPARING "
           "or NOT_NEEDED, by the lines";
  }
  std::string to;
  AddTo(to, "approval", Name(row.to_approval));
  AddTo(to, "goods back", Name(row.to_logistics));
  AddTo(to, "goods out", Name(row.to_back_leg));
  AddTo(to, "outcome", Name(row.to_outcome));
  if (row.type == ActionType::kAppealed) to += ", outcome NONE";
  if (row.type == ActionType::kInspectionCompleted || row.type == ActionType::kSplitOff) {
    to += to.empty() ? "" : ", ";
    to += row.unit_action ? "" : "goods out NOT_NEEDED when nothing is left to send";
  }
  return to.empty() ? "–" : to;
}

std::string RmaActions() {
  std::string out =
      "## Actions of an RMA\n\n"
      "An action on units names a line and changes its quantities; one on the RMA moves its axes. "
      "\"Open\": only\nwhile the RMA has no outcome.\n\n"
      "| action | on | approval | goods back | goods out | open | leads to |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Transition& row : Transitions()) {
    out += Concat("| ", Name(row.type), " | ", row.unit_action ? "units" : "RMA", " | ",
                  Names<Approval>(row.approvals, 5), " | ", Names<Logistics>(row.logistics, 6),
                  " | ", Names<BackLeg>(row.back_legs, 4), " | ", row.only_open ? "yes" : "no",
                  " | ", Target(row), " |\n");
  }
  return out;
}

std::string ExchangeTerms() {
  std::string out =
      "\n## Terms of an exchange\n\nOf a line, while the RMA is open.\n\n"
      "| action | from | to |\n|---|---|---|\n";
  for (const ExchangeMove& row : ExchangeMoves()) {
    const std::string to = row.to == ExchangeState::kNone
                               ? "PAYMENT_DUE when something is to be paid or held, otherwise READY"
                               : std::string(Name(row.to));
    out +=
        Concat("| ", Name(row.type), " | ", Names<ExchangeState>(row.states, 4), " | ", to, " |\n");
  }
  return out;
}

// What each event makes of each state, by the function Next of the two.
template <class State, class Event>
std::string StateTable(std::string_view title, int states, int events) {
  std::string out = Concat("\n## ", title, "\n\n| event |");
  std::string line = "\n|---|";
  for (int state = 1; state <= states; ++state) {
    out += Concat(" from ", Name(static_cast<State>(state)), " |");
    line += "---|";
  }
  out += line + "\n";
  for (int event = 0; event < events; ++event) {
    out += Concat("| ", Name(static_cast<Event>(event)), " |");
    for (int state = 1; state <= states; ++state) {
      const auto to = Next(static_cast<State>(state), static_cast<Event>(event));
      out += Concat(" ", to ? Name(*to) : std::string_view("–"), " |");
    }
    out += "\n";
  }
  return out;
}

}  // namespace

std::string StatesMarkdown() {
  return Concat(
      "# States\n\nPrinted by `huiyin-aftersales-states` from the tables in "
      "domain/rma_table.cc, domain/refund.cc and\ndomain/parcel.cc; a test holds this file to "
      "them.\n\n",
      RmaActions(), ExchangeTerms(),
      StateTable<RefundState, RefundEvent>("Refunds", kRefundStates, kRefundEvents),
      StateTable<ParcelState, ParcelEvent>("Parcels of returns", kParcelStates, kParcelEvents));
}

}  // namespace huiyin::aftersales
