#include "services/triage/drift.h"

#include <gmock/gmock.h>
#include <prometheus/gauge.h>

#include "libs/testing/fake_clock.h"
#include "libs/testing/status.h"
#include "services/triage/domain/text/model_for_tests.h"

namespace huiyin::triage {
namespace {

// Decisions of the model in force, by tenant; references as they are kept.
class MemoryDrift final : public DriftStore {
 public:
  absl::StatusOr<std::vector<TenantId>> ListTenants(const TenantId& after, int limit) override {
    std::vector<TenantId> tenants;
    for (auto it = newest.upper_bound(after); it != newest.end(); ++it) {
      if (tenants.size() == static_cast<size_t>(limit)) break;
      tenants.push_back(it->first);
    }
    return tenants;
  }
  absl::StatusOr<Population> NewestDecisions(const TenantId& tenant, const std::string&,
                                             int) override {
    return newest[tenant];
  }
  absl::StatusOr<std::optional<Population>> FindReference(const TenantId& tenant,
                                                          const std::string&) override {
    const auto found = references.find(tenant);
    return found == references.end() ? std::nullopt : std::optional(found->second);
  }
  absl::Status InsertReference(const TenantId& tenant, const std::string&,
                               const Population& reference, absl::Time) override {
    references.emplace(tenant, reference);
    return absl::OkStatus();
  }

  std::map<TenantId, Population> newest, references;
};

class DriftTest : public ::testing::Test {
 protected:
  struct Shown {
    double categories, confidence;
  };
  Shown Look(const std::string& reference) {
    const obs::Labels labels = {{"reference", reference}};
    return {metrics_.Gauge("huiyin_triage_drift_categories", "", labels).Value(),
            metrics_.Gauge("huiyin_triage_drift_confidence", "", labels).Value()};
  }
  static Population Of(Category category, float confidence, int count) {
    Population population;
    for (int i = 0; i < count; ++i) population.Count(category, confidence);
    return population;
  }

  const std::shared_ptr<const Classifier> model_{&ShippedModel(), [](const Classifier*) {}};
  const std::vector<Lesson> held_ = {
      {.text = "退款什么时候到账"}, {.text = "快递三天没动了"}, {.text = "非常满意，质量很好"}};
  MemoryDrift store_;
  testing::FakeClock clock_;
  obs::Metrics metrics_;
  DriftWatch watch_{[this](auto body) { return body(store_); },
                    [this](auto body) { return body(store_); },
                    [this] { return model_; },
                    held_,
                    clock_,
                    metrics_};
};

TEST_F(DriftTest, TooFewDecisionsSayNothing) {
  store_.newest[TenantId("a")] = Of(Category::kStock, 0.3f, kLeastForDrift - 1);
  ASSERT_OK(watch_.Measure());
  EXPECT_EQ(Look("model").categories, 0);
  EXPECT_EQ(Look("tenant").categories, 0);
}

TEST_F(DriftTest, TheFirstDecisionsAreComparedWithWhatTheModelWasTestedOn) {
  store_.newest[TenantId("a")] = PopulationOf(*model_, held_);
  ASSERT_OK(watch_.Measure());
  EXPECT_NEAR(Look("model").categories, 0, 1e-9);
  store_.newest[TenantId("b")] = Of(Category::kStock, 0.3f, kLeastForDrift);
  ASSERT_OK(watch_.Measure());
  EXPECT_GT(Look("model").categories, 1);
  EXPECT_GT(Look("model").confidence, 1);
  EXPECT_EQ(Look("tenant").categories, 0);
  EXPECT_THAT(store_.references, ::testing::IsEmpty());
}

TEST_F(DriftTest, EnoughDecisionsBecomeTheTenantsOwnReference) {
  const TenantId tenant("a");
  const Population usual = Of(Category::kLogistics, 0.9f, kDriftPopulation);
  store_.newest[tenant] = usual;
  ASSERT_OK(watch_.Measure());
  EXPECT_EQ(store_.references.at(tenant), usual);

  ASSERT_OK(watch_.Measure());
  EXPECT_EQ(Look("tenant").categories, 0);
  EXPECT_EQ(Look("model").categories, 0);

  store_.newest[tenant] = Of(Category::kPayment, 0.9f, kDriftPopulation);
  ASSERT_OK(watch_.Measure());
  EXPECT_GT(Look("tenant").categories, 1);
  EXPECT_EQ(Look("tenant").confidence, 0);
  EXPECT_EQ(store_.references.at(tenant), usual);
}

TEST_F(DriftTest, ManyTenantsAreLookedAtInTurn) {
  const Population usual = Of(Category::kLogistics, 0.9f, kLeastForDrift);
  for (int i = 100; i < 250; ++i) {
    const TenantId tenant("t" + std::to_string(i));
    store_.newest[tenant] = store_.references[tenant] = usual;
  }
  store_.newest[TenantId("t249")] = Of(Category::kPayment, 0.9f, kLeastForDrift);
  ASSERT_OK(watch_.Measure());
  EXPECT_EQ(Look("tenant").categories, 0);
  ASSERT_OK(watch_.Measure());
  EXPECT_GT(Look("tenant").categories, 1);
}

}  // namespace
}  // namespace huiyin::triage
