// What customers hold with the shop, as use cases see it; a part of Store.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/aftersales/domain/credit.h"

namespace huiyin::aftersales {

class CreditStore {
 public:
  virtual ~CreditStore() = default;

  // Adds `amount` (any sign) to a balance and gives the new one. FAILED_PRECONDITION
  // (INSUFFICIENT_CREDIT) when less is there than is taken.
  virtual absl::StatusOr<int64_t> MoveCredit(const TenantId& tenant, const CustomerId& customer,
                                             Tender tender, const Money& amount) = 0;
  // Those that are not zero.
  virtual absl::StatusOr<std::vector<CreditBalance>> CreditBalances(const TenantId& tenant,
                                                                    const CustomerId& customer) = 0;
  // The same, summed over all customers.
  virtual absl::StatusOr<std::vector<CreditBalance>> CreditTotals(const TenantId& tenant) = 0;

  virtual absl::Status InsertGrant(const TenantId& tenant, const CreditGrant& grant) = 0;
  virtual absl::StatusOr<std::optional<CreditGrant>> FindGrant(const TenantId& tenant,
                                                               const std::string& id) = 0;
  // What `agent` granted the customer in `currency` since then with nobody else's consent, in minor
  // units.
  virtual absl::StatusOr<int64_t> GrantedAlone(const TenantId& tenant, const CustomerId& customer,
                                               const std::string& agent,
                                               const std::string& currency, absl::Time since) = 0;
  // Stores the decision. False when it does not wait for one any more.
  virtual absl::StatusOr<bool> DecideGrant(const TenantId& tenant, const CreditGrant& grant) = 0;
};

}  // namespace huiyin::aftersales
