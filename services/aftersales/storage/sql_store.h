// Store over a database session.
#pragma once

#include "libs/db/database.h"
#include "services/aftersales/storage/store.h"

namespace huiyin::aftersales {

class SqlStore final : public Store {
 public:
  // `session` must outlive the store.
  explicit SqlStore(db::Session& session) : session_(session) {}

  absl::Status LockOrder(const TenantId& tenant, const OrderId& order) override;
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
  absl::Status InsertRma(const TenantId& tenant, const Rma& rma,
                         const Judgement& judgement) override;
  absl::Status SaveRma(const TenantId& tenant, Rma& rma, size_t stored_actions) override;
  absl::StatusOr<std::vector<Rma>> ListRmas(const TenantId& tenant, const RmaFilter& filter,
                                            const Page& page) override;
  absl::Status ReplaceVerdict(const TenantId& tenant, const RmaId& rma,
                              const Judgement& judgement) override;
  absl::StatusOr<std::optional<Judgement>> FindVerdict(const TenantId& tenant,
                                                       const RmaId& rma) override;

  absl::StatusOr<bool> PutStockItem(const TenantId& tenant, const StockItem& item) override;
  absl::StatusOr<std::optional<StockItem>> FindStockItem(const TenantId& tenant,
                                                         const std::string& sku) override;
  absl::StatusOr<std::vector<StockItem>> ListStock(const TenantId& tenant,
                                                   const StockFilter& filter, size_t size,
                                                   const std::string& after) override;
  absl::StatusOr<std::optional<StockHold>> FindStockHold(const TenantId& tenant, const RmaId& rma,
                                                         const std::string& line) override;
  absl::Status SetStockHold(const TenantId& tenant, const RmaId& rma, const StockHold& hold,
                            int64_t sent) override;

  absl::StatusOr<std::optional<Refund>> FindRefund(const TenantId& tenant,
                                                   const RefundId& refund) override;
  absl::Status InsertRefund(const TenantId& tenant, const Refund& refund) override;
  absl::Status ReleaseRefund(const TenantId& tenant, const Refund& refund) override;
  absl::Status SaveRefund(const TenantId& tenant, Refund& refund) override;
  absl::StatusOr<std::vector<Refund>> ListRefunds(const TenantId& tenant,
                                                  const RefundFilter& filter,
                                                  const Page& page) override;
  absl::StatusOr<AlreadyRefunded> SumRefunds(const TenantId& tenant, const OrderId& order) override;
  absl::StatusOr<int64_t> GivenAlone(const TenantId& tenant, const OrderId& order,
                                     const std::string& agent) override;
  absl::StatusOr<std::vector<DueRefund>> DueRefunds(absl::Time now, size_t limit) override;
  absl::StatusOr<bool> InsertChargeback(const TenantId& tenant,
                                        const Chargeback& chargeback) override;
  absl::StatusOr<std::optional<Chargeback>> WinChargeback(const TenantId& tenant,
                                                          const PaymentId& payment,
                                                          const std::string& id,
                                                          absl::Time at) override;

  absl::Status AppendLedger(const TenantId& tenant,
                            const std::vector<LedgerEntry>& entries) override;
  absl::StatusOr<std::vector<LedgerEntry>> ListLedger(const TenantId& tenant,
                                                      const LedgerFilter& filter,
                                                      const Page& page) override;
  absl::StatusOr<bool> ScanLedger(const TenantId& tenant, const std::string& after_cause,
                                  size_t limit,
                                  absl::FunctionRef<void(const LedgerRow&)> each) override;
  absl::StatusOr<std::vector<RefundSums>> ScanRefunds(const TenantId& tenant, const RefundId& after,
                                                      size_t limit) override;
  absl::StatusOr<std::vector<PaymentSums>> ScanPayments(const TenantId& tenant,
                                                        const PaymentId& after,
                                                        size_t limit) override;
  absl::StatusOr<std::vector<LineSums>> ScanOrderLines(const TenantId& tenant,
                                                       const OrderId& after_order,
                                                       const std::string& after_line,
                                                       size_t limit) override;

