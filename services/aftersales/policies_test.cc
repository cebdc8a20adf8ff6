// Policy documents from storing to taking back, and looking back at verdicts. Both databases.
#include "services/aftersales/usecase/policies.h"

#include <random>

#include "services/aftersales/test_world.h"
#include "services/aftersales/usecase/verdicts.h"

namespace huiyin::aftersales {
namespace {

using testing::HasReason;
using testing::StatusIs;

std::string Document(const std::string& version, int days) {
  return Concat("version: ", version,
                "\nrules:\n  - {id: window, kind: return_window, days: ", days, "}\n");
}

class Policies : public World {
 protected:
  absl::StatusOr<PolicyView> Create(const std::string& yaml, bool validate_only = false) {
    return Do<PolicyView>([&](Unit& unit) {
      return CreatePolicy(unit, lead_, {.yaml = yaml, .validate_only = validate_only});
    });
  }
  absl::StatusOr<PolicyView> Publish(const std::string& version, const std::string& etag = "") {
    return Do<PolicyView>(
        [&](Unit& unit) { return PublishPolicy(unit, lead_, version, etag, ""); });
  }
  absl::StatusOr<PolicyView> Rollback() {
    return Do<PolicyView>([&](Unit& unit) { return RollbackPolicy(unit, lead_, "", ""); });
  }
  std::string InForce(const Caller& caller) {
    std::string version;
    EXPECT_OK(Look([&](View& view) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const PolicyView policy, GetPolicy(view, caller, ""));
      version = policy.document.version;
      return absl::OkStatus();
    }));
    return version;
  }
  VerdictCheck CheckAll() {
    VerdictCheck all;
    EXPECT_OK(Look([&](View& view) {
      return CheckVerdicts(view, TenantId("acme"), [&](VerdictCheck& check) {
        all.checked = check.checked;
        all.total_findings = check.total_findings;
        for (VerdictFinding& each : check.new_findings) all.new_findings.push_back(each);
        return true;
      });
    }));
    return all;
  }
};
HUIYIN_ON_ALL_DATABASES(Policies);

