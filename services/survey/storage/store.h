// Port: what survey keeps. Domain types only; sql_store.h keeps it in a database.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/domain/rules.h"

namespace huiyin::survey {

// States as the API shows them; kExpired is derived from time.
struct InvitationFilter {
  TicketId ticket;  // empty members do not filter
  RmaId rma;
  CustomerId customer;
  std::optional<InvitationState> state;  // open ones that are expired match none
  bool expired = false;                  // only expired ones; `state` is not looked at
};

struct ResponseFilter {
  TicketId ticket;
  RmaId rma;
  std::optional<Recovery> recovery;
};

// A page in descending order of id.
struct Page {
  int size = 50;
  std::string before_id;  // empty: from the newest
};

// One session of a database; not thread-safe. Errors are those of the database; a missing row is
// not an error.
class Store {
 public:
  virtual ~Store() = default;

  // False when this episode has an invitation already.
  virtual absl::StatusOr<bool> AddInvitation(const Invitation& invitation) = 0;
  // Replaces what may change; products are added and may become reviewed. ABORTED when its stored
  // state is not `was` any more.
  virtual absl::Status UpdateInvitation(const Invitation& invitation, InvitationState was) = 0;
  // Removes the invitations of a ticket's episodes that still wait for their delay and returns
  // their ids.
  virtual absl::StatusOr<std::vector<InvitationId>> RemoveScheduled(const TenantId& tenant,
                                                                    const TicketId& ticket) = 0;
  // Removes what a customer said, and has `stand_in` take the customer's place in all that figures
  // are made of. Returns the invitations that were waiting for their delay and are removed.
  virtual absl::StatusOr<std::vector<InvitationId>> EraseCustomer(const TenantId& tenant,
                                                                  const CustomerId& customer,
                                                                  const CustomerId& stand_in) = 0;
  // Of any tenant: a token names no tenant.
  virtual absl::StatusOr<std::optional<Invitation>> FindInvitation(const InvitationId& id) = 0;
  virtual absl::StatusOr<std::vector<Invitation>> ListInvitations(const TenantId& tenant,
                                                                  const InvitationFilter& filter,
                                                                  absl::Time now,
                                                                  const Page& page) = 0;

  // Until the transaction ends nobody else counts or adds contacts of this customer.
  virtual absl::Status LockContact(const TenantId& tenant, const CustomerId& customer) = 0;
  // When the customer was invited or reminded at or after `since`; contacts by `invitation` itself
  // are marked as such.
  virtual absl::StatusOr<std::vector<Contact>> ContactsSince(const TenantId& tenant,
                                                             const CustomerId& customer,
                                                             const InvitationId& invitation,
                                                             absl::Time since) = 0;

  // Adds or replaces, answers included.
  virtual absl::Status PutResponse(const Response& response) = 0;
  virtual absl::StatusOr<std::optional<Response>> FindResponse(const InvitationId& id) = 0;
  virtual absl::StatusOr<std::vector<Response>> ListResponses(const TenantId& tenant,
                                                              const ResponseFilter& filter,
                                                              const Page& page) = 0;
  // Stores the scores of a finished response for counting.
  virtual absl::Status AddScore(const TenantId& tenant, const InvitationId& id, SurveyKind kind,
                                int score) = 0;
  // Of invitations about episodes created in [from, until), by the values of `by`; kNone: one group
  // of all.
  virtual absl::StatusOr<std::vector<ResultGroup>> CountResults(const TenantId& tenant,
                                                                absl::Time from, absl::Time until,
                                                                ResultDimension by) = 0;
  // Texts of finished responses about episodes given in [from, until), newest first.
  virtual absl::StatusOr<std::vector<Remark>> ListRemarks(const TenantId& tenant, absl::Time from,
                                                          absl::Time until, int most) = 0;
};

}  // namespace huiyin::survey
