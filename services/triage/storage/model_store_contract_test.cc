// What every ModelStore must do, on each database.
#include <gmock/gmock.h>

#include "libs/core/status.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/triage/storage/sql_model_store.h"
#include "services/triage/storage/sql_store.h"
#include "services/triage/usecase/choose_model.h"

namespace huiyin::triage {
namespace {

using ::huiyin::testing::HasReason;
using ::huiyin::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::SizeIs;

const std::string& Shipped() {
  static const std::string version = "1-shipped";
  return version;
}

class ModelStoreContract : public testing::DatabaseTest {
 protected:
  ModelStoreContract() { ApplySchema("triage", Schema()); }

  void Write(absl::FunctionRef<void(ModelStore&, ModelUnit&)> body) {
    EXPECT_OK(database().Write([&](db::Transaction& tx) {
      SqlModelStore store(tx);
      ModelUnit unit{store, clock_, ids_, Shipped()};
      body(store, unit);
      return absl::OkStatus();
    }));
  }
  CandidateModel Candidate(const std::string& version, ModelState state = ModelState::kReady) {
    return {.version = version,
            .id = ids_.NewId(),
            .request_id = "request of " + version,
            .base_version = Shipped(),
            .state = state,
            .reason = "why",
            .corrections = 31,
            .on_corrections = {9, 1, 7, 2.0 / 3, 0.25, 0.875},
            .on_held_messages = {356, 300, 299, -1.0 / 356, -0.01, 0.005},
            .created = absl::FromUnixMicros(1767225600123456),
            .created_by = "lin"};
  }
  std::string InForceNow() {
    std::string version;
    Write([&](ModelStore& store, ModelUnit&) {
      const auto found = VersionInForce(store, Shipped());
      ASSERT_OK(found);
      version = *found;
    });
    return version;
  }

