#include "services/aftersales/usecase/reconciliation.h"

#include <iterator>

#include "services/aftersales/domain/text.h"
#include "services/aftersales/usecase/access.h"

namespace huiyin::aftersales {
namespace {

class Comparison {
 public:
  Comparison(Unit& unit, const TenantId& tenant, Statement& statement)
      : unit_(unit), tenant_(tenant), statement_(statement) {}

  absl::Status Line(const StatementLine& line) {
    ++statement_.lines;
    HUIYIN_ASSIGN_OR_RETURN(const bool is_new,
                            unit_.store.InsertStatementLine(tenant_, statement_, line));
    const std::string cause = CauseOf(line);
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<Money> booked,
                            unit_.store.BookedFor(tenant_, statement_.gateway, line.type, cause));
    Difference difference{.key = line.key,
                          .gateway_id = line.gateway_id,
                          .line = line.number,
                          .ours = booked.value_or(Money()),
                          .theirs = line.amount};
    if (!is_new) return Add(DifferenceKind::kDuplicate, std::move(difference));
    if (booked && *booked == line.amount) {
      ++statement_.matched;
      return absl::OkStatus();
    }
    HUIYIN_ASSIGN_OR_RETURN(difference.detail, Detail(line, cause));
    const bool paid = booked && !booked->IsZero();  // zero: paid and reversed
    return Add(paid ? DifferenceKind::kAmountDiffers : DifferenceKind::kMissingHere,
               std::move(difference));
  }

  // What the ledger booked in the period and no statement shows. A chargeback that was taken and
  // won back in it may be shown by two lines or, since nothing is left of it, by none.
  absl::Status Ledger() {
    HUIYIN_ASSIGN_OR_RETURN(
        const std::vector<BookedPayout> booked,
        unit_.store.BookedBetween(tenant_, statement_.gateway, statement_.start, statement_.end));
    for (auto at = booked.begin(); at != booked.end(); ++at) {
      HUIYIN_ASSIGN_OR_RETURN(std::optional<Difference> missing, MissingThere(*at));
      if (!missing) continue;
      if (const auto next = std::next(at);
          next != booked.end() && next->cause == at->cause && next->amount == at->amount) {
        HUIYIN_ASSIGN_OR_RETURN(const std::optional<Difference> both, MissingThere(*next));
        if (both) {
          at = next;
          continue;
        }
      }
      HUIYIN_RETURN_IF_ERROR(Add(DifferenceKind::kMissingThere, *std::move(missing)));
    }
    return absl::OkStatus();
  }

 private:
  // Nothing when a statement shows the payout.
  absl::StatusOr<std::optional<Difference>> MissingThere(const BookedPayout& payout) {
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<Refund> refund,
                            unit_.store.FindRefund(tenant_, RefundId(payout.cause)));
    // What a bank sent back is told by the refund's own line.
    if (refund && payout.came_back) return std::nullopt;
    Difference difference{.key = payout.cause, .ours = payout.amount};
    StatementLineType type = StatementLineType::kChargeback;
    if (refund) {
      type = StatementLineType::kRefund;
      difference.key = IdempotencyKey(*refund);
      difference.gateway_id = refund->gateway_refund_id;
      difference.detail = Concat("the refund is ", Name(refund->state));
    } else if (payout.came_back) {
      type = StatementLineType::kChargebackWon;
      difference.detail = "a chargeback that was won";
    } else {
      difference.detail = "a chargeback";
    }
    HUIYIN_ASSIGN_OR_RETURN(
        const bool shown,
        unit_.store.IsOnAStatement(tenant_, statement_.gateway, type, difference.key));
    if (shown) return std::nullopt;
    return difference;
  }

  static std::string CauseOf(const StatementLine& line) {
    return line.type == StatementLineType::kRefund ? RefundOfKey(line.key).value() : line.key;
  }

  absl::StatusOr<std::string> Detail(const StatementLine& line, const std::string& cause) {
    if (line.type == StatementLineType::kChargeback) return std::string("no such chargeback");
    if (line.type == StatementLineType::kChargebackWon) {
      return std::string("no chargeback was won by that name");
    }
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<Refund> refund,
                            unit_.store.FindRefund(tenant_, RefundId(cause)));
    if (!refund) return std::string("no such refund");
    return Concat("the refund is ", Name(refund->state), ", of ", refund->PaidOut().ToString(),
                  " through ", refund->gateway);
  }

  absl::Status Add(DifferenceKind kind, Difference difference) {
    ++statement_.differences[static_cast<int>(kind) - 1];
    difference.id = unit_.ids.NewId();
    difference.statement = statement_.id;
    difference.gateway = statement_.gateway;
    difference.kind = kind;
    difference.created = statement_.imported;
    return unit_.store.InsertDifference(tenant_, difference);
  }

  Unit& unit_;
  const TenantId& tenant_;
  Statement& statement_;
};

}  // namespace

absl::StatusOr<Statement> ImportStatement(Unit& unit, const Caller& caller,
                                          const ImportStatementCommand& command) {
  HUIYIN_ASSIGN_OR_RETURN(
      const std::optional<Statement> known,
      unit.store.FindStatement(caller.tenant, command.gateway, command.start, command.end));
  if (known && known->content_hash == command.content_hash) return *known;
  if (known) {
    return Error(absl::StatusCode::kFailedPrecondition, "STATEMENT_EXISTS",
                 "another statement of this gateway and period was imported",
                 {{"statement_id", known->id}});
  }
  Statement statement{.id = unit.ids.NewId(),
                      .gateway = command.gateway,
                      .start = command.start,
                      .end = command.end,
                      .content_hash = command.content_hash,
                      .imported_by = caller.subject,
                      .imported = unit.clock.Now()};
  Comparison comparison(unit, caller.tenant, statement);
  for (const StatementLine& line : command.lines) {
    HUIYIN_RETURN_IF_ERROR(comparison.Line(line));
  }
  HUIYIN_RETURN_IF_ERROR(comparison.Ledger());
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertStatement(caller.tenant, statement));
  return statement;
}

absl::StatusOr<Difference> ResolveDifference(Unit& unit, const Caller& caller,
                                             const std::string& id, const std::string& note) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Difference> difference,
                          unit.store.FindDifference(caller.tenant, id));
  if (!difference) return NotFound("difference", id);
  difference->resolved = unit.clock.Now();
  difference->resolved_by = caller.subject;
  difference->note = note;
  HUIYIN_ASSIGN_OR_RETURN(const bool was_open,
                          unit.store.ResolveDifference(caller.tenant, *difference));
  if (!was_open) {
    return Error(absl::StatusCode::kFailedPrecondition, "WRONG_STATE",
                 "somebody has resolved this difference already");
  }
  return *std::move(difference);
}

}  // namespace huiyin::aftersales
