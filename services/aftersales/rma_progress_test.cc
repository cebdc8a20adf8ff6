// Steps, their targets and reports, timelines and notices, evidence and signals. Both databases.
#include "huiyin/event/v1/rma_progress_events.pb.h"
#include "services/aftersales/domain/policy/sentences.h"
#include "services/aftersales/test_world.h"
#include "services/aftersales/usecase/return_shipment.h"
#include "services/aftersales/usecase/rma_clock.h"
#include "services/aftersales/usecase/timeline.h"

namespace huiyin::aftersales {
namespace {

using testing::StatusIs;

class Progress : public World {
 protected:
  template <class Event>
  std::vector<Event> Published() {
    std::vector<Event> events;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT body FROM outbox WHERE type = ? ORDER BY id",
                           {Event::descriptor()->full_name()}, [&](const db::Row& row) {
                             EXPECT_TRUE(events.emplace_back().ParseFromString(row.Str(0)));
                           });
    }));
    return events;
  }
  absl::Status Check(const Rma& rma) {
    return Do<std::vector<Step>>(
               [&](Unit& unit) { return CheckSteps(unit, TenantId("acme"), rma.id); })
        .status();
  }
  // When the next alarm for the RMA is due.
  std::optional<absl::Time> Alarm() {
    std::optional<absl::Time> due;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT due FROM timer WHERE kind = ?", {kRmaTimer},
                           [&](const db::Row& row) { due = row.Time(0); });
    }));
    return due;
  }
  StepReport Report(absl::Time from, absl::Time until) {
    StepReport report;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(report, GetStepReport(view, TenantId("acme"), from, until));
      return absl::OkStatus();
    }));
    return report;
  }
  Timeline TimelineOf(const Rma& rma, const std::string& language = "") {
    Timeline timeline;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(timeline, GetRmaTimeline(view, customer_, rma.id, language));
      return absl::OkStatus();
    }));
    return timeline;
  }
};
HUIYIN_ON_ALL_DATABASES(Progress);

TEST_P(Progress, AStepPastItsTargetIsToldOfOnce) {
  Order order = MakeOrder("o1", 1, 900'000);  // above the limit: a person decides
  ASSERT_OK(Put(order));
  const auto rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  EXPECT_EQ(rma->approval, Approval::kSubmitted);
  EXPECT_EQ(Alarm(), clock_.Now() + absl::Hours(24));
  ASSERT_OK(Check(*rma));
  EXPECT_TRUE(Published<event::v1::RmaStepOverdue>().empty());
  clock_.Advance(absl::Hours(24));
  ASSERT_OK(Check(*rma));
  ASSERT_OK(Check(*rma));
  const auto events = Published<event::v1::RmaStepOverdue>();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].step(), "DECIDE");
  EXPECT_EQ(events[0].rma_id(), rma->id.value());
  EXPECT_EQ(Alarm(), std::nullopt);
  EXPECT_TRUE(TimelineOf(*rma).under_way.at(0).due.has_value());
  // Decided: the next step has a target of its own.
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return ApproveRma(unit, lead_, {rma->id, ""}, {}, ""); }));
  EXPECT_EQ(Alarm(), clock_.Now() + absl::Hours(336));
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return CancelRma(unit, customer_, {rma->id, ""}, ""); }));
  EXPECT_EQ(Alarm(), std::nullopt);
}

TEST_P(Progress, TheSlowestStepOfAPeriodIsNamedWithItsQuantiles) {
  const absl::Time start = clock_.Now();
  for (int i = 1; i <= 10; ++i) {
    const std::string id = Concat("o", i);
    Order order = MakeOrder(id, 1, 1000);
    order.customer = CustomerId(id);  // one customer who returns everything would be looked at
    ASSERT_OK(Put(order));
    const auto rma = File(agent_, id, 1);
    ASSERT_OK(rma);
    clock_.Advance(absl::Hours(i));
    ASSERT_OK(Do<Rma>([&](Unit& unit) { return ShipRma(unit, agent_, {rma->id, ""}, "SF1"); }));
    clock_.Advance(absl::Hours(1));
    ASSERT_OK(Do<Rma>([&](Unit& unit) { return ReceiveRma(unit, agent_, {rma->id, ""}, {}); }));
  }
  const StepReport report = Report(start, clock_.Now() + absl::Seconds(1));
  const StepFigures& send = report.steps[static_cast<int>(Step::kSend)];
  EXPECT_EQ(report.slowest, Step::kSend);
  EXPECT_EQ(send.ended, 10);
  EXPECT_EQ(send.ended_late, 0);
  EXPECT_EQ(send.p50, absl::Hours(5));
  EXPECT_EQ(send.p90, absl::Hours(9));
  EXPECT_EQ(send.max, absl::Hours(10));
  const StepFigures& inspect = report.steps[static_cast<int>(Step::kInspect)];
  EXPECT_EQ(inspect.open, 10);
  EXPECT_EQ(inspect.open_late, 4);  // 48 hours: those before the last four and a half days
  EXPECT_EQ(Report(start - absl::Hours(2), start - absl::Hours(1)).slowest, std::nullopt);
}

