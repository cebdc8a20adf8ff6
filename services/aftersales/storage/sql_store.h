// Store over a database session.
#pragma once

#include "libs/db/database.h"
#include "services/aftersales/storage/store.h"

namespace huiyin::aftersales {

class SqlStore final : public Store {
 public:
  // `session` must outlive the store.
  explicit SqlStore(db::Session& session) : session_(session) {}

  absl::StatusOr<bool> LockOrder(const TenantId& tenant, const OrderId& order) override;
  absl::StatusOr<std::optional<Order>> FindOrder(const TenantId& tenant,
                                                 const OrderId& order) override;
  absl::Status PutOrder(const TenantId& tenant, const Order& order) override;
  absl::StatusOr<std::vector<Order>> ListOrders(const TenantId& tenant, const OrderFilter& filter,
                                                const Page& page) override;
  absl::StatusOr<std::optional<OrderId>> OrderOfPayment(const TenantId& tenant,
                                                        const PaymentId& payment) override;
  absl::Status HoldUnits(const TenantId& tenant, const OrderId& order, const std::string& line,
                         int64_t units) override;

  absl::StatusOr<std::optional<Rma>> FindRma(const TenantId& tenant, const RmaId& rma) override;
  absl::Status InsertRma(const TenantId& tenant, const Rma& rma) override;
  absl::Status SaveRma(const TenantId& tenant, Rma& rma, size_t stored_actions) override;
  absl::StatusOr<std::vector<Rma>> ListRmas(const TenantId& tenant, const RmaFilter& filter,
                                            const Page& page) override;
  absl::StatusOr<int64_t> CountRmas(const TenantId& tenant, const CustomerId& customer,
                                    absl::Time since) override;
  absl::Status InsertVerdict(const TenantId& tenant, const RmaId& rma, const VerdictInputs& inputs,
                             const Verdict& verdict) override;
  absl::StatusOr<std::optional<StoredVerdict>> FindVerdict(const TenantId& tenant,
                                                           const RmaId& rma) override;

  absl::StatusOr<std::optional<Refund>> FindRefund(const TenantId& tenant,
                                                   const RefundId& refund) override;
  absl::Status InsertRefund(const TenantId& tenant, const Refund& refund) override;
  absl::Status ReleaseRefund(const TenantId& tenant, const Refund& refund) override;
  absl::Status SaveRefund(const TenantId& tenant, Refund& refund) override;
  absl::StatusOr<std::vector<Refund>> ListRefunds(const TenantId& tenant,
                                                  const RefundFilter& filter,
                                                  const Page& page) override;
  absl::StatusOr<AlreadyRefunded> SumRefunds(const TenantId& tenant, const OrderId& order) override;
  absl::StatusOr<std::vector<DueRefund>> DueRefunds(absl::Time now, size_t limit) override;
  absl::StatusOr<bool> InsertChargeback(const TenantId& tenant, const std::string& id,
                                        const PaymentId& payment, int64_t amount,
                                        absl::Time at) override;

  absl::Status AppendLedger(const TenantId& tenant,
                            const std::vector<LedgerEntry>& entries) override;
  absl::StatusOr<std::vector<LedgerEntry>> ListLedger(const TenantId& tenant,
                                                      const LedgerFilter& filter,
                                                      const Page& page) override;
  absl::Status EachLedgerEntry(const TenantId& tenant,
                               absl::FunctionRef<void(const LedgerEntry&)> each) override;
  absl::Status EachRefund(const TenantId& tenant,
                          absl::FunctionRef<void(const RefundSums&)> each) override;
  absl::Status EachPayment(const TenantId& tenant,
                           absl::FunctionRef<void(const PaymentSums&)> each) override;
  absl::Status EachOrderLine(const TenantId& tenant,
                             absl::FunctionRef<void(const LineSums&)> each) override;

  absl::Status InsertPolicy(const TenantId& tenant, const PolicyDocument& document) override;
  absl::StatusOr<std::optional<PolicyDocument>> FindPolicy(const TenantId& tenant,
                                                           const std::string& version) override;
  absl::StatusOr<std::vector<PolicyDocument>> ListPolicies(const TenantId& tenant,
                                                           const std::string& after,
                                                           size_t limit) override;
  absl::StatusOr<std::optional<Publication>> LastPublication(const TenantId& tenant) override;
  absl::StatusOr<std::optional<Publication>> FindPublication(const TenantId& tenant,
                                                             int64_t sequence) override;
  absl::Status InsertPublication(const TenantId& tenant, const Publication& publication) override;
  absl::StatusOr<std::optional<InForce>> PolicyInForce(const TenantId& tenant) override;
  absl::StatusOr<std::vector<VerdictBytes>> ListVerdicts(const TenantId& tenant,
                                                         const VerdictFilter& filter,
                                                         const std::string& after,
                                                         size_t limit) override;
  absl::StatusOr<std::optional<VerdictBytes>> FindVerdictBytes(const TenantId& tenant,
                                                               const RmaId& rma) override;

 private:
  absl::Status AddLines(const TenantId& tenant, Order& order);
  absl::Status AddPayments(const TenantId& tenant, Order& order);
  absl::Status AddShipments(const TenantId& tenant, Order& order);
  absl::Status InsertActions(const TenantId& tenant, const Rma& rma, size_t from);
  absl::Status Complete(const TenantId& tenant, Rma& rma);
  absl::Status Complete(const TenantId& tenant, Refund& refund);
  // Adds `sign` times the refund to the counters of its payment, lines and order.
  absl::Status Count(const TenantId& tenant, const Refund& refund, int sign);

  db::Session& session_;
};

}  // namespace huiyin::aftersales
