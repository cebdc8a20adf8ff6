// Store over libs/db.
#pragma once

#include <string>
#include <vector>

#include "libs/db/database.h"
#include "libs/db/migrator.h"
#include "services/analytics/storage/store.h"

namespace huiyin::analytics {

// Tables of this service.
std::span<const db::Migration> Schema();

class SqlStore final : public Store {
 public:
  // `session` must outlive the store; commands need one inside a transaction.
  explicit SqlStore(db::Session& session) : session_(session) {}
  explicit SqlStore(db::Transaction& tx) : session_(tx), tx_(&tx) {}

  absl::Status AppendEvent(const LoggedEvent& event) override;
  absl::StatusOr<std::string> AliasOf(std::string_view tenant, std::string_view customer,
                                      std::string_view fresh) override;
  absl::StatusOr<bool> ForgetCustomer(std::string_view tenant, std::string_view customer) override;
  absl::Status ReadEvents(int64_t position, int limit,
                          absl::FunctionRef<void(const LoggedEvent&)> each) override;
  absl::Status ReadEventsOf(std::string_view tenant, int64_t position, int limit,
                            absl::FunctionRef<void(const LoggedEvent&)> each) override;
  absl::StatusOr<int64_t> LastPosition() override;

  absl::StatusOr<Generation> Live() override;
  absl::Status Advance(int64_t generation, int64_t from, int64_t to) override;
  absl::StatusOr<Generation> StartBuilding(const std::string& zones) override;
  absl::Status ChooseZones(const std::string& zones) override;
  absl::Status LockGenerations() override;
  absl::Status Switch(int64_t building) override;
  absl::StatusOr<bool> HasOld() override;
  absl::Status RemoveSomeOld() override;
  absl::StatusOr<bool> SameRollups(int64_t generation, int64_t other) override;

  absl::StatusOr<std::optional<std::string>> LoadEntity(int64_t generation, std::string_view tenant,
                                                        EntityKind kind,
                                                        std::string_view id) override;
  absl::StatusOr<std::string> LastEntityId(int64_t generation, std::string_view tenant,
                                           EntityKind kind) override;
  absl::Status SaveEntities(int64_t generation, const std::vector<EntityRow>& rows) override;
  absl::StatusOr<uint32_t> NumberOf(int64_t generation, std::string_view tenant,
                                    Dimension dimension, std::string_view value) override;
  absl::StatusOr<uint32_t> LastNumber(int64_t generation, std::string_view tenant,
                                      Dimension dimension) override;
  absl::Status SaveNumbers(int64_t generation, const std::vector<TextNumber>& rows) override;
  absl::StatusOr<std::string> TextOf(int64_t generation, std::string_view tenant,
                                     Dimension dimension, uint32_t id) override;
  absl::Status LoadRuns(int64_t generation, const CellAddress& address,
                        absl::FunctionRef<void(int64_t run, std::string_view bytes)> each) override;
  absl::StatusOr<RunSizes> SizesOfRuns(int64_t generation, const CellAddress& address) override;
  absl::Status SaveRuns(int64_t generation, const std::vector<CellRow>& rows) override;
  absl::Status RemoveRuns(int64_t generation, const CellAddress& address) override;
  absl::StatusOr<int64_t> LastBucket(int64_t generation, std::string_view tenant, Cube cube,
                                     Grain grain) override;
  absl::StatusOr<std::vector<CellAddress>> WithRuns(int64_t generation) override;
  absl::Status ScanCells(
      int64_t generation, std::string_view tenant, Cube cube, const Segment& segment, int64_t shard,
      absl::FunctionRef<void(int64_t bucket, std::string_view bytes)> each) override;
  absl::StatusOr<std::vector<std::string>> Tenants(int64_t generation) override;

  absl::StatusOr<std::optional<Alert>> FindOpenAlert(const TenantId& tenant,
                                                     const Subject& subject) override;
  absl::StatusOr<std::optional<Alert>> FindAlert(const TenantId& tenant,
                                                 const AlertId& id) override;
  absl::Status PutAlert(const Alert& alert) override;
  absl::StatusOr<std::vector<Alert>> ListAlerts(const TenantId& tenant, const AlertFilter& filter,
                                                int limit, int64_t offset) override;
  absl::StatusOr<std::vector<Alert>> AlertsSince(const TenantId& tenant, absl::Time since) override;

  absl::Status PutSchedule(const ReportSchedule& schedule) override;
  absl::Status DeleteSchedule(const ReportSchedule& schedule) override;
  absl::StatusOr<std::optional<ReportSchedule>> FindSchedule(const TenantId& tenant,
                                                             const ScheduleId& id) override;
  absl::StatusOr<std::vector<ReportSchedule>> ListSchedules(const TenantId& tenant) override;
  absl::Status PutReport(const StoredReport& report, int keep) override;
  absl::StatusOr<std::optional<StoredReport>> FindReport(const TenantId& tenant,
                                                         const ReportId& id) override;
  absl::StatusOr<std::vector<StoredReport>> ListReports(const TenantId& tenant, int limit,
                                                        int64_t offset) override;

 private:
  absl::StatusOr<std::optional<Generation>> FindGeneration(int role);
  absl::StatusOr<std::vector<Alert>> Alerts(std::string_view sql, db::Values args);

  db::Session& session_;
  db::Transaction* const tx_ = nullptr;  // for timers
};

// Timer that is due when a scheduled report is; its key is the schedule's id, its payload the
// tenant.
inline constexpr char kReportTimer[] = "analytics_report";

}  // namespace huiyin::analytics
