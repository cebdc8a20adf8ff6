// The carrier adapter against the simulator over real HTTP, while that misbehaves: one label per
// parcel whatever is lost, callbacks in any order and number lead to the same end, and nothing that
// is not the carrier's word is believed. Both databases.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "deploy/gateway_sim/gateway.h"
#include "huiyin/event/v1/rma_progress_events.pb.h"
#include "libs/http/server.h"
#include "services/aftersales/gateways/http_carrier.h"
#include "services/aftersales/gateways/parcel_dispatcher.h"
#include "services/aftersales/test_world.h"
#include "services/aftersales/usecase/policies.h"
#include "services/aftersales/usecase/timeline.h"

namespace huiyin::aftersales {
namespace {

using nlohmann::json;
using testing::HasReason;
using testing::StatusIs;

constexpr char kSecret[] = "test-secret-of-the-carrier";

class Carriers : public World {
 protected:
  Carriers() {
    simulator_ = *gateway_sim::Gateway::Open(dir_.path() + "/sim.db", kSecret, clock_);
    server_ = *http::Server::Start({.threads = 2}, [this](const http::Request& request) {
      return simulator_->Handle(request);
    });
    carrier_ = std::make_unique<HttpCarrier>(
        HttpCarrier::Options{.url = Concat("http://127.0.0.1:", server_->port()),
                             .secret = kSecret,
                             .calls = {.timeout = absl::Seconds(5)}},
        clock_);
    dispatcher_ =
        MakeParcelDispatcher(*carrier_, Query(), Submit(), clock_, metrics_, ParcelDispatch());
    EXPECT_OK(Put(MakeOrder("o1", 1, 9900)));
    rma_ = File(customer_, "o1", 1).value();
  }
  ~Carriers() override { dispatcher_.reset(); }

  absl::StatusOr<Parcel> Book(const Caller& caller) {
    return Do<Parcel>([&](Unit& unit) { return BookParcel(unit, caller, {.rma = rma_.id}); });
  }
  absl::StatusOr<Parcel> Cancel(const ParcelId& id) {
    return Do<Parcel>([&](Unit& unit) { return CancelParcel(unit, customer_, id); });
  }
  Parcel Read(const ParcelId& id) {
    Parcel found;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(found, GetParcel(view, customer_, id));
      return absl::OkStatus();
    }));
    return found;
  }
  json Control(const json& body) {
    const http::Response response = simulator_->Handle({.method = body.is_null() ? "GET" : "POST",
                                                        .path = "/carrier/control",
                                                        .body = body.dump()});
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body);
  }
  // Calls until nothing is due for an hour.
  void Dispatch() {
    for (int i = 0; i < 20; ++i) {
      EXPECT_OK(dispatcher_->RunOnce());
      EXPECT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
      clock_.Advance(absl::Minutes(3));
    }
  }
  // The callback for a scan so many minutes after the parcel was booked.
  json Scanned(const Parcel& parcel, const std::string& kind, int minutes) {
    return Control({{"scan",
                     {{"reference", parcel.id.value()},
                      {"kind", kind},
                      {"place", "Hangzhou"},
                      {"at", absl::ToUnixSeconds(parcel.created) + minutes * 60}}}});
  }
  absl::Status Deliver(const json& callback, const Caller& caller) {
    const absl::StatusOr<CarrierNotice> notice =
        carrier_->ReadNotice(callback["body"], callback["signature"]);
    if (!notice.ok()) return notice.status();
    return Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
             HUIYIN_RETURN_IF_ERROR(RecordScan(unit, caller, *notice));
             return 0;
           })
        .status();
  }
  std::vector<std::string> Notices() {
    std::vector<std::string> keys;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT body FROM outbox WHERE type = ? ORDER BY id",
                           {event::v1::CustomerNotice::descriptor()->full_name()},
                           [&](const db::Row& row) {
                             event::v1::CustomerNotice notice;
                             EXPECT_TRUE(notice.ParseFromString(row.Str(0)));
                             keys.push_back(notice.template_key());
                           });
    }));
    return keys;
  }

  testing::TempDir dir_;
  obs::Metrics metrics_;
  std::unique_ptr<gateway_sim::Gateway> simulator_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<HttpCarrier> carrier_;
  std::unique_ptr<CallLoop> dispatcher_;
  Rma rma_;
};
HUIYIN_ON_ALL_DATABASES(Carriers);

