#include "services/survey/domain/recovery.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace huiyin::survey {
namespace {

constexpr int kPhoneChannel = 6;  // of huiyin.common.v1.Channel

std::string CommentOf(const Response& response) {
  std::string comment;
  for (const Answer& answer : response.answers) {
    if (!answer.text || answer.text->empty()) continue;
    absl::StrAppend(&comment, comment.empty() ? "" : "\n", *answer.text);
  }
  return comment;
}

std::string ScoreText(const Survey& survey, int score) {
  const Scale& scale = ScaleOf(survey.kind);
  return absl::StrCat(absl::string_view(scale.name.data(), scale.name.size()), " ", score, " (",
                      scale.lowest, "-", scale.highest, ")");
}

}  // namespace

std::optional<RecoveryCase> CaseOf(const Survey& survey, const Invitation& invitation,
                                   const Response& response, absl::Duration call_back_within) {
  const bool low = response.recovery == Recovery::kNeeded;
  RecoveryCase made;
  made.comment = CommentOf(response);
  if (!low && made.comment.empty()) return std::nullopt;
  made.tenant = invitation.tenant;
  made.id = invitation.id;
  made.reason = low ? RecoveryReason::kLowScore : RecoveryReason::kUnknown;
  made.customer = invitation.customer;
  made.origin = invitation.ticket;
  made.rma = invitation.rma;
  made.order = invitation.order;
  made.product = invitation.facts.product;
  made.language = response.language;
  if (const auto score = MainScore(survey, response.answers)) {
    made.score = ScoreText(survey, *score);
  }
  made.created_at = response.updated_at;
  if (invitation.facts.channel == kPhoneChannel) {
    made.call_back_due = response.updated_at + call_back_within;
  }
  return made;
}

std::optional<RecoveryCase> CaseOf(const Review& review) {
  const bool low = review.rating <= kLowRating;
  if (!low && review.text.empty()) return std::nullopt;
  RecoveryCase made;
  made.tenant = review.tenant;
  made.id = InvitationId(review.id.value());
  made.rating = review.rating;
  made.reason = low ? RecoveryReason::kLowScore : RecoveryReason::kUnknown;
  made.customer = review.customer;
  made.order = review.order;
  made.product = review.product;
  made.language = review.language;
  made.score = absl::StrCat(review.rating, " of 5 stars");
  made.comment = review.text;
  made.created_at = review.updated_at;
  return made;
}

std::string TicketText(const RecoveryCase& recovery) {
  return recovery.comment.empty() ? recovery.score : recovery.comment;
}

std::string LinkNote(const RecoveryCase& recovery) {
  const std::string tenant = absl::StrCat("tenants/", recovery.tenant.value());
  if (recovery.rating > 0) {
    return absl::StrCat("Opened to make good: the customer gave product ", recovery.product, " ",
                        recovery.score, ". Review: ", tenant, "/reviews/", recovery.id.value(),
                        ".");
  }
  std::string note = absl::StrCat("Opened to make good: the customer answered ", recovery.score);
  if (!recovery.origin.empty()) {
    absl::StrAppend(&note, " about ", tenant, "/tickets/", recovery.origin.value());
  }
  if (!recovery.rma.empty()) {
    absl::StrAppend(&note, " about ", tenant, "/rmas/", recovery.rma.value());
  }
  absl::StrAppend(&note, ". Answer: ", tenant, "/responses/", recovery.id.value(), ".");
  if (recovery.call_back_due) absl::StrAppend(&note, " Call the customer back.");
  return note;
}

std::string OriginNote(const RecoveryCase& recovery) {
  return absl::StrCat("The customer answered ", recovery.score, ". Made good in tenants/",
                      recovery.tenant.value(), "/tickets/", recovery.ticket.value(), ".");
}

std::string RequestIdFor(const RecoveryCase& recovery, std::string_view purpose) {
  const std::string name =
      absl::StrCat("survey recovery/", absl::string_view(purpose.data(), purpose.size()), "/",
                   recovery.tenant.value(), "/", recovery.id.value());
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(name.data()), name.size(), digest.data());
  // Version 8 (RFC 9562): the maker's own way.
  digest[6] = static_cast<unsigned char>((digest[6] & 0x0F) | 0x80);
  digest[8] = static_cast<unsigned char>((digest[8] & 0x3F) | 0x80);
  const std::string hex =
      absl::BytesToHexString({reinterpret_cast<const char*>(digest.data()), 16});
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-", hex.substr(12, 4), "-",
                      hex.substr(16, 4), "-", hex.substr(20));
}

absl::Duration RetryDelay(int attempts) {
  constexpr int kDoublings = 9;
  return std::min(absl::Seconds(1 << std::clamp(attempts - 1, 0, kDoublings)), absl::Minutes(5));
}

}  // namespace huiyin::survey
