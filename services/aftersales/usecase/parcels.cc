#include "services/aftersales/usecase/parcels.h"

#include <algorithm>

#include "services/aftersales/domain/policy/sentences.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"
#include "services/aftersales/usecase/approve_rma.h"
#include "services/aftersales/usecase/change_rma.h"

namespace huiyin::aftersales {
namespace {

constexpr absl::Duration kLongestPlan = absl::Hours(24 * 30);
constexpr size_t kMostParcels = 1000;  // of one RMA; far more than anybody books
constexpr std::string_view kActor = "carrier";
constexpr absl::Duration kFirstNews = absl::Hours(6);
constexpr absl::Duration kLastNews = absl::Hours(24);
constexpr absl::Duration kNewsAwaited = absl::Hours(24 * 60);

absl::Status WrongState(const Parcel& parcel, std::string_view what) {
  return Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
               Concat(what, ": the parcel is ", Name(parcel.state)),
               {{"state", std::string(Name(parcel.state))}});
}

absl::Status CheckBooking(Unit& unit, const Caller& caller, const BookParcelCommand& command,
                          const Rma& rma) {
  const absl::Time now = unit.clock.Now();
  if (command.pick_up && (*command.pick_up < now || *command.pick_up > now + kLongestPlan)) {
    return BadInput({{"pick_up_time", "must not be in the past or more than 30 days away"}});
  }
  if (rma.approval != Approval::kApproved || rma.logistics != Logistics::kAwaitingShipment) {
    return Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
                 Concat("no goods are awaited: the RMA is ", Name(rma.approval), ", goods back ",
                        Name(rma.logistics)),
                 {{"approval", std::string(Name(rma.approval))},
                  {"logistics", std::string(Name(rma.logistics))}});
  }
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<Parcel> others,
                          unit.store.ListParcels(caller.tenant, rma.id, kMostParcels, ""));
  for (const Parcel& other : others) {
    if (!IsOpen(other.state)) continue;
    return Error(absl::StatusCode::kFailedPrecondition, "PARCEL_EXISTS",
                 Concat("parcel ", other.id.value(), " is ", Name(other.state),
                        "; cancel it before another is booked"),
                 {{"parcel", other.id.value()}});
  }
  return absl::OkStatus();
}

// Asks the carrier to forget the parcel.
absl::Status AskToCancel(Unit& unit, const TenantId& tenant, Parcel& parcel) {
  parcel.state = *Next(parcel.state, ParcelEvent::kCancelAsked);
  parcel.due = parcel.updated = unit.clock.Now();
  parcel.attempts = 0;
  return unit.store.SaveParcel(tenant, parcel);
}

absl::StatusOr<LabelRequest> LabelFor(Unit& unit, const TenantId& tenant, const Parcel& parcel) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Rma> rma, unit.store.FindRma(tenant, parcel.rma));
  if (!rma) return absl::DataLossError(Concat("parcel ", parcel.id.value(), " has no RMA"));
  HUIYIN_ASSIGN_OR_RETURN(const Order order, OrderOf(unit.store, tenant, *rma));
  HUIYIN_ASSIGN_OR_RETURN(const Judgement judgement, GetJudgement(unit.store, tenant, *rma));
  return LabelRequest{.reference = parcel.id.value(),
                      .order_id = parcel.order.value(),
                      .handover = parcel.handover,
                      .pick_up = parcel.pick_up,
                      .shipment = PlanReturn(order, *rma, judgement.verdict),
                      .currency = order.currency};
}

ClaimedParcel::Call CallFor(ParcelState state) {
  switch (state) {
    case ParcelState::kRequested:
      return ClaimedParcel::Call::kLabel;
    case ParcelState::kCancelling:
      return ClaimedParcel::Call::kCancel;
    default:
      return ClaimedParcel::Call::kTrack;
  }
}