TEST_P(Carriers, AParcelGetsItsLabelAndTheCustomerIsTold) {
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  EXPECT_EQ(parcel->state, ParcelState::kRequested);
  EXPECT_THAT(Book(customer_), HasReason("PARCEL_EXISTS"));
  Dispatch();
  const Parcel labelled = Read(parcel->id);
  EXPECT_EQ(labelled.state, ParcelState::kLabelled);
  EXPECT_EQ(labelled.carrier, "SIM");
  EXPECT_FALSE(labelled.tracking.empty());
  EXPECT_FALSE(labelled.label_url.empty());
  EXPECT_THAT(Notices(), ::testing::ElementsAre("step_approved", "step_label"));
}

TEST_P(Carriers, LostAnswersAndErrorsLeaveOneLabel) {
  for (const std::string fault : {"drop_after_label", "error_after_label", "error_before_label"}) {
    Control({{fault, 3}});
    const int64_t calls = Control(nullptr)["calls"];
    const auto parcel = Book(customer_);
    ASSERT_OK(parcel) << fault;
    Dispatch();
    EXPECT_EQ(Read(parcel->id).state, ParcelState::kLabelled) << fault;
    EXPECT_EQ(Control(nullptr)["calls"], calls + 4) << fault;
    ASSERT_OK(Cancel(parcel->id));
    Dispatch();
    EXPECT_EQ(Read(parcel->id).state, ParcelState::kCancelled) << fault;
  }
  EXPECT_EQ(Control(nullptr)["labels"], 3);
  EXPECT_EQ(Control(nullptr)["cancelled"], 3);
}

TEST_P(Carriers, AnOutageDelaysAndChangesNothing) {
  Control({{"outage", true}});
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Dispatch();
  EXPECT_EQ(Read(parcel->id).state, ParcelState::kRequested);
  Control({{"outage", false}});
  Dispatch();
  EXPECT_EQ(Read(parcel->id).state, ParcelState::kLabelled);
}

TEST_P(Carriers, ARefusalIsFinalAndAnotherMayBeBooked) {
  Control({{"refuse", 1}});
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Dispatch();
  EXPECT_EQ(Read(parcel->id).state, ParcelState::kRefused);
  EXPECT_EQ(Read(parcel->id).reason, "ADDRESS_NOT_SERVED");
  EXPECT_EQ(Notices().back(), "step_no_label");
  EXPECT_OK(Book(customer_));
}

TEST_P(Carriers, ScansInAnyOrderTwiceLeadToTheSameEnd) {
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Dispatch();
  std::vector<json> callbacks;
  const std::string kinds[] = {"handed_over", "moving", "moving", "delivered"};
  for (int i = 0; i < 4; ++i) callbacks.push_back(Scanned(*parcel, kinds[i], 10 + i));
  const std::vector<json> once = callbacks;
  callbacks.insert(callbacks.end(), once.begin(), once.end());
  std::reverse(callbacks.begin(), callbacks.end());
  for (const json& callback : callbacks) ASSERT_OK(Deliver(callback, platform_));
  const Parcel arrived = Read(parcel->id);
  EXPECT_EQ(arrived.state, ParcelState::kDelivered);
  EXPECT_EQ(arrived.scans.size(), 4u);
  EXPECT_EQ(arrived.scans.front().kind, ScanKind::kHandedOver);
  const Rma rma = WorldOn::Read(rma_.id);
  EXPECT_EQ(rma.logistics, Logistics::kInTransit);  // the warehouse has yet to receive it
  EXPECT_EQ(rma.return_tracking, Concat("SIM ", arrived.tracking));
  EXPECT_THAT(Cancel(parcel->id), HasReason("WRONG_STATE"));
}