TEST_P(Progress, TheTimelineSpeaksTheCustomersLanguage) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 9900)));
  const auto rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return ShipRma(unit, customer_, {rma->id, ""}, "SF1"); }));
  const Timeline timeline = TimelineOf(*rma);
  ASSERT_EQ(timeline.entries.size(), 3u);
  EXPECT_EQ(timeline.entries[0].text, Template(Text::kFiled, "zh"));
  EXPECT_EQ(timeline.entries[1].text, Template(Text::kApproved, "zh"));
  EXPECT_EQ(timeline.entries[2].tracking, "SF1");
  EXPECT_EQ(TimelineOf(*rma, "ar").entries[2].text, Template(Text::kShipped, "ar"));
  ASSERT_EQ(timeline.under_way.size(), 1u);
  EXPECT_EQ(timeline.under_way[0].step, Step::kTransport);
  EXPECT_THAT(
      Look([&](View& view) {
        return GetRmaTimeline(view, CallerWith(Role::kCustomer, "c2"), rma->id, "").status();
      }),
      StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(Progress, CustomersAreNotifiedOfEveryStepWithoutContactData) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 9900)));
  const auto rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return ShipRma(unit, customer_, {rma->id, ""}, "SF1"); }));
  ASSERT_OK(Do<Rma>([&](Unit& unit) { return ReceiveRma(unit, agent_, {rma->id, ""}, {}); }));
  std::vector<std::string> keys;
  for (const auto& notice : Published<event::v1::CustomerNotice>()) {
    keys.push_back(notice.template_key());
    EXPECT_EQ(notice.customer_id(), "c1");
    EXPECT_EQ(notice.language(), "zh");
    EXPECT_FALSE(notice.text().empty());
  }
  EXPECT_THAT(keys, ::testing::ElementsAre("step_approved", "step_shipped", "step_received"));
}

TEST_P(Progress, TheSamePictureTwiceMakesAPersonLook) {
  for (const std::string id : {"o1", "o2"}) ASSERT_OK(Put(MakeOrder(id, 1, 9900)));
  const auto file = [&](const std::string& order) {
    return File(customer_, {.order = OrderId(order),
                            .lines = {{.order_line_id = "l1",
                                       .kind = RmaKind::kRefundOnly,
                                       .reason = "DEFECTIVE",
                                       .quantity = 1,
                                       .evidence_ids = {"picture-1"}}}});
  };
  const auto first = file("o1");
  ASSERT_OK(first);
  EXPECT_EQ(first->approval, Approval::kApproved);
  const auto second = file("o2");
  ASSERT_OK(second);
  EXPECT_EQ(second->approval, Approval::kSubmitted);
}

