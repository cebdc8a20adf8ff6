// What happens to an RMA after it was filed. Every function checks the caller's right to the RMA
// (NOT_FOUND), the etag (ABORTED) and the transition table (FAILED_PRECONDITION, WRONG_STATE), and
// gives back the RMA as saved.
#pragma once

#include "services/aftersales/usecase/unit.h"

namespace huiyin::aftersales {

struct RmaTarget {
  RmaId rma;
  std::string etag;  // empty: any
};

// Units of a line, which is named by its RMA line id or, when that is clear, its order line id.
struct LineUnits {
  std::string line;
  int64_t quantity = 0;
  Grade grade = Grade::kNone;
  std::string note;
  std::vector<std::string> photo_ids;
};

// Goods in a parcel that nobody announced.
struct Surplus {
  std::string description;
  int64_t quantity = 0;
  std::vector<std::string> photo_ids;
};

// Loads the RMA with its order's row lock, checks right and etag, lets `change` change it, saves
// it.
absl::StatusOr<Rma> ChangeRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                              absl::FunctionRef<absl::Status(Rma&)> change);
// The same for an alarm: an RMA that is gone is left alone, one that `change` leaves is not saved.
absl::Status ChangeRmaByTimer(Unit& unit, const TenantId& tenant, const RmaId& rma,
                              absl::FunctionRef<absl::Status(Rma&)> change);
// The RMA line that `name` means, an id of an RMA line or of an order line; INVALID_ARGUMENT naming
// `field` when it means none or several.
absl::StatusOr<std::string> FindLine(const Rma& rma, const std::string& name,
                                     const std::string& field);

// Lines that `lines` does not name are approved whole.
absl::StatusOr<Rma> ApproveRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                               const std::vector<LineUnits>& lines, const std::string& note);
absl::StatusOr<Rma> RejectRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                              const std::string& note);
// INVALID_ARGUMENT for a line that is not of the RMA.
absl::StatusOr<Rma> AddRmaEvidence(Unit& unit, const Caller& caller, const RmaTarget& target,
                                   const std::string& line,
                                   const std::vector<std::string>& evidence,
                                   const std::string& note);
absl::StatusOr<Rma> AppealRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                              const std::string& note);
absl::StatusOr<Rma> CancelRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                              const std::string& note);
// INVALID_ARGUMENT unless `ship_by` is later than now and the present one, and at most 90 days
// away.
absl::StatusOr<Rma> ExtendRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                              absl::Time ship_by);
absl::StatusOr<Rma> ShipRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                            const std::string& tracking_number);
// No lines: everything that is awaited.
absl::StatusOr<Rma> ReceiveRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                               const std::vector<LineUnits>& lines,
                               const std::vector<Surplus>& surplus = {});
// When every awaited unit has a grade, the refunds due are requested.
absl::StatusOr<Rma> InspectRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                               const std::vector<LineUnits>& units);
absl::StatusOr<Rma> ShipRmaBack(Unit& unit, const Caller& caller, const RmaTarget& target,
                                const std::string& tracking_number);
absl::StatusOr<Rma> DeliverRmaBack(Unit& unit, const Caller& caller, const RmaTarget& target);

// The carrier lost the parcel.
absl::StatusOr<Rma> LoseParcel(Unit& unit, const Caller& caller, const RmaTarget& target,
                               const std::string& note);
// What is lost counts as given up: the refunds due are requested, replacements may go out.
absl::StatusOr<Rma> WriteOffRma(Unit& unit, const Caller& caller, const RmaTarget& target,
                                const std::string& note);

// An alarm of Schedule::SetRmaDue: ends an RMA whose goods were not sent; does nothing for one
// that has moved on or was given more time.
absl::Status ExpireRma(Unit& unit, const TenantId& tenant, const RmaId& rma);

}  // namespace huiyin::aftersales
