// What use cases touch, in memory.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "services/survey/usecase/unit.h"

namespace huiyin::survey {

// Keeps everything in memory; lists are not needed here.
class FakeStore final : public Store {
 public:
  absl::StatusOr<bool> AddInvitation(const Invitation& invitation) override {
    for (const auto& [id, other] : invitations) {
      if (other.tenant == invitation.tenant && other.trigger == invitation.trigger &&
          other.subject == invitation.subject && other.episode == invitation.episode) {
        return false;
      }
    }
    invitations[invitation.id] = invitation;
    return true;
  }
  absl::Status UpdateInvitation(const Invitation& invitation, InvitationState was) override {
    Invitation& stored = invitations.at(invitation.id);
    if (stored.state != was) return absl::AbortedError("state changed");
    stored = invitation;
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<InvitationId>> EraseCustomer(const TenantId& tenant,
                                                          const CustomerId& customer,
                                                          const CustomerId& stand_in) override {
    std::vector<InvitationId> removed;
    for (auto& [id, i] : invitations) {
      if (i.tenant != tenant || i.customer != customer) continue;
      i.customer = stand_in;
      if (i.state == InvitationState::kScheduled) removed.push_back(id);
    }
    for (const InvitationId& id : removed) invitations.erase(id);
    return removed;
  }
  absl::StatusOr<std::vector<InvitationId>> RemoveScheduled(const TenantId& tenant,
                                                            const TicketId& ticket) override {
    std::vector<InvitationId> removed;
    std::erase_if(invitations, [&](const auto& entry) {
      const Invitation& i = entry.second;
      const bool match = i.tenant == tenant && i.ticket == ticket && i.rma.empty() &&
                         i.state == InvitationState::kScheduled;
      if (match) removed.push_back(i.id);
      return match;
    });
    return removed;
  }
  absl::StatusOr<std::optional<Invitation>> FindInvitation(const InvitationId& id) override {
    const auto it = invitations.find(id);
    return it == invitations.end() ? std::nullopt : std::optional(it->second);
  }
  absl::StatusOr<std::vector<Invitation>> ListInvitations(const TenantId&, const InvitationFilter&,
                                                          absl::Time, const Page&) override {
    return absl::UnimplementedError("not used");
  }
  absl::Status LockContact(const TenantId&, const CustomerId&) override { return absl::OkStatus(); }
  absl::StatusOr<std::vector<Contact>> ContactsSince(const TenantId& tenant,
                                                     const CustomerId& customer,
                                                     const InvitationId& invitation,
                                                     absl::Time since) override {
    std::vector<Contact> contacts;
    for (const auto& [id, i] : invitations) {
      if (i.tenant != tenant || i.customer != customer || i.state == InvitationState::kScheduled ||
          i.state == InvitationState::kSuppressed) {
        continue;
      }
      if (i.created_at >= since) contacts.push_back({i.created_at, id == invitation});
      if (i.reminded_at && *i.reminded_at >= since) {
        contacts.push_back({*i.reminded_at, id == invitation});
      }
    }
    return contacts;
  }
  absl::Status PutResponse(const Response& response) override {
    responses[response.id] = response;
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<Response>> FindResponse(const InvitationId& id) override {
    const auto it = responses.find(id);
    return it == responses.end() ? std::nullopt : std::optional(it->second);
  }
  absl::StatusOr<std::vector<Response>> ListResponses(const TenantId&, const ResponseFilter&,
                                                      const Page&) override {
    return absl::UnimplementedError("not used");
  }
  absl::Status AddScore(const TenantId&, const InvitationId&, SurveyKind kind, int score) override {
    scores.emplace_back(kind, score);
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<ResultGroup>> CountResults(const TenantId&, absl::Time, absl::Time,
                                                        ResultDimension) override {
    return absl::UnimplementedError("not used");
  }
  absl::StatusOr<std::vector<Remark>> ListRemarks(const TenantId&, absl::Time, absl::Time,
                                                  int) override {
    return absl::UnimplementedError("not used");
  }

  std::map<InvitationId, Invitation> invitations;
  std::map<InvitationId, Response> responses;
  std::vector<std::pair<SurveyKind, int>> scores;
};

class FakeDefinitions final : public DefinitionStore {
 public:
  absl::StatusOr<SurveyPtr> FindSurvey(const TenantId&, const std::string& id,
                                       uint32_t version) override {
    const auto found = surveys.find({id, version});
    return found == surveys.end() ? SurveyPtr() : found->second;
  }
  absl::StatusOr<SurveyPtr> NewestSurvey(const TenantId&, const std::string& id,
                                         bool published_only) override {
    SurveyPtr newest;
    for (const auto& [key, survey] : surveys) {
      const bool fits = !published_only || survey->state == SurveyState::kPublished;
      if (key.first == id && fits) newest = survey;
    }
    return newest;
  }
  absl::StatusOr<std::vector<SurveyPtr>> NewestSurveys(const TenantId&) override {
    std::map<std::string, SurveyPtr> newest;
    for (const auto& [key, survey] : surveys) newest[key.first] = survey;
    std::vector<SurveyPtr> list;
    for (const auto& [id, survey] : newest) list.push_back(survey);
    return list;
  }
  absl::Status PutSurvey(const TenantId&, const Survey& survey) override {
    surveys[{survey.id, survey.version}] = std::make_shared<const Survey>(survey);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<StoredRules>> FindRules(const TenantId&) override { return rules; }
  absl::Status PutRules(const TenantId&, const StoredRules& stored) override {
    rules = stored;
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<Customer>> FindCustomer(const TenantId&,
                                                       const CustomerId& id) override {
    const auto found = customers.find(id);
    return found == customers.end() ? std::nullopt : std::optional(found->second);
  }
  absl::Status PutCustomer(const Customer& customer) override {
    customers[customer.id] = customer;
    return absl::OkStatus();
  }
  absl::StatusOr<EpisodeFacts> FindFacts(const TenantId&, const std::string& subject) override {
    return facts[subject];
  }
  absl::Status PutFacts(const TenantId&, const std::string& subject,
                        const EpisodeFacts& learned) override {
    facts[subject] = learned;
    return absl::OkStatus();
  }

  std::map<std::pair<std::string, uint32_t>, SurveyPtr> surveys;
  std::optional<StoredRules> rules;
  std::map<CustomerId, Customer> customers;
  std::map<std::string, EpisodeFacts> facts;
};

class FakeRecoveries final : public RecoveryStore {
 public:
  absl::Status PutCase(const RecoveryCase& recovery) override {
    cases[recovery.id] = recovery;
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<RecoveryCase>> FindCase(const InvitationId& id) override {
    const auto found = cases.find(id);
    return found == cases.end() ? std::nullopt : std::optional(found->second);
  }
  absl::StatusOr<std::optional<RecoveryCase>> FindCaseOfTicket(const TenantId&,
                                                               const TicketId& ticket) override {
    for (const auto& [id, recovery] : cases) {
      if (recovery.ticket == ticket) return recovery;
    }
    return std::nullopt;
  }
  absl::StatusOr<std::vector<RecoveryCase>> ListCases(const TenantId&, const RecoveryFilter&,
                                                      const Page&) override {
    return absl::UnimplementedError("not used");
  }
  absl::StatusOr<std::vector<RecoveryCase>> ClaimCases(absl::Time, absl::Time, int) override {
    return absl::UnimplementedError("not used");
  }
  absl::Status PutOff(const InvitationId&, absl::Time) override {
    return absl::UnimplementedError("not used");
  }

  std::map<InvitationId, RecoveryCase> cases;
};

class FakeReviews final : public ReviewStore {
 public:
  absl::StatusOr<std::optional<ReviewId>> AddReview(const Review& review) override {
    for (const auto& [id, other] : reviews) {
      if (other.tenant == review.tenant && other.customer == review.customer &&
          other.product == review.product && other.order == review.order) {
        return id;
      }
    }
    reviews[review.id] = review;
    return std::nullopt;
  }
  absl::Status UpdateReview(const Review& review) override {
    Review& stored = reviews.at(review.id);
    if (stored.revision + 1 != review.revision) return absl::AbortedError("changed");
    const Review before = stored;
    stored = review;
    stored.helpful = before.helpful;
    stored.unhelpful = before.unhelpful;
    return absl::OkStatus();
  }
  absl::Status RemoveReview(const Review& review) override {
    reviews.erase(review.id);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<Review>> FindReview(const TenantId& tenant,
                                                   const ReviewId& id) override {
    const auto found = reviews.find(id);
    const bool there = found != reviews.end() && found->second.tenant == tenant;
    return there ? std::optional(found->second) : std::nullopt;
  }
  absl::StatusOr<std::vector<Review>> ListReviews(const TenantId&, const ReviewFilter&,
                                                  const Page&) override {
    return absl::UnimplementedError("not used");
  }
  absl::StatusOr<TextSeen> FindText(const Review& review) override {
    TextSeen seen = TextSeen::kNever;
    for (const auto& [id, other] : reviews) {
      if (id == review.id || other.text_key != review.text_key) continue;
      if (other.customer == review.customer) return TextSeen::kBySame;
      seen = TextSeen::kByOthers;
    }
    return seen;
  }
  absl::Status PutVote(const Review&, const CustomerId&, Vote) override {
    return absl::UnimplementedError("not used");
  }
  absl::Status CountRating(const Review& review, int sign) override {
    ratings[review.product].Add(review.rating, review.verified, sign);
    ratings[""].Add(review.rating, review.verified, sign);
    return absl::OkStatus();
  }
  absl::StatusOr<RatingCounts> RatingsOf(const TenantId&, const std::string& product) override {
    return ratings[product];
  }
  absl::Status PutPurchases(const TenantId&, const OrderId&, const CustomerId& customer, absl::Time,
                            const std::vector<Purchase>& bought) override {
    for (const Purchase& purchase : bought) purchases.emplace_back(customer, purchase);
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<Purchase>> FindPurchase(const TenantId&, const CustomerId& customer,
                                                       const Purchase& wanted) override {
    for (const auto& [buyer, purchase] : purchases) {
      if (buyer == customer && purchase.product == wanted.product &&
          (wanted.order.empty() || wanted.order == purchase.order)) {
        return purchase;
      }
    }
    return std::nullopt;
  }

  absl::StatusOr<std::vector<ReceivedProduct>> ReceivedProducts(const TenantId&,
                                                                const CustomerId& customer,
                                                                const OrderId& order) override {
    std::map<std::string, bool> received;
    for (const auto& [buyer, purchase] : purchases) {
      if (buyer == customer && purchase.order == order) received[purchase.product] = false;
    }
    for (const auto& [id, review] : reviews) {
      const auto found = received.find(review.product);
      if (review.customer == customer && found != received.end()) found->second = true;
    }
    std::vector<ReceivedProduct> products;
    for (const auto& [id, reviewed] : received) products.push_back({id, reviewed});
    return products;
  }

  std::map<ReviewId, Review> reviews;
  std::map<std::string, RatingCounts> ratings;
  std::vector<std::pair<CustomerId, Purchase>> purchases;
};

class FakePublisher final : public Publisher {
 public:
  absl::Status Invited(const Invitation& invitation, const Survey&) override {
    invited.push_back(invitation);
    return absl::OkStatus();
  }
  absl::Status Reminded(const Invitation& invitation) override {
    reminded.push_back(invitation);
    return absl::OkStatus();
  }
  absl::Status Answered(const Invitation&, const Response& response,
                        const std::vector<Score>& scores) override {
    answered.push_back(response);
    main_scores.push_back(scores.at(0).score);
    return absl::OkStatus();
  }
  absl::Status ReviewChanged(const std::optional<Review>& before,
                             const std::optional<Review>& after, absl::Time) override {
    review_changes.emplace_back(before, after);
    return absl::OkStatus();
  }
  absl::Status ReviewReplied(const Review& review) override {
    replied.push_back(review);
    return absl::OkStatus();
  }
  absl::Status ReviewAlerted(const Review& review, const TicketId& ticket, absl::Time) override {
    alerts.emplace_back(review, ticket);
    return absl::OkStatus();
  }
  std::vector<std::pair<std::optional<Review>, std::optional<Review>>> review_changes;
  std::vector<Review> replied;
  std::vector<std::pair<Review, TicketId>> alerts;
  std::vector<Invitation> invited, reminded;
  std::vector<Response> answered;
  std::vector<int> main_scores;
};

class FakeScheduler final : public Scheduler {
 public:
  absl::Status Schedule(const InvitationId& id, absl::Time at) override {
    due[id] = at;
    return absl::OkStatus();
  }
  absl::Status Cancel(const InvitationId& id) override {
    due.erase(id);
    return absl::OkStatus();
  }
  absl::Status ScheduleReminder(const InvitationId& id, absl::Time at) override {
    reminders[id] = at;
    return absl::OkStatus();
  }
  std::map<InvitationId, absl::Time> due, reminders;
};

}  // namespace huiyin::survey