TEST_P(Carriers, ScansWhoseCallbacksWereLostAreAskedForAndCountOnce) {
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Dispatch();
  const json first = Scanned(*parcel, "handed_over", 30);
  const json moving = Scanned(*parcel, "moving", 40);
  ASSERT_OK(Deliver(moving, platform_));  // the only callback that arrives
  const json last = Scanned(*parcel, "delivered", 50);
  EXPECT_EQ(Read(parcel->id).state, ParcelState::kInTransit);
  clock_.Advance(absl::Hours(7));
  Dispatch();
  const Parcel arrived = Read(parcel->id);
  EXPECT_EQ(arrived.state, ParcelState::kDelivered);
  EXPECT_FALSE(arrived.due.has_value());
  EXPECT_EQ(WorldOn::Read(rma_.id).logistics, Logistics::kInTransit);
  for (const bool callbacks_came_after_all : {false, true}) {
    if (callbacks_came_after_all) {
      for (const json& callback : {last, first, moving}) {
        json again = callback;  // signed now
        again = Control({{"scan", json::parse(callback["body"].get<std::string>())}});
        ASSERT_OK(Deliver(again, platform_));
      }
    }
    std::vector<ScanKind> kinds;
    ASSERT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const Timeline timeline,
                              GetRmaTimeline(view, customer_, rma_.id, ""));
      for (const TimelineEntry& entry : timeline.entries) {
        if (entry.scan) kinds.push_back(entry.scan->kind);
      }
      return absl::OkStatus();
    }));
    EXPECT_THAT(kinds, ::testing::ElementsAre(ScanKind::kHandedOver, ScanKind::kMoving,
                                              ScanKind::kDelivered));
  }
}

TEST_P(Carriers, NewsThatComesAfterACancellationWasAskedForDoesNotForgetIt) {
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Dispatch();
  clock_.Advance(absl::Hours(7));
  Control({{"outage", true}});  // the question is under way, its answer comes late
  ASSERT_OK(dispatcher_->RunOnce());
  ASSERT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
  ASSERT_OK(Cancel(parcel->id));
  ASSERT_OK(Do<int>([&](Unit& unit) -> absl::StatusOr<int> {
    HUIYIN_RETURN_IF_ERROR(RecordCarrierAnswer(unit, TenantId("acme"), parcel->id,
                                               {.kind = CarrierAnswer::Kind::kNews,
                                                .carrier = "SIM",
                                                .tracking = "",
                                                .label_url = "",
                                                .reason = ""},
                                               CarrierTiming()));
    return 0;
  }));
  Control({{"outage", false}});
  Dispatch();
  EXPECT_EQ(Read(parcel->id).state, ParcelState::kCancelled);
}

TEST_P(Carriers, AParcelWithoutNewsIsAskedAboutLessOftenAndNotForEver) {
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  std::vector<int64_t> calls;
  for (int day = 0; day < 90; ++day) {
    for (int hour = 0; hour < 24; hour += 3) {
      ASSERT_OK(dispatcher_->RunOnce());
      ASSERT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
      clock_.Advance(absl::Hours(3));
    }
    calls.push_back(Control(nullptr)["calls"].get<int64_t>());
  }
  EXPECT_EQ(calls[1], 4);               // the label, after 6 hours, after 18, after 42
  EXPECT_LE(calls[59] - calls[2], 58);  // once a day
  EXPECT_GE(calls[59] - calls[2], 45);
  EXPECT_EQ(calls[89], calls[62]);  // and then no more
  EXPECT_FALSE(Read(parcel->id).due.has_value());
}

TEST_P(Carriers, AScanBeforeTheLabelsAnswerIsNotLost) {
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Control({{"drop_after_label", 1}});
  EXPECT_OK(dispatcher_->RunOnce());
  EXPECT_TRUE(dispatcher_->WaitUntilIdle(absl::Seconds(30)));
  ASSERT_OK(Deliver(Scanned(*parcel, "handed_over", 0), platform_));
  const Parcel moving = Read(parcel->id);
  EXPECT_EQ(moving.state, ParcelState::kInTransit);
  EXPECT_FALSE(moving.tracking.empty());
}

TEST_P(Carriers, ALostParcelIsTheRmasLossAndAnOlderScanDoesNotUndoIt) {
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Dispatch();
  const json moving = Scanned(*parcel, "moving", 10);
  ASSERT_OK(Deliver(Scanned(*parcel, "lost", 20), platform_));
  ASSERT_OK(Deliver(moving, platform_));
  EXPECT_EQ(Read(parcel->id).state, ParcelState::kLost);
  EXPECT_EQ(WorldOn::Read(rma_.id).logistics, Logistics::kLost);
}