TEST_P(Policies, ADocumentDecidesOnceItIsPublishedAndOnlyInItsTenant) {
  const std::string shipped = DefaultPolicy()->version();
  ASSERT_OK(Create(Document("v1", 1)));
  EXPECT_EQ(InForce(lead_), shipped);
  ASSERT_OK(Publish("v1"));
  EXPECT_EQ(InForce(lead_), "v1");
  EXPECT_EQ(InForce(CallerWith(Role::kLead, "lead-1", "other")), shipped);
  ASSERT_OK(Put(MakeOrder("o1", 2, 1000)));
  clock_.Advance(absl::Hours(25));
  auto rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  EXPECT_EQ(rma->approval, Approval::kRejected);
  ASSERT_OK(Rollback());
  rma = File(customer_, "o1", 1);
  ASSERT_OK(rma);
  EXPECT_EQ(rma->approval, Approval::kApproved);
  EXPECT_THAT(Publish("v9"), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(Policies, RollingBackGoesDownPublicationByPublication) {
  for (const std::string version : {"v1", "v2", "v3"}) ASSERT_OK(Create(Document(version, 7)));
  EXPECT_THAT(Rollback(), HasReason("NOTHING_TO_ROLL_BACK"));
  ASSERT_OK(Publish("v1"));
  ASSERT_OK(Publish("v2"));
  ASSERT_OK(Rollback());
  EXPECT_EQ(InForce(lead_), "v1");
  ASSERT_OK(Publish("v3"));
  ASSERT_OK(Rollback());
  EXPECT_EQ(InForce(lead_), "v1");
  ASSERT_OK(Rollback());
  EXPECT_EQ(InForce(lead_), DefaultPolicy()->version());
  EXPECT_THAT(Rollback(), HasReason("NOTHING_TO_ROLL_BACK"));
  EXPECT_OK(Publish(DefaultPolicy()->version()));  // it is in force already
}

TEST_P(Policies, AVersionNeverChangesItsContent) {
  ASSERT_OK(Create(Document("v1", 7)));
  EXPECT_OK(Create(Document("v1", 7)));
  EXPECT_THAT(Create(Document("v1", 8)), HasReason("VERSION_REUSED"));
  EXPECT_THAT(Create(Document(DefaultPolicy()->version(), 8)), HasReason("VERSION_REUSED"));
  EXPECT_OK(Create(Document("v2", 8), /*validate_only=*/true));
  EXPECT_THAT(Publish("v2"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_FALSE(database()
                   .Write([](db::Transaction& tx) {
                     return tx.Execute("UPDATE policy_document SET yaml = ''").status();
                   })
                   .ok());
}

TEST_P(Policies, APublicationMeanwhileIsNotOverwritten) {
  ASSERT_OK(Create(Document("v1", 7)));
  const auto seen = Create(Document("v2", 7));
  ASSERT_OK(seen);
  const std::string etag = Etag(seen->publications);
  ASSERT_OK(Publish("v1", etag));
  EXPECT_THAT(Publish("v2", etag), HasReason("ETAG_MISMATCH"));
}

TEST_P(Policies, AreListedNewestFirstThenTheShippedOnes) {
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(absl::Seconds(1));
    ASSERT_OK(Create(Document(Concat("v", i), 7)));
  }
  std::vector<std::string> versions;
  ASSERT_OK(Look([&](View& view) -> absl::Status {
    Page page{.size = 2};
    while (true) {
      HUIYIN_ASSIGN_OR_RETURN(const auto policies, ListPolicies(view, lead_, page));
      for (const PolicyView& policy : policies) versions.push_back(policy.document.version);
      if (policies.size() < page.size) return absl::OkStatus();
      page.after = PolicyCursor(policies.back());
    }
  }));
  EXPECT_THAT(versions,
              ::testing::ElementsAre("v4", "v3", "v2", "v1", "v0", DefaultPolicy()->version()));
}

// Files RMAs at random under policies that change meanwhile.
class Past : public Policies {
 protected:
  void FileAtRandom(int count) {
    std::mt19937 random(20261122);
    const auto pick = [&](int n) { return static_cast<int>(random() % n); };
    for (int i = 0; i < count; ++i) {
      const std::string id = Concat("o", i);
      Order order = MakeOrder(id, 1 + pick(4), 1 + pick(900'000));
      order.tier = static_cast<CustomerTier>(pick(5));
      order.language = std::vector<std::string>{"zh", "en", "ar", "th", "xx"}[pick(5)];
      order.country_of_delivery = std::vector<std::string>{"CN", "DE", "US", "JP"}[pick(4)];
      order.lines[0].flags = static_cast<uint32_t>(pick(64)) << 1;
      order.lines[0].category = pick(2) == 0 ? "PHONE" : "HOME";
      order.shipments[0].delivered_at = clock_.Now() - absl::Hours(pick(24 * 60));
      ASSERT_OK(Put(order));
      ASSERT_OK(
          File(customer_, id, 1, kRmaKinds[pick(4)], std::string(kReasons[pick(kReasonCount)])));
    }
  }
};
HUIYIN_ON_ALL_DATABASES(Past);

TEST_P(Past, EveryStoredVerdictIsReplayedByteForByteUnderItsOwnVersion) {
  FileAtRandom(40);
  ASSERT_OK(Create(Document("strict", 1)));
  ASSERT_OK(Publish("strict"));
  clock_.Advance(absl::Hours(1));
  for (int i = 0; i < 3; ++i) {
    const std::string id = Concat("after", i);
    ASSERT_OK(Put(MakeOrder(id, 1, 500)));
    ASSERT_OK(File(customer_, id, 1));
  }
  const VerdictCheck check = CheckAll();
  EXPECT_EQ(check.checked, 43);
  EXPECT_EQ(check.total_findings, 0)
      << check.new_findings[0].problem << ": " << check.new_findings[0].detail;
}

TEST_P(Past, AVerdictThatWasTamperedWithIsFound) {
  FileAtRandom(3);
  ASSERT_OK(database().Write([](db::Transaction& tx) {
    return tx.Execute("UPDATE rma SET inputs = REPLACE(inputs, 'CNY', 'USD')").status();
  }));
  EXPECT_EQ(CheckAll().total_findings, 3);
  ASSERT_OK(database().Write([](db::Transaction& tx) {
    return tx.Execute("UPDATE rma SET policy_version = 'gone'").status();
  }));
  EXPECT_EQ(CheckAll().new_findings.at(0).problem, "POLICY_MISSING");
}

TEST_P(Past, SimulationCountsWhatWouldDifferAndStoresNothing) {
  ASSERT_OK(Put(MakeOrder("fresh", 1, 1000)));
  const auto fresh = File(customer_, "fresh", 1);
  ASSERT_OK(fresh);
  Order older = MakeOrder("older", 1, 500);
  older.shipments[0].delivered_at = clock_.Now() - absl::Hours(24 * 6);
  ASSERT_OK(Put(older));
  const auto late = File(customer_, "older", 1);
  ASSERT_OK(late);
  EXPECT_EQ(late->approval, Approval::kApproved);
  Simulation result;
  ASSERT_OK(Look([&](View& view) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(result,
                            SimulatePolicy(view, TenantId("acme"), {.yaml = Document("try", 3)},
                                           [](const Simulation&) { return true; }));
    return absl::OkStatus();
  }));
  EXPECT_EQ(result.examined, 2);
  EXPECT_EQ(result.changed, 1);
  EXPECT_EQ((result.decisions[{Decision::kApprove, Decision::kReject}]), 1);
  EXPECT_EQ((result.decisions[{Decision::kApprove, Decision::kApprove}]), 1);
  EXPECT_EQ(result.money["CNY"], (std::pair<int64_t, int64_t>(1500, 1000)));
  ASSERT_EQ(result.examples.size(), 1u);
  EXPECT_EQ(result.examples[0].rma, late->id);
  EXPECT_EQ(result.examples[0].after.Reason(), "OUTSIDE_WINDOW");
  EXPECT_EQ(CheckAll().total_findings, 0);
  const auto missing = Look([&](View& view) {
    return SimulatePolicy(view, TenantId("acme"), {.version = "nope"},
                          [](const Simulation&) { return true; })
        .status();
  });
  EXPECT_THAT(missing, StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(Past, AStrangersVerdictIsNotFound) {
  FileAtRandom(1);
  Rma rma;
  ASSERT_OK(Look([&](View& view) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const auto rmas, ListRmas(view, lead_, {}, {}));
    rma = rmas.at(0).rma;
    HUIYIN_ASSIGN_OR_RETURN(const ReplayedVerdict replayed, ReplayVerdict(view, lead_, rma.id));
    EXPECT_TRUE(replayed.identical);
    return absl::OkStatus();
  }));
  EXPECT_THAT(Look([&](View& view) {
                return ReplayVerdict(view, CallerWith(Role::kLead, "x", "other"), rma.id).status();
              }),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace huiyin::aftersales
