// Product scores stay exact whatever is done to reviews: random writing, changing, moderating,
// voting and erasing, some of it lost in transactions that fail, against figures counted anew from
// the reviews there are. Prints its seed; HUIYIN_SEED=… plays one again.
#include <gmock/gmock.h>

#include <iostream>
#include <map>
#include <random>

#include "libs/events/outbox.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/seed.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/survey/events/outbox_publisher.h"
#include "services/survey/storage/sql_definition_store.h"
#include "services/survey/storage/sql_recovery_store.h"
#include "services/survey/storage/sql_review_store.h"
#include "services/survey/storage/sql_store.h"
#include "services/survey/timer_scheduler.h"
#include "services/survey/usecase/review_desk.h"
#include "services/survey/usecase/review_queries.h"
#include "services/survey/usecase/reviews.h"

namespace huiyin::survey {
namespace {

constexpr int kProducts = 4, kCustomers = 6, kSteps = 1500;
const TenantId kTenant("t1");

class ReviewScoresTest : public testing::DatabaseTest {
 protected:
  ReviewScoresTest() {
    ApplySchema("events", events::Schema());
    ApplySchema("timers", timers::Schema());
    ApplySchema("survey", Schema());
  }

  // Every eighth time all the work is lost at the end.
  template <class Body>
  void Do(Body body) {
    const bool lost = Random(8) == 0;
    const absl::Status done = database().Write([&](db::Transaction& tx) -> absl::Status {
      SqlStore store(tx);
      SqlDefinitionStore definitions(tx);
      SqlRecoveryStore recoveries(tx);
      SqlReviewStore reviews(tx);
      OutboxPublisher publisher(tx, ids_, "");
      TimerScheduler scheduler(tx);
      Unit unit{store,     definitions, recoveries, reviews, publisher,
                scheduler, clock_,      ids_,       setup_};
      HUIYIN_RETURN_IF_ERROR(body(unit));
      return lost ? absl::InternalError("the process ends here") : absl::OkStatus();
    });
    // What does not fit the state of things is refused.
    const bool refused = absl::IsNotFound(done) || absl::IsAlreadyExists(done) ||
                         absl::IsFailedPrecondition(done) || absl::IsInternal(done);
    EXPECT_TRUE(done.ok() || refused) << done;
  }
  int Random(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  CustomerId AnyCustomer() { return CustomerId("c" + std::to_string(Random(kCustomers))); }
  int AnyRating() { return 1 + Random(5); }
  std::string AnyText() {
    static constexpr const char* kTexts[] = {"", "nice", "不错", "f*ck", "see cheap.com", "so so"};
    return kTexts[Random(6)];
  }
  std::vector<Review> All() {
    std::vector<Review> all;
    EXPECT_OK(database().Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(all, SqlReviewStore(session).ListReviews(kTenant, {}, {1000, ""}));
      return absl::OkStatus();
    }));
    return all;
  }

  void Step() {
    const std::vector<Review> all = All();
    const int what = all.empty() ? 0 : Random(10);
    if (what < 3) {
      const std::string product = "p" + std::to_string(Random(kProducts));
      const CreateReviewCommand command{kTenant,
                                        AnyCustomer(),
                                        {OrderId(), product, ""},
                                        {},
                                        {AnyRating(), Moderate(AnyText()), {}, ""}};
      return Do([&](Unit& unit) { return CreateReview(unit, command).status(); });
    }
    const Review& review = all[static_cast<size_t>(Random(static_cast<int>(all.size())))];
    const Caller staff{kTenant, "shop", 1U << static_cast<int>(Role::kPlatform), ""};
    if (what < 5) {
      UpdateReviewCommand command{staff, review.id, "", AnyRating(), {}, {}, {}};
      if (Random(2) == 0) command.text = Moderate(AnyText());
      Do([&](Unit& unit) { return UpdateReview(unit, command).status(); });
    } else if (what < 7) {
      const auto action = static_cast<ModerationAction>(1 + Random(3));
      const bool publish = action == ModerationAction::kPublish;
      Do([&](Unit& unit) {
        return ModerateReview(unit, {kTenant, review.id, action, publish ? "" : "why", "", "li"})
            .status();
      });
    } else if (what < 9) {
      const CustomerId customer = AnyCustomer();
      const Vote vote = static_cast<Vote>(1 + Random(3));
      Do([&](Unit& unit) {
        return VoteReview(unit, {kTenant, review.id, customer, vote}).status();
      });
    } else {
      Do([&](Unit& unit) { return DeleteReview(unit, staff, review.id); });
    }
  }

  void CheckScores() {
    std::map<std::string, RatingCounts> counted;
    for (const Review& review : All()) {
      if (review.state != ReviewState::kPublished) continue;
      counted[review.product].Add(review.rating, review.verified, 1);
      counted[""].Add(review.rating, review.verified, 1);
    }
    EXPECT_OK(database().Read([&](db::Session& session) -> absl::Status {
      SqlReviewStore store(session);
      for (int p = -1; p < kProducts; ++p) {
        const std::string product = p < 0 ? "" : "p" + std::to_string(p);
        HUIYIN_ASSIGN_OR_RETURN(const RatingCounts kept, store.RatingsOf(kTenant, product));
        EXPECT_EQ(kept, counted[product]) << "product " << product;
      }
      return absl::OkStatus();
    }));
  }
  // Votes are rows; each review's counts are theirs.
  void CheckVotes() {
    std::map<std::string, std::pair<int64_t, int64_t>> counted;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT review_id, vote FROM review_vote", {}, [&](const db::Row& row) {
        auto& [helpful, unhelpful] = counted[row.Str(0)];
        ++(static_cast<Vote>(row.Int(1)) == Vote::kHelpful ? helpful : unhelpful);
      });
    }));
    for (const Review& review : All()) {
      EXPECT_EQ(std::pair(review.helpful, review.unhelpful), counted[review.id.value()]);
      counted.erase(review.id.value());
    }
    EXPECT_TRUE(counted.empty()) << "votes on reviews that are gone";
  }

  std::mt19937_64 random_{testing::Seed()};
  testing::FakeClock clock_;
  testing::SequentialIds ids_;
  const SurveySetup setup_{
      Catalogue(DefaultSurveys()), {}, TokenSigner({{1, std::string(32, 'k')}})};
};
HUIYIN_ON_ALL_DATABASES(ReviewScoresTest);

TEST_P(ReviewScoresTest, AreThoseOfTheReviewsThatAreThere) {
  for (int step = 1; step <= kSteps && !HasFailure(); ++step) {
    clock_.Advance(absl::Seconds(1));
    Step();
    if (step % 25 == 0) CheckScores();
  }
  CheckScores();
  CheckVotes();
}

}  // namespace
}  // namespace huiyin::survey
