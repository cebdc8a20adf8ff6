#include "services/survey/storage/sql_review_store.h"

#include <array>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"

namespace huiyin::survey {
namespace {

constexpr char kColumns[] =
    "id, tenant, product_id, customer_id, order_id, sku, verified, invitation_id, rating, body, "
    "media, language, text_key, state, findings, moderation_reason, moderator, moderated_at, "
    "reply, reply_author, replied_at, helpful, unhelpful, alert, revision, created_at, updated_at";

Review ReadReview(const db::Row& row) {
  Review r;
  r.id = ReviewId(row.Text(0));
  r.tenant = TenantId(row.Text(1));
  r.product = row.Str(2);
  r.customer = CustomerId(row.Text(3));
  r.order = OrderId(row.Text(4));
  r.sku = row.Str(5);
  r.verified = row.Bool(6);
  r.invitation = InvitationId(row.Text(7));
  r.rating = static_cast<int>(row.Int(8));
  r.text = row.Str(9);
  r.media = absl::StrSplit(row.Str(10), ',', absl::SkipEmpty());
  r.language = row.Str(11);
  r.text_key = row.Str(12);
  r.state = static_cast<ReviewState>(row.Int(13));
  r.findings = Findings(row.Int(14));
  r.moderation_reason = row.Str(15);
  r.moderator = row.Str(16);
  r.moderated_at = row.OptionalTime(17);
  if (!row.Text(18).empty()) r.reply = Reply{row.Str(18), row.Str(19), row.Time(20)};
  r.helpful = row.Int(21);
  r.unhelpful = row.Int(22);
  r.alert = static_cast<ReviewAlert>(row.Int(23));
  r.revision = row.Int(24);
  r.created_at = row.Time(25);
  r.updated_at = row.Time(26);
  return r;
}

// How the ratings' columns are called, in order of RatingCounts.
constexpr char kStars[] = "stars_1, stars_2, stars_3, stars_4, stars_5, verified";

}  // namespace

std::string PositionAfter(const ReviewFilter& filter, const Review& last) {
  if (!filter.helpful_first) return last.id.value();
  return absl::StrCat(last.helpful - last.unhelpful, " ", last.id.value());
}

absl::StatusOr<std::optional<ReviewId>> SqlReviewStore::AddReview(const Review& r) {
  static const std::string kSql = absl::StrCat(
      "INSERT INTO review (", kColumns,
      ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?) "
      "ON CONFLICT (tenant, customer_id, product_id, order_id) DO NOTHING");
  const std::string media = absl::StrJoin(r.media, ",");
  const Reply reply = r.reply.value_or(Reply());
  HUIYIN_ASSIGN_OR_RETURN(const int64_t added, session_.Execute(kSql, {r.id.value(),
                                                                       r.tenant.value(),
                                                                       r.product,
                                                                       r.customer.value(),
                                                                       r.order.value(),
                                                                       r.sku,
                                                                       r.verified,
                                                                       r.invitation.value(),
                                                                       r.rating,
                                                                       r.text,
                                                                       media,
                                                                       r.language,
                                                                       r.text_key,
                                                                       r.state,
                                                                       r.findings.bits(),
                                                                       r.moderation_reason,
                                                                       r.moderator,
                                                                       r.moderated_at,
                                                                       reply.text,
                                                                       reply.author,
                                                                       r.reply ? db::Value(reply.at)
                                                                               : db::Value(nullptr),
                                                                       r.alert,
                                                                       r.revision,
                                                                       r.created_at,
                                                                       r.updated_at}));
  if (added == 1) return std::nullopt;
  std::optional<ReviewId> there;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT id FROM review WHERE tenant = ? AND customer_id = ? AND product_id = ? AND "
      "order_id = ?",
      {r.tenant.value(), r.customer.value(), r.product, r.order.value()},
      [&](const db::Row& row) { there = ReviewId(row.Text(0)); }));
  if (!there) return absl::AbortedError("the review that is in the way is gone");
  return there;
}

absl::Status SqlReviewStore::UpdateReview(const Review& r) {
  const std::string media = absl::StrJoin(r.media, ",");
  const Reply reply = r.reply.value_or(Reply());
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute(
          "UPDATE review SET rating = ?, body = ?, media = ?, language = ?, text_key = ?, "
          "state = ?, findings = ?, moderation_reason = ?, moderator = ?, moderated_at = ?, "
          "reply = ?, reply_author = ?, replied_at = ?, alert = ?, revision = ?, updated_at = ? "
          "WHERE id = ? AND revision = ?",
          {r.rating, r.text, media, r.language, r.text_key, r.state, r.findings.bits(),
           r.moderation_reason, r.moderator, r.moderated_at, reply.text, reply.author,
           r.reply ? db::Value(reply.at) : db::Value(nullptr), r.alert, r.revision, r.updated_at,
           r.id.value(), r.revision - 1}));
  return rows == 1 ? absl::OkStatus()
                   : absl::AbortedError("the review was changed by somebody else");
}