TEST_P(Carriers, WhatIsHandedOverCannotBeCancelledAndSaysSo) {
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Dispatch();
  Scanned(*parcel, "handed_over", 1);  // the callback is on its way
  ASSERT_OK(Cancel(parcel->id));
  Dispatch();
  EXPECT_EQ(Read(parcel->id).state, ParcelState::kLabelled);
  EXPECT_EQ(Read(parcel->id).reason, "ALREADY_HANDED_OVER");
}

TEST_P(Carriers, TheLabelOfAWithdrawnReturnIsCancelled) {
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Dispatch();
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return CancelRma(unit, customer_, {rma_.id, ""}, ""); }));
  Dispatch();
  EXPECT_EQ(Read(parcel->id).state, ParcelState::kCancelled);
}

TEST_P(Carriers, MoneyThatWaitsForTheCarrierIsPaidAtItsFirstScanOnceAndNotForTheCustomersWord) {
  ASSERT_OK(Do<PolicyView>([&](Unit& unit) -> absl::StatusOr<PolicyView> {
    HUIYIN_RETURN_IF_ERROR(CreatePolicy(unit, lead_,
                                        {.yaml = "version: early\nrules:\n"
                                                 "  - {id: w, kind: return_window, days: 30}\n"
                                                 "  - {id: e, kind: refund_timing, at: "
                                                 "CARRIER_SCAN}\n"})
                               .status());
    return PublishPolicy(unit, lead_, "early", "", "");
  }));
  ASSERT_OK(Put(MakeOrder("o2", 2, 9900)));
  const auto filed = File(customer_, "o2", 2);
  ASSERT_OK(filed);
  EXPECT_EQ(filed->lines[0].refund_at, RefundAt::kCarrierScan);
  rma_ = *filed;
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Dispatch();
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return ShipRma(unit, customer_, {rma_.id, ""}, "SF1"); }));
  EXPECT_EQ(WorldOn::Read(rma_.id).lines[0].q.refunded, 0);
  const json scan = Scanned(*parcel, "handed_over", 1);
  ASSERT_OK(Deliver(scan, platform_));
  ASSERT_OK(Deliver(scan, platform_));
  ASSERT_OK(Deliver(Scanned(*parcel, "moving", 2), platform_));
  EXPECT_EQ(WorldOn::Read(rma_.id).lines[0].q.refunded, 2);
  // What the warehouse finds later takes no money back, and pays nothing twice.
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return ReceiveRma(unit, agent_, {rma_.id, ""}, {}); }));
  ASSERT_OK(Do<Rma>([&](Unit& unit) {
    return InspectRma(unit, agent_, {rma_.id, ""},
                      {{.line = "1", .quantity = 1, .grade = Grade::kDamaged},
                       {.line = "1", .quantity = 1, .grade = Grade::kMissing}});
  }));
  const Order order = WorldOn::Read(OrderId("o2"));
  EXPECT_EQ(order.payments[0].refund_held, 2 * 9900);
  ExpectSound();
}

TEST_P(Carriers, ForgedOldAndForeignCallbacksChangeNothing) {
  const auto parcel = Book(customer_);
  ASSERT_OK(parcel);
  Dispatch();
  json callback = Scanned(*parcel, "delivered", 1);
  json forged = callback;
  forged["body"] = callback["body"].get<std::string>() + " ";
  EXPECT_THAT(Deliver(forged, platform_), HasReason("BAD_SIGNATURE"));
  EXPECT_THAT(Deliver(callback, CallerWith(Role::kPlatform, "shop", "other")),
              StatusIs(absl::StatusCode::kNotFound));
  clock_.Advance(absl::Minutes(6));
  EXPECT_THAT(Deliver(callback, platform_), HasReason("BAD_SIGNATURE"));
  EXPECT_EQ(Read(parcel->id).state, ParcelState::kLabelled);
}

TEST_P(Carriers, CustomersBookForThemselvesOnlyAndOnlyWhatIsAwaited) {
  const Caller other = CallerWith(Role::kCustomer, "c2");
  EXPECT_THAT(Book(other), StatusIs(absl::StatusCode::kNotFound));
  const auto parcel = Book(agent_);
  ASSERT_OK(parcel);
  EXPECT_THAT(Look([&](View& view) { return GetParcel(view, other, parcel->id).status(); }),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return CancelRma(unit, customer_, {rma_.id, ""}, ""); }));
  EXPECT_THAT(Book(customer_), HasReason("WRONG_STATE"));
}

}  // namespace
}  // namespace huiyin::aftersales