  testing::FakeClock clock_;
  testing::SequentialIds ids_;
  const Caller caller_{.tenant = TenantId("acme"), .subject = "lin"};
};

TEST_P(ModelStoreContract, GivesCandidatesBackAsTheyWere) {
  const CandidateModel model = Candidate("1-shipped+a");
  const std::string patch("bytes\0\xFF with all in them", 25);
  Write([&](ModelStore& store, ModelUnit&) { ASSERT_OK(store.InsertModel(model, patch)); });
  Write([&](ModelStore& store, ModelUnit&) {
    const auto found = store.FindModel(model.version);
    ASSERT_OK(found);
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->reason, "why");
    EXPECT_EQ((*found)->on_corrections.difference, 2.0 / 3);
    EXPECT_EQ((*found)->on_held_messages.candidate_right, 299);
    EXPECT_EQ((*found)->created, model.created);
    const auto bytes = store.FindPatch(model.version);
    ASSERT_OK(bytes);
    EXPECT_EQ(*bytes, patch);
    EXPECT_EQ((*store.FindModelByRequest(model.request_id))->version, model.version);
    EXPECT_EQ(*store.FindModel("unknown"), std::nullopt);
    EXPECT_EQ(*store.FindPatch("unknown"), std::nullopt);
  });
  EXPECT_THAT(database().Write(
                  [&](db::Transaction& tx) { return SqlModelStore(tx).InsertModel(model, patch); }),
              StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_P(ModelStoreContract, ActivatesAndGoesBackStepByStep) {
  Write([&](ModelStore& store, ModelUnit& unit) {
    ASSERT_OK(store.InsertModel(Candidate("1-shipped+a"), ""));
    ASSERT_OK(store.InsertModel(Candidate("1-shipped+b"), ""));
    EXPECT_THAT(RollbackModel(unit, caller_), HasReason("NOTHING_TO_ROLL_BACK"));
    ASSERT_OK(ActivateModel(unit, caller_, "1-shipped+a"));
    const auto again = ActivateModel(unit, caller_, "1-shipped+a");
    ASSERT_OK(again);
    const auto second = ActivateModel(unit, caller_, "1-shipped+b");
    ASSERT_OK(second);
    EXPECT_EQ(second->previous, "1-shipped+a");
  });
  EXPECT_EQ(InForceNow(), "1-shipped+b");
  Write([&](ModelStore&, ModelUnit& unit) { ASSERT_OK(RollbackModel(unit, caller_)); });
  EXPECT_EQ(InForceNow(), "1-shipped+a");
  Write([&](ModelStore&, ModelUnit& unit) { ASSERT_OK(RollbackModel(unit, caller_)); });
  EXPECT_EQ(InForceNow(), Shipped());
  Write([&](ModelStore&, ModelUnit& unit) {
    EXPECT_THAT(RollbackModel(unit, caller_), HasReason("NOTHING_TO_ROLL_BACK"));
  });
}

TEST_P(ModelStoreContract, ARefusedCandidateMayReadAlongButNotDecide) {
  Write([&](ModelStore& store, ModelUnit& unit) {
    ASSERT_OK(store.InsertModel(Candidate("1-shipped+bad", ModelState::kRejected), ""));
    CandidateModel old = Candidate("0-old+x");
    old.base_version = "0-old";
    ASSERT_OK(store.InsertModel(old, ""));
    EXPECT_THAT(ActivateModel(unit, caller_, "1-shipped+bad"), HasReason("MODEL_REJECTED"));
    EXPECT_THAT(ActivateModel(unit, caller_, "0-old+x"), HasReason("MODEL_OF_ANOTHER_RELEASE"));
    EXPECT_THAT(ActivateModel(unit, caller_, "none"), HasReason("MODEL_NOT_FOUND"));
    ASSERT_OK(ShadowModel(unit, caller_, "1-shipped+bad"));
    EXPECT_EQ((*store.CurrentChoice(ModelRole::kReadsAlong))->version, "1-shipped+bad");
    ASSERT_OK(ShadowModel(unit, caller_, ""));
    EXPECT_EQ((*store.CurrentChoice(ModelRole::kReadsAlong))->version, "");
  });
  EXPECT_EQ(InForceNow(), Shipped());
}

TEST_P(ModelStoreContract, CountsHowTheShadowAgrees) {
  Reading current{.category = Category::kRefund, .needs_review = true, .model_version = "a"};
  Reading shadow = current;
  shadow.model_version = "b";
  shadow.urgency = Urgency::kHigh;
  shadow.needs_review = false;
  Write([&](ModelStore& store, ModelUnit&) {
    const TenantId tenant("acme");
    ASSERT_OK(store.InsertShadow(tenant, DecisionId("1"), current, shadow));
    ASSERT_OK(store.InsertShadow(tenant, DecisionId("1"), current, shadow));
    shadow.category = Category::kPayment;
    ASSERT_OK(store.InsertShadow(tenant, DecisionId("2"), current, shadow));
    const auto a = store.Agreement("a", "b");
    ASSERT_OK(a);
    EXPECT_EQ(a->decisions, 2);
    EXPECT_EQ(a->same_category, 1);
    EXPECT_EQ(a->same_sentiment, 2);
    EXPECT_EQ(a->same_urgency, 0);
    EXPECT_EQ(a->current_review, 2);
    EXPECT_EQ(a->shadow_review, 0);
    EXPECT_EQ(store.Agreement("b", "a")->decisions, 0);
  });
}

TEST_P(ModelStoreContract, NothingIsLearnedFromErasedCustomers) {
  const TenantId tenant("acme");
  ASSERT_OK(database().Write([&](db::Transaction& tx) -> absl::Status {
    SqlStore store(tx);
    for (const char* customer : {"ann", "bob"}) {
      Decision right{.tenant = tenant, .id = DecisionId(customer), .ticket = TicketId(customer)};
      right.corrected_by = "lin";
      HUIYIN_RETURN_IF_ERROR(store.InsertDecision(right));
      HUIYIN_RETURN_IF_ERROR(store.PutTicket({.tenant = tenant,
                                              .id = right.ticket,
                                              .customer = CustomerId(customer),
                                              .current = right.id}));
      HUIYIN_RETURN_IF_ERROR(
          store.InsertCorrection({.tenant = tenant,
                                  .corrected = DecisionId("wrong " + right.id.value()),
                                  .by = right.id,
                                  .ticket = right.ticket,
                                  .agent = "lin"}));
    }
    return store.EraseCustomer(tenant, CustomerId("ann"), absl::UnixEpoch());
  }));
  Write([&](ModelStore& store, ModelUnit&) {
    const auto corrected = store.ListCorrected(10);
    ASSERT_OK(corrected);
    ASSERT_THAT(*corrected, SizeIs(1));
    EXPECT_EQ(corrected->front().id, DecisionId("bob"));
  });
}

HUIYIN_ON_ALL_DATABASES(ModelStoreContract);

}  // namespace
}  // namespace huiyin::triage