TEST_P(Progress, EvidenceThatComesLaterIsLookedAtByThePolicyThatMissedIt) {
  ASSERT_OK(Put(MakeOrder("o1", 1, 200'000)));  // so dear that pictures are needed
  const auto rma = File(customer_, "o1", 1, RmaKind::kReturnRefund, "WRONG_ITEM");
  ASSERT_OK(rma);
  EXPECT_EQ(rma->approval, Approval::kSubmitted);
  const auto add = [&](const Caller& caller, const std::vector<std::string>& ids) {
    return Do<Rma>([&](Unit& unit) {
      return AddRmaEvidence(unit, caller, {rma->id, ""}, "l1", ids, "the label");
    });
  };
  EXPECT_THAT(add(CallerWith(Role::kCustomer, "c2"), {"p1"}),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(add(customer_, std::vector<std::string>(21, "p")), testing::IsOk());  // one piece
  const Rma found = Read(rma->id);
  EXPECT_EQ(found.approval, Approval::kApproved);
  EXPECT_THAT(found.lines[0].evidence_ids, ::testing::ElementsAre("p"));
  EXPECT_THAT(add(customer_, {"p2"}), testing::HasReason("WRONG_STATE"));
  // The verdict that is stored is the one that was acted on, and can be made again.
  ASSERT_OK(Look([&](View& view) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto stored, view.store.FindVerdict(TenantId("acme"), rma->id));
    if (!stored) return absl::DataLossError("there is no verdict");
    EXPECT_TRUE(stored->verdict.decision == Decision::kApprove);
    EXPECT_EQ(DefaultPolicy()->Evaluate(stored->inputs).Encode(), stored->verdict.Encode());
    return absl::OkStatus();
  }));
}

TEST_P(Progress, EvidenceOfAnotherReturnStillNeedsAPerson) {
  for (const std::string id : {"o1", "o2"}) ASSERT_OK(Put(MakeOrder(id, 1, 200'000)));
  std::vector<Rma> rmas;
  for (const std::string id : {"o1", "o2"}) {
    const auto rma = File(customer_, id, 1, RmaKind::kReturnRefund, "WRONG_ITEM");
    ASSERT_OK(rma);
    rmas.push_back(*rma);
    ASSERT_OK(Do<Rma>([&](Unit& unit) {
      return AddRmaEvidence(unit, customer_, {rma->id, ""}, "1", {"p1"}, "");
    }));
  }
  EXPECT_EQ(Read(rmas[0].id).approval, Approval::kApproved);
  EXPECT_EQ(Read(rmas[1].id).approval, Approval::kSubmitted);
}

TEST_P(Progress, AnswersAreKeptWithTheirQuestionsAndOthersAreRefused) {
  ASSERT_OK(Put(MakeOrder("o1", 2, 9900)));
  const auto file = [&](const std::string& question, const std::string& said) {
    return File(
        customer_,
        {.order = OrderId("o1"),
         .language = "en",
         .lines = {{.order_line_id = "l1",
                    .reason = "DAMAGED_IN_TRANSIT",
                    .quantity = 1,
                    .answers = {{.question_id = question, .question = "", .answer = said}}}}});
  };
  EXPECT_THAT(file("unknown", "YES"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(file("outer_box", "PERHAPS"), StatusIs(absl::StatusCode::kInvalidArgument));
  const auto rma = file("outer_box", "YES");
  ASSERT_OK(rma);
  const std::vector<Answer> answers = Read(rma->id).lines.at(0).answers;
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].question, "Was the outer packaging damaged when it arrived?");
  EXPECT_EQ(answers[0].answer, "YES");
}

TEST_P(Progress, GoodsFromAbroadComeBackWithTheirInvoice) {
  Order order = MakeOrder("o1", 2, 50'000);
  order.country_of_delivery = "DE";
  order.lines[0].hs_code = "851679";
  order.lines[0].origin_country = "CN";
  order.lines[0].duty = 1001;
  order.payments[0].captured += 1001;
  order.shipments[0].invoice_number = "INV-7";
  ASSERT_OK(Put(order));
  EXPECT_THAT(Put(order), testing::IsOkAndHolds(UpsertResult::kUnchanged));
  const auto rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  ASSERT_OK(Look([&](View& view) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto way, GetReturnShipment(view, customer_, rma->id));
    EXPECT_TRUE(way.shipment.customs);
    EXPECT_THAT(way.shipment.outbound_invoices, ::testing::ElementsAre("INV-7"));
    EXPECT_EQ(way.shipment.lines.at(0).hs_code, "851679");
    EXPECT_TRUE(way.shipment.missing.empty());
    return absl::OkStatus();
  }));
}

TEST_P(Progress, OptionsSayWhyNothingIsPossible) {
  Order order = MakeOrder("o1", 1, 9900);
  order.shipments[0].delivered_at.reset();
  ASSERT_OK(Put(order));
  ASSERT_OK(Put(MakeOrder("o2", 1, 9900)));
  ASSERT_OK(File(customer_, "o2", 1));
  const auto why_not = [&](const std::string& id) {
    LineOptions line;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(
          const ReturnOptions options,
          GetReturnOptions(view, customer_,
                           {.order = OrderId(id), .reasons = {"DEFECTIVE"}, .language = "en"}));
      line = options.lines.at(0);
      return absl::OkStatus();
    }));
    EXPECT_TRUE(line.options.empty());
    EXPECT_FALSE(line.sentence.empty());
    return line.why_not;
  };
  EXPECT_EQ(why_not("o1"), "NOT_DELIVERED");
  EXPECT_EQ(why_not("o2"), "NOTHING_LEFT");
}

}  // namespace
}  // namespace huiyin::aftersales