// The parcel with its order's row lock held; nothing when there is none.
absl::StatusOr<std::optional<Parcel>> FindLocked(Unit& unit, const TenantId& tenant,
                                                 const ParcelId& id) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Parcel> before, unit.store.FindParcel(tenant, id));
  if (!before) return std::optional<Parcel>();
  HUIYIN_RETURN_IF_ERROR(unit.store.LockOrder(tenant, before->order));
  return unit.store.FindParcel(tenant, id);
}

ParcelEvent EventOf(CarrierAnswer::Kind kind) {
  switch (kind) {
    case CarrierAnswer::Kind::kLabel:
      return ParcelEvent::kLabelMade;
    case CarrierAnswer::Kind::kRefused:
      return ParcelEvent::kRefused;
    case CarrierAnswer::Kind::kCancelled:
      return ParcelEvent::kCancelled;
    default:
      return ParcelEvent::kTooLate;
  }
}

void SetTracking(Parcel& parcel, const std::string& carrier, const std::string& tracking) {
  if (!parcel.tracking.empty() || tracking.empty()) return;
  parcel.carrier = carrier;
  parcel.tracking = tracking;
}

std::string ParcelName(const Parcel& parcel) {
  return parcel.carrier.empty() ? parcel.tracking : Concat(parcel.carrier, " ", parcel.tracking);
}

// Tells the customer that there is a label, or that there will be none.
absl::Status TellOfLabel(Unit& unit, const TenantId& tenant, const Parcel& parcel) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<Rma> rma, unit.store.FindRma(tenant, parcel.rma));
  if (!rma) return absl::OkStatus();
  const Text text = parcel.state == ParcelState::kLabelled ? Text::kLabelReady : Text::kNoLabel;
  return unit.events.Notify(tenant, *rma,
                            {.template_key = std::string(kTextKeys[static_cast<int>(text)]),
                             .text = std::string(Template(text, rma->language)),
                             .refund = {},
                             .tracking = ParcelName(parcel)},
                            unit.clock.Now());
}

// The carrier has the goods: lines whose money waits for that are paid.
absl::Status PayOnScan(Unit& unit, const TenantId& tenant, Rma& rma, const Actor& carrier) {
  HUIYIN_RETURN_IF_ERROR(Apply(rma, {.type = ActionType::kCarrierScanned,
                                     .actor = carrier,
                                     .note = rma.return_tracking,
                                     .at = unit.clock.Now()}));
  return RefundWhatIsDue(unit, tenant, rma, carrier);
}

// Sets when the carrier is asked what it saw. A call for a label or a cancellation stays due.
void AwaitNews(Parcel& parcel, absl::Time now) {
  if (CallFor(parcel.state) != ClaimedParcel::Call::kTrack) return;
  const bool open =
      parcel.state == ParcelState::kLabelled || parcel.state == ParcelState::kInTransit;
  parcel.due.reset();
  if (!open || now > parcel.updated + kNewsAwaited) return;
  const int64_t doublings = std::min<int64_t>(parcel.attempts, 8);
  parcel.due = now + std::min(kFirstNews * (int64_t{1} << doublings), kLastNews);
}

// What the carrier saw moves the RMA as far as it still can.
absl::Status MoveRma(Unit& unit, const TenantId& tenant, const Parcel& parcel, const Scan& scan) {
  return ChangeRmaByTimer(unit, tenant, parcel.rma, [&](Rma& rma) -> absl::Status {
    if (rma.outcome != Outcome::kNone || rma.approval != Approval::kApproved) {
      return absl::OkStatus();
    }
    const absl::Time now = unit.clock.Now();
    const Actor carrier{ActorKind::kSystem, std::string(kActor)};
    if (rma.logistics == Logistics::kAwaitingShipment) {
      HUIYIN_RETURN_IF_ERROR(Apply(
          rma,
          {.type = ActionType::kShipped, .actor = carrier, .note = ParcelName(parcel), .at = now}));
    }
    if (rma.logistics != Logistics::kInTransit) return absl::OkStatus();
    if (scan.kind != ScanKind::kLost) {
      return rma.scanned ? absl::OkStatus() : PayOnScan(unit, tenant, rma, carrier);
    }
    HUIYIN_RETURN_IF_ERROR(Apply(
        rma, {.type = ActionType::kParcelLost, .actor = carrier, .note = scan.place, .at = now}));
    return unit.events.MismatchFound(tenant, rma, "PARCEL_LOST", "", 0, now);
  });
}

