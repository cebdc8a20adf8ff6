// Policy documents, what was published, and verdicts in bulk, as use cases see them. Part of Store;
// the same rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/strong_id.h"
#include "services/aftersales/domain/rma.h"

namespace huiyin::aftersales {

struct PolicyDocument {
  std::string id;  // UUIDv7; orders documents by age
  std::string version;
  std::string yaml;  // empty in lists
  std::string content_hash;
  int64_t rules = 0;
  std::string note;
  std::string created_by;
  absl::Time created;
  std::optional<absl::Time> published;  // last put in force; from the publications
};

struct Publication {
  int64_t sequence = 0;  // 1, 2 …
  std::string version;   // empty: what ships
  int64_t below = 0;     // the publication that a rollback brings back; 0: what ships
  std::string note;
  std::string by;
  absl::Time at;
};

// A verdict as stored: canonical bytes.
struct VerdictBytes {
  RmaId rma;
  std::string policy_version;
  std::string inputs;
  std::string verdict;
};

struct VerdictFilter {
  absl::Time from = absl::InfinitePast();     // filed at or after
  absl::Time until = absl::InfiniteFuture();  // filed before
};

// What is known of a customer's past, for signals of risk.
struct CustomerHistory {
  int64_t recent_orders = 0;
  int64_t recent_rmas = 0;
  int64_t mismatches = 0;  // units graded WRONG_ITEM or MISSING
  std::optional<absl::Time> first_order;
};

class PolicyStore {
 public:
  virtual ~PolicyStore() = default;

  // ALREADY_EXISTS when the tenant has a document of this version.
  virtual absl::Status InsertPolicy(const TenantId& tenant, const PolicyDocument& document) = 0;
  virtual absl::StatusOr<std::optional<PolicyDocument>> FindPolicy(const TenantId& tenant,
                                                                   const std::string& version) = 0;
  // Newest first, without text. `after`: id of the last one of the page before; empty: from the
  // start.
  virtual absl::StatusOr<std::vector<PolicyDocument>> ListPolicies(const TenantId& tenant,
                                                                   const std::string& after,
                                                                   size_t limit) = 0;
  // The last one, or the one with this number.
  virtual absl::StatusOr<std::optional<Publication>> LastPublication(const TenantId& tenant) = 0;
  virtual absl::StatusOr<std::optional<Publication>> FindPublication(const TenantId& tenant,
                                                                     int64_t sequence) = 0;
  // ABORTED when another one has taken the number.
  virtual absl::Status InsertPublication(const TenantId& tenant,
                                         const Publication& publication) = 0;
  struct InForce {
    std::string version, content_hash;
  };
  // Nothing when what ships is in force.
  virtual absl::StatusOr<std::optional<InForce>> PolicyInForce(const TenantId& tenant) = 0;

  // In the order of filing. `after`: RMA of the last one of the page before.
  virtual absl::StatusOr<std::vector<VerdictBytes>> ListVerdicts(const TenantId& tenant,
                                                                 const VerdictFilter& filter,
                                                                 const std::string& after,
                                                                 size_t limit) = 0;
  virtual absl::StatusOr<std::optional<VerdictBytes>> FindVerdictBytes(const TenantId& tenant,
                                                                       const RmaId& rma) = 0;

  // Orders placed and RMAs filed since `recent_since`, units of RMAs filed since
  // `mismatches_since`.
  virtual absl::StatusOr<CustomerHistory> ReadHistory(const TenantId& tenant,
                                                      const CustomerId& customer,
                                                      absl::Time recent_since,
                                                      absl::Time mismatches_since) = 0;
  // How many of these pieces of evidence belong to an RMA already.
  virtual absl::StatusOr<int64_t> CountUsedEvidence(const TenantId& tenant,
                                                    const std::vector<std::string>& evidence) = 0;
  // From now on they belong to this one (too).
  virtual absl::Status KeepEvidence(const TenantId& tenant, const RmaId& rma,
                                    const std::vector<std::string>& evidence) = 0;
};

}  // namespace huiyin::aftersales
