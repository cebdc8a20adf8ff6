// What every DriftStore must do, on each database.
#include <gmock/gmock.h>

#include "libs/testing/sequential_ids.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/triage/storage/sql_drift_store.h"
#include "services/triage/storage/sql_store.h"

namespace huiyin::triage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DriftStoreContract : public testing::DatabaseTest {
 protected:
  DriftStoreContract() { ApplySchema("triage", Schema()); }

  void Decide(const std::string& tenant, const std::string& model, Category category,
              float confidence, const std::string& corrected_by = "") {
    EXPECT_OK(database().Write([&](db::Transaction& tx) {
      Decision decision;
      decision.tenant = TenantId(tenant);
      decision.id = DecisionId(ids_.NewId());
      decision.reading.category = category;
      decision.reading.category_p = confidence;
      decision.reading.model_version = model;
      decision.corrected_by = corrected_by;
      return SqlStore(tx).InsertDecision(decision);
    }));
  }
  void In(absl::FunctionRef<void(DriftStore&)> body) {
    EXPECT_OK(database().Write([&](db::Transaction& tx) {
      SqlDriftStore store(tx);
      body(store);
      return absl::OkStatus();
    }));
  }

  testing::SequentialIds ids_;
};

TEST_P(DriftStoreContract, ListsTenantsThatHaveDecisions) {
  for (const char* tenant : {"c", "a", "b", "a", "c"}) Decide(tenant, "m", Category::kStock, 1);
  In([](DriftStore& store) {
    EXPECT_THAT(*store.ListTenants(TenantId(), 2), ElementsAre(TenantId("a"), TenantId("b")));
    EXPECT_THAT(*store.ListTenants(TenantId("b"), 2), ElementsAre(TenantId("c")));
    EXPECT_THAT(*store.ListTenants(TenantId("c"), 2), IsEmpty());
  });
}

TEST_P(DriftStoreContract, CountsWhatTheModelDecidedAmongTheNewest) {
  Decide("a", "m", Category::kPayment, 0.1f);  // no longer among the newest
  Decide("a", "m", Category::kRefund, 0.55f);
  Decide("a", "older", Category::kRefund, 0.5f);
  Decide("a", "m", Category::kRefund, 1, "a person");
  Decide("b", "m", Category::kRefund, 0.5f);
  Decide("a", "m", Category::kStock, 1);
  In([](DriftStore& store) {
    Population expected;
    expected.Count(Category::kRefund, 0.55f);
    expected.Count(Category::kStock, 1);
    EXPECT_EQ(*store.NewestDecisions(TenantId("a"), "m", 4), expected);
    EXPECT_EQ(store.NewestDecisions(TenantId("nobody"), "m", 4)->size(), 0);
  });
}

TEST_P(DriftStoreContract, KeepsTheFirstReference) {
  Population first, second;
  for (int i = 0; i < 12; ++i) first.Count(Category::kInvoice, 0.95f);
  first.Count(Category::kOther, 0);
  second.Count(Category::kPraise, 0.5f);
  const TenantId tenant("a");
  In([&](DriftStore& store) {
    EXPECT_EQ(*store.FindReference(tenant, "m"), std::nullopt);
    EXPECT_OK(store.InsertReference(tenant, "m", first, absl::UnixEpoch()));
    EXPECT_OK(store.InsertReference(tenant, "m", second, absl::UnixEpoch()));
    EXPECT_OK(store.InsertReference(tenant, "other", second, absl::UnixEpoch()));
  });
  In([&](DriftStore& store) {
    EXPECT_EQ(*store.FindReference(tenant, "m"), first);
    EXPECT_EQ(*store.FindReference(tenant, "other"), second);
    EXPECT_EQ(*store.FindReference(TenantId("b"), "m"), std::nullopt);
  });
}

HUIYIN_ON_ALL_DATABASES(DriftStoreContract);

}  // namespace
}  // namespace huiyin::triage