// Takes in a scan, each once.
absl::Status TakeScan(Unit& unit, const TenantId& tenant, Parcel& parcel, const Scan& scan,
                      const std::string& carrier, const std::string& tracking) {
  HUIYIN_ASSIGN_OR_RETURN(const bool is_new, unit.store.InsertScan(tenant, parcel.id, scan));
  if (!is_new) return absl::OkStatus();
  // What is older than what is known already says nothing new, but for an arrival.
  const bool late = !parcel.scans.empty() && scan.at < parcel.scans.back().at;
  const ParcelEvent event = aftersales::EventOf(scan.kind);
  std::optional<ParcelState> to;
  if (!late || event == ParcelEvent::kDelivered) to = Next(parcel.state, event);
  if (!late) parcel.scans.push_back(scan);
  if (to) {
    SetTracking(parcel, carrier, tracking);
    parcel.state = *to;
  }
  parcel.attempts = 0;
  parcel.updated = unit.clock.Now();
  AwaitNews(parcel, parcel.updated);
  HUIYIN_RETURN_IF_ERROR(unit.store.SaveParcel(tenant, parcel));
  return to ? MoveRma(unit, tenant, parcel, scan) : absl::OkStatus();
}

// Takes in all that the carrier saw, the oldest first.
absl::Status TakeNews(Unit& unit, const TenantId& tenant, Parcel& parcel,
                      const CarrierAnswer& answer) {
  AwaitNews(parcel, unit.clock.Now());
  HUIYIN_RETURN_IF_ERROR(unit.store.SaveParcel(tenant, parcel));
  std::vector<Scan> scans = answer.scans;
  std::stable_sort(scans.begin(), scans.end(),
                   [](const Scan& a, const Scan& b) { return a.at < b.at; });
  for (const Scan& scan : scans) {
    HUIYIN_RETURN_IF_ERROR(TakeScan(unit, tenant, parcel, scan, answer.carrier, answer.tracking));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Parcel> BookParcel(Unit& unit, const Caller& caller,
                                  const BookParcelCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(const Rma rma, GetRmaLocked(unit, caller, command.rma));
  HUIYIN_RETURN_IF_ERROR(CheckBooking(unit, caller, command, rma));
  Parcel parcel;
  parcel.id = ParcelId(unit.ids.NewId());
  parcel.rma = rma.id;
  parcel.order = rma.order;
  parcel.customer = rma.customer;
  parcel.handover = command.handover;
  parcel.pick_up = command.pick_up;
  parcel.created = parcel.updated = unit.clock.Now();
  parcel.due = parcel.created;
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertParcel(caller.tenant, parcel));
  return parcel;
}

absl::StatusOr<Parcel> CancelParcel(Unit& unit, const Caller& caller, const ParcelId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Parcel> parcel, FindLocked(unit, caller.tenant, id));
  if (!parcel || (ActsAsCustomer(caller) && parcel->customer.value() != caller.subject)) {
    return NotFound("parcel", id.value());
  }
  if (!Next(parcel->state, ParcelEvent::kCancelAsked)) {
    return WrongState(*parcel, "it cannot be cancelled");
  }
  HUIYIN_RETURN_IF_ERROR(AskToCancel(unit, caller.tenant, *parcel));
  return *std::move(parcel);
}

absl::Status CancelParcelsOf(Unit& unit, const TenantId& tenant, const RmaId& rma) {
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Parcel> parcels,
                          unit.store.ListParcels(tenant, rma, kMostParcels, ""));
  for (Parcel& parcel : parcels) {
    if (!Next(parcel.state, ParcelEvent::kCancelAsked)) continue;
    HUIYIN_RETURN_IF_ERROR(AskToCancel(unit, tenant, parcel));
  }
  return absl::OkStatus();
}

