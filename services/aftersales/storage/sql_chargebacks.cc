#include "libs/core/status.h"
#include "services/aftersales/storage/sql_store.h"

namespace huiyin::aftersales {

absl::Status SqlStore::CountTaken(const TenantId& tenant, const Chargeback& chargeback, int sign) {
  return session_
      .Execute(
          "UPDATE order_payment SET charged_back_minor = charged_back_minor + ?, "
          "charged_taken_minor = charged_taken_minor + "
          "CASE WHEN charged_currency = '' THEN 0 ELSE ? END "
          "WHERE tenant = ? AND payment_id = ?",
          {sign * chargeback.worth, sign * chargeback.amount.minor(), tenant.value(),
           chargeback.payment.value()})
      .status();
}

absl::StatusOr<bool> SqlStore::InsertChargeback(const TenantId& tenant,
                                                const Chargeback& chargeback) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("INSERT INTO chargeback (tenant, chargeback_id, payment_id, amount_minor, "
                       "created_at, taken_minor, taken_currency) VALUES (?, ?, ?, ?, ?, ?, ?) "
                       "ON CONFLICT (tenant, chargeback_id) DO NOTHING",
                       {tenant.value(), chargeback.id, chargeback.payment.value(), chargeback.worth,
                        chargeback.at, chargeback.amount.minor(), chargeback.amount.currency()}));
  if (rows == 0) return false;
  HUIYIN_RETURN_IF_ERROR(CountTaken(tenant, chargeback, +1));
  return true;
}

absl::StatusOr<std::optional<Chargeback>> SqlStore::WinChargeback(const TenantId& tenant,
                                                                  const PaymentId& payment,
                                                                  const std::string& id,
                                                                  absl::Time at) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("UPDATE chargeback SET won_at = ? WHERE tenant = ? AND chargeback_id = ? "
                       "AND payment_id = ? AND won_at IS NULL",
                       {at, tenant.value(), id, payment.value()}));
  std::optional<Chargeback> won;
  if (rows == 0) return won;
  HUIYIN_RETURN_IF_ERROR(
      session_
          .QueryOne("SELECT amount_minor, taken_minor, taken_currency, created_at FROM chargeback "
                    "WHERE tenant = ? AND chargeback_id = ?",
                    {tenant.value(), id},
                    [&](const db::Row& row) {
                      won = Chargeback{.id = id,
                                       .payment = payment,
                                       .amount = Money(row.Int(1), row.Str(2)),
                                       .worth = row.Int(0),
                                       .at = row.Time(3)};
                    })
          .status());
  HUIYIN_RETURN_IF_ERROR(CountTaken(tenant, *won, -1));
  return won;
}

}  // namespace huiyin::aftersales