  absl::StatusOr<std::optional<Statement>> FindStatement(const TenantId& tenant,
                                                         const std::string& gateway,
                                                         absl::Time start, absl::Time end) override;
  absl::Status InsertStatement(const TenantId& tenant, const Statement& statement) override;
  absl::StatusOr<bool> InsertStatementLine(const TenantId& tenant, const Statement& statement,
                                           const StatementLine& line) override;
  absl::StatusOr<bool> IsOnAStatement(const TenantId& tenant, const std::string& gateway,
                                      StatementLineType type, const std::string& key) override;
  absl::StatusOr<std::optional<Money>> BookedFor(const TenantId& tenant, const std::string& gateway,
                                                 StatementLineType type,
                                                 const std::string& cause) override;
  absl::StatusOr<std::vector<BookedPayout>> BookedBetween(const TenantId& tenant,
                                                          const std::string& gateway,
                                                          absl::Time start,
                                                          absl::Time end) override;
  absl::Status InsertDifference(const TenantId& tenant, const Difference& difference) override;
  absl::StatusOr<std::optional<Difference>> FindDifference(const TenantId& tenant,
                                                           const std::string& id) override;
  absl::StatusOr<std::vector<Difference>> ListDifferences(const TenantId& tenant,
                                                          const DifferenceFilter& filter,
                                                          size_t limit,
                                                          const std::string& after) override;
  absl::StatusOr<bool> ResolveDifference(const TenantId& tenant,
                                         const Difference& difference) override;

  absl::StatusOr<int64_t> MoveCredit(const TenantId& tenant, const CustomerId& customer,
                                     Tender tender, const Money& amount) override;
  absl::StatusOr<std::vector<CreditBalance>> CreditBalances(const TenantId& tenant,
                                                            const CustomerId& customer) override;
  absl::StatusOr<std::vector<CreditBalance>> CreditTotals(const TenantId& tenant) override;
  absl::Status InsertGrant(const TenantId& tenant, const CreditGrant& grant) override;
  absl::StatusOr<std::optional<CreditGrant>> FindGrant(const TenantId& tenant,
                                                       const std::string& id) override;
  absl::StatusOr<int64_t> GrantedAlone(const TenantId& tenant, const CustomerId& customer,
                                       const std::string& agent, const std::string& currency,
                                       absl::Time since) override;
  absl::StatusOr<bool> DecideGrant(const TenantId& tenant, const CreditGrant& grant) override;

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
  absl::StatusOr<CustomerHistory> ReadHistory(const TenantId& tenant, const CustomerId& customer,
                                              absl::Time recent_since,
                                              absl::Time mismatches_since) override;
  absl::StatusOr<int64_t> CountUsedEvidence(const TenantId& tenant,
                                            const std::vector<std::string>& evidence) override;
  absl::Status KeepEvidence(const TenantId& tenant, const RmaId& rma,
                            const std::vector<std::string>& evidence) override;

  absl::StatusOr<std::vector<StoredStep>> ListOpenSteps(const TenantId& tenant,
                                                        const RmaId& rma) override;
  absl::Status AddSteps(const TenantId& tenant, const RmaId& rma,
                        const std::vector<StoredStep>& steps) override;
  absl::Status EndStep(const TenantId& tenant, const RmaId& rma, const StepSpan& step) override;
  absl::Status MarkOverdue(const TenantId& tenant, const RmaId& rma, const StepSpan& step,
                           absl::Time noticed) override;
  absl::Status EachStep(const TenantId& tenant, absl::Time from, absl::Time until,
                        absl::FunctionRef<void(const StoredStep&)> each) override;

  absl::StatusOr<std::optional<Parcel>> FindParcel(const TenantId& tenant,
                                                   const ParcelId& parcel) override;
  absl::StatusOr<std::vector<Parcel>> ListParcels(const TenantId& tenant, const RmaId& rma,
                                                  size_t size, const std::string& after) override;
  absl::Status InsertParcel(const TenantId& tenant, const Parcel& parcel) override;
  absl::Status SaveParcel(const TenantId& tenant, Parcel& parcel) override;
  absl::StatusOr<bool> InsertScan(const TenantId& tenant, const ParcelId& parcel,
                                  const Scan& scan) override;
  absl::StatusOr<std::vector<DueParcel>> DueParcels(absl::Time now, size_t limit) override;

 private:
  absl::Status AddScans(const TenantId& tenant, Parcel& parcel);
  absl::Status AddLines(const TenantId& tenant, Order& order);
  absl::Status AddPayments(const TenantId& tenant, Order& order);
  absl::Status PutExchanges(const TenantId& tenant, const Rma& rma);
  absl::Status Complete(const TenantId& tenant, Refund& refund);
  // Adds `sign` times the chargeback to what the bank took of its payment.
  absl::Status CountTaken(const TenantId& tenant, const Chargeback& chargeback, int sign);
  // Adds `sign` times the refund to the counters of its payment, lines and order.
  absl::Status Count(const TenantId& tenant, const Refund& refund, int sign);

  db::Session& session_;
};

}  // namespace huiyin::aftersales
