// Port: what tenants decide about surveys – their definitions and policy – and what survey knows of
// customers, tickets and RMAs to act on it. Domain types only; sql_definition_store.h keeps it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/domain/rules.h"
#include "services/survey/domain/survey.h"

namespace huiyin::survey {

struct StoredRules {
  Rules rules;
  absl::Time updated_at;
};

// One session of a database; not thread-safe. A missing row is not an error.
class DefinitionStore {
 public:
  virtual ~DefinitionStore() = default;

  // Null when there is no such version.
  virtual absl::StatusOr<SurveyPtr> FindSurvey(const TenantId& tenant, const std::string& id,
                                               uint32_t version) = 0;
  // The highest version; null when there is none.
  virtual absl::StatusOr<SurveyPtr> NewestSurvey(const TenantId& tenant, const std::string& id,
                                                 bool published_only) = 0;
  // The highest version of each, by id.
  virtual absl::StatusOr<std::vector<SurveyPtr>> NewestSurveys(const TenantId& tenant) = 0;
  // Adds the version or replaces it.
  virtual absl::Status PutSurvey(const TenantId& tenant, const Survey& survey) = 0;

  virtual absl::StatusOr<std::optional<StoredRules>> FindRules(const TenantId& tenant) = 0;
  virtual absl::Status PutRules(const TenantId& tenant, const StoredRules& rules) = 0;

  virtual absl::StatusOr<std::optional<Customer>> FindCustomer(const TenantId& tenant,
                                                               const CustomerId& id) = 0;
  virtual absl::Status PutCustomer(const Customer& customer) = 0;

  // Facts of a ticket or RMA (by its id) as known so far; empty ones when nothing is.
  virtual absl::StatusOr<EpisodeFacts> FindFacts(const TenantId& tenant,
                                                 const std::string& subject) = 0;
  virtual absl::Status PutFacts(const TenantId& tenant, const std::string& subject,
                                const EpisodeFacts& facts) = 0;
};

}  // namespace huiyin::survey