absl::Status SqlReviewStore::RemoveReview(const Review& r) {
  HUIYIN_RETURN_IF_ERROR(
      session_.Execute("DELETE FROM review_vote WHERE review_id = ?", {r.id.value()}).status());
  return session_.Execute("DELETE FROM review WHERE id = ?", {r.id.value()}).status();
}

absl::StatusOr<std::optional<Review>> SqlReviewStore::FindReview(const TenantId& tenant,
                                                                 const ReviewId& id) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kColumns, " FROM review WHERE id = ? AND tenant = ?");
  std::optional<Review> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(kSql, {id.value(), tenant.value()},
                                        [&](const db::Row& row) { found = ReadReview(row); }));
  return found;
}

absl::StatusOr<std::vector<Review>> SqlReviewStore::ListReviews(const TenantId& tenant,
                                                                const ReviewFilter& filter,
                                                                const Page& page) {
  std::string sql = absl::StrCat("SELECT ", kColumns, " FROM review WHERE tenant = ?");
  std::vector<db::Value> args = {tenant.value()};
  const auto where = [&](const char* condition, std::initializer_list<db::Value> values) {
    absl::StrAppend(&sql, " AND ", condition);
    args.insert(args.end(), values);
  };
  if (!filter.product.empty()) where("product_id = ?", {filter.product});
  if (!filter.customer.empty()) where("customer_id = ?", {filter.customer.value()});
  if (filter.state) where("state = ?", {*filter.state});
  if (filter.min_rating > 1) where("rating >= ?", {filter.min_rating});
  if (filter.max_rating < 5) where("rating <= ?", {filter.max_rating});
  if (filter.verified_only) where("verified = 1", {});
  if (filter.alerts_only) where("alert <> 0", {});
  std::pair<std::string, std::string> position;
  if (!page.before_id.empty() && filter.helpful_first) {
    position = absl::StrSplit(page.before_id, absl::MaxSplits(' ', 1));
    int64_t votes = 0;
    if (!absl::SimpleAtoi(position.first, &votes)) {
      return BadInput({{"page_token", "is not a token of this list"}});
    }
    where("(helpful - unhelpful < ? OR (helpful - unhelpful = ? AND id < ?))",
          {votes, votes, position.second});
  } else if (!page.before_id.empty()) {
    where("id < ?", {page.before_id});
  }
  absl::StrAppend(&sql, " ORDER BY ", filter.helpful_first ? "helpful - unhelpful DESC, " : "",
                  "id DESC LIMIT ?");
  args.push_back(page.size);
  std::vector<Review> found;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(sql, args, [&](const db::Row& row) { found.push_back(ReadReview(row)); }));
  return found;
}

absl::StatusOr<TextSeen> SqlReviewStore::FindText(const Review& r) {
  TextSeen seen = TextSeen::kNever;
  // Own ones first.
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT customer_id FROM review WHERE tenant = ? AND text_key = ? AND id <> ? "
      "ORDER BY CASE WHEN customer_id = ? THEN 0 ELSE 1 END LIMIT 1",
      {r.tenant.value(), r.text_key, r.id.value(), r.customer.value()}, [&](const db::Row& row) {
        const bool same = row.Text(0) == r.customer.value();
        seen = same ? TextSeen::kBySame : TextSeen::kByOthers;
      }));
  return seen;
}

absl::Status SqlReviewStore::PutVote(const Review& r, const CustomerId& customer, Vote vote) {
  Vote before = Vote::kNone;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT vote FROM review_vote WHERE review_id = ? AND customer_id = ?",
                     {r.id.value(), customer.value()},
                     [&](const db::Row& row) { before = static_cast<Vote>(row.Int(0)); }));
  if (before == vote) return absl::OkStatus();
  if (vote == Vote::kNone) {
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute("DELETE FROM review_vote WHERE review_id = ? AND customer_id = ?",
                     {r.id.value(), customer.value()})
            .status());
  } else {
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute("INSERT INTO review_vote (review_id, customer_id, vote) VALUES (?, ?, ?) "
                     "ON CONFLICT (review_id, customer_id) DO UPDATE SET vote = excluded.vote",
                     {r.id.value(), customer.value(), vote})
            .status());
  }
  const auto change = [&](Vote kind) { return (vote == kind ? 1 : 0) - (before == kind ? 1 : 0); };
  return session_
      .Execute("UPDATE review SET helpful = helpful + ?, unhelpful = unhelpful + ? WHERE id = ?",
               {change(Vote::kHelpful), change(Vote::kUnhelpful), r.id.value()})
      .status();
}

