// What triage keeps of models learned from corrections: candidates, which of them decides and which
// reads along, and what the shadow read. A port: implemented by sql_model_store.h. An instance
// lives inside one transaction or snapshot and is not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/domain/decision.h"
#include "services/triage/domain/tuner.h"

namespace huiyin::triage {

// Stored: never renumber.
enum class ModelState : std::uint8_t { kReady = 1, kRejected = 2 };
enum class ModelRole : std::uint8_t { kDecides = 0, kReadsAlong = 1 };

struct CandidateModel {
  std::string version;
  std::string id;          // UUIDv7, order of making
  std::string request_id;  // of the call that made it
  std::string base_version;
  ModelState state = ModelState::kRejected;
  std::string reason;   // why it was refused
  int corrections = 0;  // taught
  Comparison on_corrections;
  Comparison on_held_messages;
  absl::Time created;
  std::string created_by;
};

struct ModelChoice {
  std::string id;  // UUIDv7
  ModelRole role = ModelRole::kDecides;
  std::string version;   // kReadsAlong: empty ends it
  std::string previous;  // id of the choice to return to; empty: the shipped model
  absl::Time at;
  std::string by;
};

// A decision as a person left it: what a candidate learns from.
struct CorrectedDecision {
  TenantId tenant;
  DecisionId id;
  MessageId newest;                 // that the decision had read
  std::vector<MessageId> messages;  // of the ticket, oldest first
  // What the person set; labels left as they were are not told apart from confirmed ones.
  std::optional<Category> category;
  std::optional<Sentiment> sentiment;
  std::optional<Urgency> urgency;
};

struct ShadowAgreement {
  int64_t decisions = 0;
  int64_t same_category = 0;
  int64_t same_sentiment = 0;
  int64_t same_urgency = 0;
  int64_t current_review = 0;
  int64_t shadow_review = 0;
};

class ModelStore {
 public:
  virtual ~ModelStore() = default;

  // ALREADY_EXISTS for a version or request id seen before.
  virtual absl::Status InsertModel(const CandidateModel& model, const std::string& patch) = 0;
  virtual absl::StatusOr<std::optional<CandidateModel>> FindModel(const std::string& version) = 0;
  virtual absl::StatusOr<std::optional<CandidateModel>> FindModelByRequest(
      const std::string& request_id) = 0;
  // Bytes of a candidate's patch; nullopt for an unknown version.
  virtual absl::StatusOr<std::optional<std::string>> FindPatch(const std::string& version) = 0;
  // Newest first.
  virtual absl::StatusOr<std::vector<CandidateModel>> ListModels(int limit) = 0;

  virtual absl::Status InsertChoice(const ModelChoice& choice) = 0;
  // The newest of a role, and one by id; nullopt while nothing was chosen.
  virtual absl::StatusOr<std::optional<ModelChoice>> CurrentChoice(ModelRole role) = 0;
  virtual absl::StatusOr<std::optional<ModelChoice>> FindChoice(const std::string& id) = 0;

  // Corrections of all tenants, newest first; none of decisions on customers who were erased.
  virtual absl::StatusOr<std::vector<CorrectedDecision>> ListCorrected(int limit) = 0;

  // Keeps what `shadow` read beside `decision`; a second time for one decision changes nothing.
  virtual absl::Status InsertShadow(const TenantId& tenant, const DecisionId& decision,
                                    const Reading& current, const Reading& shadow) = 0;
  virtual absl::StatusOr<ShadowAgreement> Agreement(const std::string& current,
                                                    const std::string& shadow) = 0;
};

}  // namespace huiyin::triage
