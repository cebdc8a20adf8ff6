#include "services/survey/storage/sql_review_store.h"

#include <gmock/gmock.h>

#include <map>

#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "services/survey/storage/sql_store.h"

namespace huiyin::survey {
namespace {

using ::testing::ElementsAre;
using testing::StatusIs;

const absl::Time kNow = absl::FromUnixSeconds(1767225600);
const TenantId kTenant("t1");

class ReviewStoreContract : public testing::DatabaseTest {
 protected:
  ReviewStoreContract() { ApplySchema("survey", Schema()); }

  void Write(absl::FunctionRef<void(SqlReviewStore&)> body) {
    ASSERT_OK(database().Write([&](db::Transaction& tx) {
      SqlReviewStore store(tx);
      body(store);
      return absl::OkStatus();
    }));
  }
  static Review Make(const std::string& id, const std::string& customer = "c1",
                     const std::string& product = "p1") {
    Review r;
    r.tenant = kTenant;
    r.id = ReviewId(id);
    r.product = product;
    r.customer = CustomerId(customer);
    r.rating = 4;
    r.state = ReviewState::kPublished;
    r.created_at = r.updated_at = kNow;
    return r;
  }
  static void Add(SqlReviewStore& store, const Review& review) {
    const auto there = store.AddReview(review);
    EXPECT_OK(there);
    EXPECT_FALSE(there->has_value());
  }
  static std::vector<std::string> Ids(SqlReviewStore& store, const ReviewFilter& filter,
                                      const Page& page = {}) {
    const auto found = store.ListReviews(kTenant, filter, page);
    EXPECT_OK(found);
    std::vector<std::string> ids;
    for (const Review& review : *found) ids.push_back(review.id.value());
    return ids;
  }
};
HUIYIN_ON_ALL_DATABASES(ReviewStoreContract);

TEST_P(ReviewStoreContract, KeepsAReviewWhole) {
  Write([](SqlReviewStore& store) {
    Review review = Make("r1");
    review.order = OrderId("order-1");
    review.sku = "p1-red";
    review.verified = true;
    review.invitation = InvitationId("i1");
    review.text = "好用, <b>really</b>";
    review.media = {"u1", "u2"};
    review.language = "zh";
    review.text_key = "abc";
    review.findings.Add(Finding::kMedia);
    Add(store, review);
    EXPECT_EQ(store.FindReview(kTenant, review.id).value(), review);
    review.rating = 1;
    review.text.clear();
    review.media.clear();
    review.state = ReviewState::kHidden;
    review.moderation_reason = "names an employee";
    review.moderator = "agent-li";
    review.moderated_at = kNow + absl::Hours(1);
    review.reply = Reply{"Sorry", "agent-li", kNow + absl::Hours(2)};
    review.alert = ReviewAlert::kLowRating;
    review.revision = 2;
    review.updated_at = kNow + absl::Hours(3);
    EXPECT_OK(store.UpdateReview(review));
    EXPECT_EQ(store.FindReview(kTenant, review.id).value(), review);
    EXPECT_THAT(store.UpdateReview(review), StatusIs(absl::StatusCode::kAborted));
    EXPECT_FALSE(store.FindReview(TenantId("t2"), review.id)->has_value());
    EXPECT_OK(store.RemoveReview(review));
    EXPECT_FALSE(store.FindReview(kTenant, review.id)->has_value());
  });
}

TEST_P(ReviewStoreContract, OneReviewPerAuthorProductAndOrder) {
  Write([](SqlReviewStore& store) {
    Add(store, Make("r1"));
    EXPECT_EQ(store.AddReview(Make("r2")).value(), ReviewId("r1"));
    Review other_order = Make("r3");
    other_order.order = OrderId("order-2");
    Add(store, other_order);
    Add(store, Make("r4", "c2"));
    Add(store, Make("r5", "c1", "p2"));
    Review other_tenant = Make("r6");
    other_tenant.tenant = TenantId("t2");
    Add(store, other_tenant);
  });
}

TEST_P(ReviewStoreContract, ListsByFilterInPages) {
  Write([](SqlReviewStore& store) {
    for (int i = 1; i <= 5; ++i) {
      Review review = Make("r" + std::to_string(i), "c" + std::to_string(i), i == 5 ? "p2" : "p1");
      review.rating = i;
      review.verified = i % 2 == 0;
      if (i == 3) review.state = ReviewState::kPending;
      if (i == 1) review.alert = ReviewAlert::kLowRating;
      Add(store, review);
    }
    Review other = Make("r9");
    other.tenant = TenantId("t2");
    Add(store, other);
    EXPECT_THAT(Ids(store, {}, {2, ""}), ElementsAre("r5", "r4"));
    EXPECT_THAT(Ids(store, {}, {2, "r4"}), ElementsAre("r3", "r2"));
    EXPECT_THAT(Ids(store, {.product = "p1"}), ElementsAre("r4", "r3", "r2", "r1"));
    EXPECT_THAT(Ids(store, {.customer = CustomerId("c2")}), ElementsAre("r2"));
    EXPECT_THAT(Ids(store, {.state = ReviewState::kPending}), ElementsAre("r3"));
    EXPECT_THAT(Ids(store, {.min_rating = 2, .max_rating = 3}), ElementsAre("r3", "r2"));
    EXPECT_THAT(Ids(store, {.verified_only = true}), ElementsAre("r4", "r2"));
    EXPECT_THAT(Ids(store, {.alerts_only = true}), ElementsAre("r1"));
  });
}

TEST_P(ReviewStoreContract, VotesAreOneEachAndCountedExactly) {
  Write([](SqlReviewStore& store) {
    const Review review = Make("r1");
    Add(store, review);
    const auto votes = [&] {
      const Review stored = *store.FindReview(kTenant, review.id).value();
      return std::pair(stored.helpful, stored.unhelpful);
    };
    const CustomerId one("c2"), two("c3");
    for (int again = 0; again < 2; ++again) EXPECT_OK(store.PutVote(review, one, Vote::kHelpful));
    EXPECT_OK(store.PutVote(review, two, Vote::kHelpful));
    EXPECT_EQ(votes(), std::pair(int64_t{2}, int64_t{0}));
    EXPECT_OK(store.PutVote(review, one, Vote::kUnhelpful));
    EXPECT_EQ(votes(), std::pair(int64_t{1}, int64_t{1}));
    for (int again = 0; again < 2; ++again) EXPECT_OK(store.PutVote(review, one, Vote::kNone));
    EXPECT_EQ(votes(), std::pair(int64_t{1}, int64_t{0}));
    // A change of the review leaves votes alone; its removal takes them along.
    Review changed = review;
    changed.revision = 2;
    EXPECT_OK(store.UpdateReview(changed));
    EXPECT_EQ(votes(), std::pair(int64_t{1}, int64_t{0}));
    EXPECT_OK(store.RemoveReview(review));
    Add(store, review);
    EXPECT_OK(store.PutVote(review, two, Vote::kHelpful));
    EXPECT_EQ(votes(), std::pair(int64_t{1}, int64_t{0}));
  });
}

TEST_P(ReviewStoreContract, HelpfulOnesFirstInPages) {
  Write([](SqlReviewStore& store) {
    for (int i = 1; i <= 4; ++i) {
      Add(store, Make("r" + std::to_string(i), "c" + std::to_string(i)));
    }
    const auto vote = [&](const char* id, const char* customer, Vote vote) {
      EXPECT_OK(store.PutVote(Make(id), CustomerId(customer), vote));
    };
    vote("r1", "c8", Vote::kHelpful);
    vote("r1", "c9", Vote::kHelpful);
    vote("r4", "c9", Vote::kUnhelpful);
    const ReviewFilter filter{.helpful_first = true};
    EXPECT_THAT(Ids(store, filter), ElementsAre("r1", "r3", "r2", "r4"));
    const auto second = store.FindReview(kTenant, ReviewId("r3"));
    EXPECT_THAT(Ids(store, filter, {2, PositionAfter(filter, **second)}), ElementsAre("r2", "r4"));
    EXPECT_THAT(store.ListReviews(kTenant, filter, {2, "nonsense"}),
                StatusIs(absl::StatusCode::kInvalidArgument));
  });
}

TEST_P(ReviewStoreContract, FindsWhoseTextItIs) {
  Write([](SqlReviewStore& store) {
    Review review = Make("r1", "c1");
    review.text_key = "key";
    EXPECT_EQ(store.FindText(review).value(), TextSeen::kNever);
    Add(store, review);
    EXPECT_EQ(store.FindText(review).value(), TextSeen::kNever);  // its own does not count
    Review copy = Make("r2", "c2");
    copy.text_key = "key";
    EXPECT_EQ(store.FindText(copy).value(), TextSeen::kByOthers);
    copy.customer = CustomerId("c1");
    EXPECT_EQ(store.FindText(copy).value(), TextSeen::kBySame);
    copy.tenant = TenantId("t2");
    EXPECT_EQ(store.FindText(copy).value(), TextSeen::kNever);
  });
}

TEST_P(ReviewStoreContract, RatingsAreCountedPerProductAndTenant) {
  Write([](SqlReviewStore& store) {
    Review one = Make("r1"), two = Make("r2", "c1", "p2");
    one.rating = 5;
    one.verified = true;
    two.rating = 1;
    EXPECT_OK(store.CountRating(one, 1));
    EXPECT_OK(store.CountRating(two, 1));
    EXPECT_OK(store.CountRating(two, 1));
    EXPECT_OK(store.CountRating(two, -1));
    EXPECT_EQ(store.RatingsOf(kTenant, "p1").value(), (RatingCounts{{0, 0, 0, 0, 1}, 1}));
    EXPECT_EQ(store.RatingsOf(kTenant, "p2").value(), (RatingCounts{{1, 0, 0, 0, 0}, 0}));
    EXPECT_EQ(store.RatingsOf(kTenant, "").value(), (RatingCounts{{1, 0, 0, 0, 1}, 1}));
    EXPECT_EQ(store.RatingsOf(TenantId("t2"), "").value(), RatingCounts());
  });
}

TEST_P(ReviewStoreContract, KnowsWhatOrdersBrought) {
  Write([](SqlReviewStore& store) {
    const CustomerId customer("c1");
    const auto put = [&](const char* order, absl::Time at, std::vector<Purchase> purchases) {
      EXPECT_OK(store.PutPurchases(kTenant, OrderId(order), customer, at, purchases));
    };
    const auto find = [&](const Purchase& wanted) {
      const auto found = store.FindPurchase(kTenant, customer, wanted);
      EXPECT_OK(found);
      return *found ? (*found)->order.value() + " " + (*found)->sku : "";
    };
    put("o1", kNow, {{OrderId(), "p1", "red"}, {OrderId(), "p1", "red"}, {OrderId(), "p2", "x"}});
    put("o2", kNow + absl::Hours(1), {{OrderId(), "p1", "blue"}, {OrderId(), "p1", "green"}});
    EXPECT_EQ(find({OrderId(), "p1", ""}), "o2 blue");
    EXPECT_EQ(find({OrderId(), "p1", "red"}), "o1 red");
    EXPECT_EQ(find({OrderId("o2"), "p1", "green"}), "o2 green");
    EXPECT_EQ(find({OrderId("o2"), "p2", ""}), "");
    EXPECT_EQ(find({OrderId(), "p3", ""}), "");
    put("o2", kNow, {{OrderId(), "p3", "y"}});
    EXPECT_EQ(find({OrderId(), "p3", ""}), "o2 y");
    EXPECT_EQ(find({OrderId(), "p1", ""}), "o1 red");
    EXPECT_FALSE(store.FindPurchase(kTenant, CustomerId("c2"), {OrderId(), "p1", ""})->has_value());
  });
}

TEST_P(ReviewStoreContract, KnowsWhatOfAnOrderIsReviewed) {
  Write([](SqlReviewStore& store) {
    const CustomerId customer("c1");
    EXPECT_OK(store.PutPurchases(
        kTenant, OrderId("o1"), customer, kNow,
        {{OrderId(), "p1", "red"}, {OrderId(), "p1", "blue"}, {OrderId(), "p2", "x"}}));
    EXPECT_OK(store.PutPurchases(kTenant, OrderId("o2"), customer, kNow, {{OrderId(), "p3", "y"}}));
    Add(store, Make("r1", "c1", "p2"));  // of no order, or another
    Add(store, Make("r2", "c2", "p1"));  // of somebody else
    const auto received = store.ReceivedProducts(kTenant, customer, OrderId("o1"));
    ASSERT_OK(received);
    std::map<std::string, bool> reviewed;
    for (const ReceivedProduct& product : *received) reviewed[product.id] = product.reviewed;
    EXPECT_EQ(received->size(), 2u);
    EXPECT_EQ(reviewed, (std::map<std::string, bool>{{"p1", false}, {"p2", true}}));
    EXPECT_TRUE(store.ReceivedProducts(kTenant, CustomerId("c2"), OrderId("o1"))->empty());
    EXPECT_TRUE(store.ReceivedProducts(TenantId("t2"), customer, OrderId("o1"))->empty());
  });
}

TEST_P(ReviewStoreContract, InvitationsKeepTheirProductsAndWhatIsSaidOfEach) {
  ASSERT_OK(database().Write([&](db::Transaction& tx) {
    SqlStore store(tx);
    Invitation invitation;
    invitation.tenant = kTenant;
    invitation.id = InvitationId("i1");
    invitation.subject = "o1";
    invitation.trigger = Trigger::kDelivered;
    invitation.purpose = Purpose::kProductReview;
    invitation.created_at = invitation.expires_at = kNow;
    EXPECT_EQ(store.AddInvitation(invitation).value(), true);
    invitation.state = InvitationState::kInvited;
    invitation.products = {{"p9", false}, {"p1", false}};
    EXPECT_OK(store.UpdateInvitation(invitation, InvitationState::kScheduled));
    invitation.products[1].reviewed = true;
    EXPECT_OK(store.UpdateInvitation(invitation, InvitationState::kInvited));
    EXPECT_EQ(store.FindInvitation(invitation.id).value()->products, invitation.products);
    EXPECT_EQ(store.ListInvitations(kTenant, {}, kNow, {})->at(0).products, invitation.products);

    Response response;
    response.tenant = kTenant;
    response.id = invitation.id;
    response.answers = {{.question_id = "stars", .score = 5, .product = "p1"},
                        {.question_id = "stars", .score = 2, .product = "p9"}};
    EXPECT_OK(store.PutResponse(response));
    EXPECT_EQ(store.FindResponse(invitation.id).value()->answers, response.answers);
    return absl::OkStatus();
  }));
}

}  // namespace
}  // namespace huiyin::survey