absl::StatusOr<Parcel> GetParcel(View& view, const Caller& caller, const ParcelId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Parcel> parcel, view.store.FindParcel(caller.tenant, id));
  if (!parcel || (ActsAsCustomer(caller) && parcel->customer.value() != caller.subject)) {
    return NotFound("parcel", id.value());
  }
  return *std::move(parcel);
}

absl::StatusOr<std::vector<Parcel>> ListParcels(View& view, const Caller& caller, const RmaId& id,
                                                const Page& page) {
  HUIYIN_ASSIGN_OR_RETURN(const Rma rma, GetRma(view.store, caller, id));
  return view.store.ListParcels(caller.tenant, rma.id, page.size, page.after);
}

absl::StatusOr<std::vector<ClaimedParcel>> ClaimParcels(Unit& unit, const CarrierTiming& timing,
                                                        size_t limit) {
  const absl::Time now = unit.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<DueParcel> due, unit.store.DueParcels(now, limit));
  std::vector<ClaimedParcel> claimed;
  for (const DueParcel& each : due) {
    HUIYIN_ASSIGN_OR_RETURN(std::optional<Parcel> parcel,
                            unit.store.FindParcel(each.tenant, each.parcel));
    if (!parcel || !parcel->due || *parcel->due > now) continue;
    ClaimedParcel claim{.tenant = each.tenant,
                        .order = parcel->order,
                        .parcel = parcel->id,
                        .call = CallFor(parcel->state),
                        .label = {}};
    if (claim.call == ClaimedParcel::Call::kLabel) {
      HUIYIN_ASSIGN_OR_RETURN(claim.label, LabelFor(unit, each.tenant, *parcel));
    }
    parcel->due = now + timing.lease;
    ++parcel->attempts;
    HUIYIN_RETURN_IF_ERROR(unit.store.SaveParcel(each.tenant, *parcel));
    claimed.push_back(std::move(claim));
  }
  return claimed;
}

absl::Status RecordCarrierAnswer(Unit& unit, const TenantId& tenant, const ParcelId& id,
                                 const CarrierAnswer& answer, const CarrierTiming& timing) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Parcel> parcel, FindLocked(unit, tenant, id));
  if (!parcel) return absl::OkStatus();
  const absl::Time now = unit.clock.Now();
  if (answer.kind == CarrierAnswer::Kind::kNews) {
    return TakeNews(unit, tenant, *parcel, answer);
  }
  if (answer.kind == CarrierAnswer::Kind::kNoAnswer) {
    if (!parcel->due) return absl::OkStatus();  // nobody asks any more
    const int64_t doublings = std::min<int64_t>(parcel->attempts, 16);
    parcel->due = now + std::min(timing.first_retry * (int64_t{1} << doublings), timing.last_retry);
    parcel->reason = answer.reason;
    return unit.store.SaveParcel(tenant, *parcel);
  }
  if (answer.kind == CarrierAnswer::Kind::kLabel) {
    SetTracking(*parcel, answer.carrier, answer.tracking);
    parcel->label_url = answer.label_url;
  }
  const std::optional<ParcelState> to = Next(parcel->state, EventOf(answer.kind));
  parcel->updated = now;
  if (to) {
    parcel->state = *to;
    parcel->reason = answer.reason;
    parcel->attempts = 0;
    AwaitNews(*parcel, now);
  }
  HUIYIN_RETURN_IF_ERROR(unit.store.SaveParcel(tenant, *parcel));
  const bool told = to == ParcelState::kRefused ||
                    (to == ParcelState::kLabelled && answer.kind == CarrierAnswer::Kind::kLabel);
  return told ? TellOfLabel(unit, tenant, *parcel) : absl::OkStatus();
}

absl::Status RecordScan(Unit& unit, const Caller& caller, const CarrierNotice& notice) {
  const ParcelId id(notice.reference);
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Parcel> parcel, FindLocked(unit, caller.tenant, id));
  if (!parcel) return NotFound("parcel", notice.reference);
  return TakeScan(unit, caller.tenant, *parcel, notice.scan, notice.carrier, notice.tracking);
}

}  // namespace huiyin::aftersales
