// Product reviews: what a buyer says of a product, and who may see it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/domain/moderation/moderate.h"

namespace huiyin::survey {

using ReviewId = StrongId<struct ReviewTag>;

// Numbers are stored and sent.
enum class ReviewState { kPending = 1, kPublished = 2, kRejected = 3, kHidden = 4 };
enum class ModerationAction { kPublish = 1, kReject = 2, kHide = 3 };
enum class ReviewAlert { kNone = 0, kLowRating = 1, kNegativeText = 2 };
enum class Vote { kHelpful = 1, kUnhelpful = 2, kNone = 3 };

// Somebody should make good at this many stars and fewer.
inline constexpr int kLowRating = 2;

struct Reply {
  std::string text;
  std::string author;
  absl::Time at;

  friend bool operator==(const Reply&, const Reply&) = default;
};

struct Review {
  TenantId tenant;
  ReviewId id;
  std::string product;
  CustomerId customer;
  OrderId order;    // empty: unknown
  std::string sku;  // line of the order; empty: unknown
  bool verified = false;
  InvitationId invitation;  // empty: came unasked
  int rating = 0;           // 1–5
  std::string text;         // contact data masked
  std::vector<std::string> media;
  std::string language;
  std::string text_key;  // see ModeratedText
  ReviewState state = ReviewState::kPending;
  Findings findings;
  // Of the last person's decision; the reason is empty when that was to publish.
  std::string moderation_reason;
  std::string moderator;
  std::optional<absl::Time> moderated_at;
  std::optional<Reply> reply;
  int64_t helpful = 0;
  int64_t unhelpful = 0;
  ReviewAlert alert = ReviewAlert::kNone;
  int64_t revision = 1;  // grows with every change but votes
  absl::Time created_at;
  absl::Time updated_at;  // by the author

  friend bool operator==(const Review&, const Review&) = default;
};

// The state after a person's decision; nothing when the decision does not fit the state.
std::optional<ReviewState> StateAfter(ReviewState state, ModerationAction action);

// The state of a review as its author has just written or changed it: `before` is the review it
// was, null for a new one.
ReviewState StateAsWritten(const Review& review, const Review* before);

// What is known of a product that a customer bought.
struct Purchase {
  OrderId order;
  std::string product;
  std::string sku;
};

// A product that an order has brought its customer.
struct ReceivedProduct {
  std::string id;
  bool reviewed = false;  // by the customer, bought with this order or another
};

// An invitation asks for reviews of so many products at most.
inline constexpr size_t kMaxAskedProducts = 10;

// What an invitation asks about: those of its order that are not reviewed yet, first by id. What
// was exchanged comes first whatever was said of it before: what came instead may be better. When
// nothing is known of the order, the product that the invitation was scheduled for.
std::vector<AskedProduct> ProductsToAsk(const Invitation& invitation,
                                        std::vector<ReceivedProduct> received);

}  // namespace huiyin::survey