absl::Status SqlReviewStore::CountRating(const Review& r, int sign) {
  static const std::string kSql = absl::StrCat(
      "INSERT INTO product_rating (tenant, product_id, ", kStars,
      ") VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, product_id) DO UPDATE SET "
      "stars_1 = product_rating.stars_1 + excluded.stars_1, "
      "stars_2 = product_rating.stars_2 + excluded.stars_2, "
      "stars_3 = product_rating.stars_3 + excluded.stars_3, "
      "stars_4 = product_rating.stars_4 + excluded.stars_4, "
      "stars_5 = product_rating.stars_5 + excluded.stars_5, "
      "verified = product_rating.verified + excluded.verified");
  RatingCounts change;
  change.Add(r.rating, r.verified, sign);
  for (const std::string_view product : {std::string_view(r.product), std::string_view("")}) {
    HUIYIN_RETURN_IF_ERROR(
        session_
            .Execute(kSql, {r.tenant.value(), product, change.stars[0], change.stars[1],
                            change.stars[2], change.stars[3], change.stars[4], change.verified})
            .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<RatingCounts> SqlReviewStore::RatingsOf(const TenantId& tenant,
                                                       const std::string& product) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kStars, " FROM product_rating WHERE tenant = ? AND product_id = ?");
  RatingCounts counts;
  HUIYIN_RETURN_IF_ERROR(session_.Query(kSql, {tenant.value(), product}, [&](const db::Row& row) {
    for (int i = 0; i < 5; ++i) counts.stars[static_cast<size_t>(i)] = row.Int(i);
    counts.verified = row.Int(5);
  }));
  return counts;
}

absl::Status SqlReviewStore::PutPurchases(const TenantId& tenant, const OrderId& order,
                                          const CustomerId& customer, absl::Time delivered_at,
                                          const std::vector<Purchase>& purchases) {
  HUIYIN_RETURN_IF_ERROR(session_
                             .Execute("DELETE FROM purchase WHERE tenant = ? AND order_id = ?",
                                      {tenant.value(), order.value()})
                             .status());
  std::vector<db::Value> rows;
  for (const Purchase& purchase : purchases) {
    for (const db::Value value :
         {db::Value(tenant.value()), db::Value(order.value()), db::Value(purchase.product),
          db::Value(purchase.sku), db::Value(customer.value()), db::Value(delivered_at)}) {
      rows.push_back(value);
    }
  }
  if (rows.empty()) return absl::OkStatus();
  // Lots of one SKU are units of the same line.
  return session_
      .ExecuteMany(
          "INSERT INTO purchase (tenant, order_id, product_id, sku, customer_id, "
          "delivered_at) VALUES (?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (tenant, order_id, product_id, sku) DO NOTHING",
          6, rows)
      .status();
}

absl::StatusOr<std::optional<Purchase>> SqlReviewStore::FindPurchase(const TenantId& tenant,
                                                                     const CustomerId& customer,
                                                                     const Purchase& wanted) {
  std::string sql =
      "SELECT order_id, sku FROM purchase WHERE tenant = ? AND customer_id = ? AND product_id = ?";
  std::vector<db::Value> args = {tenant.value(), customer.value(), wanted.product};
  if (!wanted.order.empty()) {
    sql += " AND order_id = ?";
    args.push_back(wanted.order.value());
  }
  if (!wanted.sku.empty()) {
    sql += " AND sku = ?";
    args.push_back(wanted.sku);
  }
  sql += " ORDER BY delivered_at DESC, order_id DESC, sku LIMIT 1";
  std::optional<Purchase> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(sql, args, [&](const db::Row& row) {
    found = Purchase{OrderId(row.Text(0)), wanted.product, row.Str(1)};
  }));
  return found;
}

absl::StatusOr<std::vector<ReceivedProduct>> SqlReviewStore::ReceivedProducts(
    const TenantId& tenant, const CustomerId& customer, const OrderId& order) {
  std::vector<ReceivedProduct> received;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT DISTINCT p.product_id, CASE WHEN EXISTS (SELECT 1 FROM review r WHERE "
      "r.tenant = p.tenant AND r.customer_id = p.customer_id AND r.product_id = p.product_id) "
      "THEN 1 ELSE 0 END FROM purchase p WHERE p.tenant = ? AND p.order_id = ? AND "
      "p.customer_id = ?",
      {tenant.value(), order.value(), customer.value()}, [&](const db::Row& row) {
        received.push_back({row.Str(0), row.Int(1) == 1});
      }));
  return received;
}

}  // namespace huiyin::survey
