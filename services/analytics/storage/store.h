// Port: what analytics keeps – the log of events, what is remembered of entities, rollups, alerts.
// Domain types only; sql_store.h keeps it in a database.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/analytics/domain/alert.h"
#include "services/analytics/domain/cubes.h"
#include "services/analytics/domain/entities.h"
#include "services/analytics/domain/events.h"
#include "services/analytics/domain/report_schedule.h"

namespace huiyin::analytics {

// A full set of figures. One is in use; a rebuild makes another beside it.
struct Generation {
  int64_t number = 0;
  int64_t position = 0;  // of the last event it holds
  std::string zones;     // time zones of its days, Zones::Text
};

// Texts are the caller's.
struct EntityRow {
  std::string_view tenant;
  EntityKind kind;
  std::string_view id;
  std::string bytes;
};

// A dictionary entry: number `id` stands for `value`.
struct TextNumber {
  std::string tenant;
  Dimension dimension;
  std::string value;
  uint32_t id = 0;
};

// Where the cells of one bucket are.
struct CellAddress {
  std::string tenant;
  Cube cube;
  Grain grain;
  int64_t bucket;  // seconds since 1970
  uint32_t shard;

  friend auto operator<=>(const CellAddress&, const CellAddress&) = default;
};

// Bytes of one bucket's cells. A large one that changes often has its latest changes beside it, in
// runs 1, 2 …, which count on top of run 0.
struct RunSizes {
  size_t whole = 0;  // run 0
  size_t runs = 0;   // all others
  int64_t last_run = 0;
};

// One run of one bucket.
struct CellRow {
  CellAddress address;
  int64_t run = 0;
  std::string bytes;
};

struct AlertFilter {
  std::optional<AlertState> state;  // nothing: all but resolved
  std::string product;              // empty: any
};

// One session of a database; not thread-safe. Errors are those of the database; a missing row is
// not an error.
class Store {
 public:
  virtual ~Store() = default;

  // Gives the event the next position. Writers take turns until their transactions end.
  virtual absl::Status AppendEvent(const LoggedEvent& event) = 0;
  // What stands for the customer's id in everything else that is kept; from now on `fresh`, when
  // nothing does yet.
  virtual absl::StatusOr<std::string> AliasOf(std::string_view tenant, std::string_view customer,
                                              std::string_view fresh) = 0;
  // Forgets what stood for the customer; false when nothing did.
  virtual absl::StatusOr<bool> ForgetCustomer(std::string_view tenant,
                                              std::string_view customer) = 0;
  // At most `limit` events after `position`, in order.
  virtual absl::Status ReadEvents(int64_t position, int limit,
                                  absl::FunctionRef<void(const LoggedEvent&)> each) = 0;
  // The same of one tenant alone.
  virtual absl::Status ReadEventsOf(std::string_view tenant, int64_t position, int limit,
                                    absl::FunctionRef<void(const LoggedEvent&)> each) = 0;
  virtual absl::StatusOr<int64_t> LastPosition() = 0;

  // The figures in use.
  virtual absl::StatusOr<Generation> Live() = 0;
  // ABORTED when the generation does not hold events up to `from` any more: somebody else counts.
  virtual absl::Status Advance(int64_t generation, int64_t from, int64_t to) = 0;
  // Begins a set beside the one in use, empty, with days of these zones. One that was being built
  // is given up.
  virtual absl::StatusOr<Generation> StartBuilding(const std::string& zones) = 0;
  // Makes the days of the set in use those of `zones` if it holds no events yet.
  virtual absl::Status ChooseZones(const std::string& zones) = 0;
  // Until the transaction ends no generation advances.
  virtual absl::Status LockGenerations() = 0;
  // Puts the set that is being built in use, which must hold the same events. ABORTED when it is
  // not `building`: somebody else has begun another one.
  virtual absl::Status Switch(int64_t building) = 0;
  // True when there is a set that is neither in use nor being built.
  virtual absl::StatusOr<bool> HasOld() = 0;
  // Removes some rows of it, in the end the set itself.
  virtual absl::Status RemoveSomeOld() = 0;
  // True when the rollups of the two sets are the same, byte by byte.
  virtual absl::StatusOr<bool> SameRollups(int64_t generation, int64_t other) = 0;

  virtual absl::StatusOr<std::optional<std::string>> LoadEntity(int64_t generation,
                                                                std::string_view tenant,
                                                                EntityKind kind,
                                                                std::string_view id) = 0;
  // The last one in the order of bytes; empty when there is none.
  virtual absl::StatusOr<std::string> LastEntityId(int64_t generation, std::string_view tenant,
                                                   EntityKind kind) = 0;
  virtual absl::Status SaveEntities(int64_t generation, const std::vector<EntityRow>& rows) = 0;

  // 0 when the text has no number yet.
  virtual absl::StatusOr<uint32_t> NumberOf(int64_t generation, std::string_view tenant,
                                            Dimension dimension, std::string_view value) = 0;
  // The highest number given out.
  virtual absl::StatusOr<uint32_t> LastNumber(int64_t generation, std::string_view tenant,
                                              Dimension dimension) = 0;
  virtual absl::Status SaveNumbers(int64_t generation, const std::vector<TextNumber>& rows) = 0;
  virtual absl::StatusOr<std::string> TextOf(int64_t generation, std::string_view tenant,
                                             Dimension dimension, uint32_t id) = 0;

  // Every run of a bucket, in order.
  virtual absl::Status LoadRuns(
      int64_t generation, const CellAddress& address,
      absl::FunctionRef<void(int64_t run, std::string_view bytes)> each) = 0;
  virtual absl::StatusOr<RunSizes> SizesOfRuns(int64_t generation, const CellAddress& address) = 0;
  // Adds or replaces runs.
  virtual absl::Status SaveRuns(int64_t generation, const std::vector<CellRow>& rows) = 0;
  // Removes every run of a bucket.
  virtual absl::Status RemoveRuns(int64_t generation, const CellAddress& address) = 0;
  // Start of the latest bucket that is stored; the least number when there is none.
  virtual absl::StatusOr<int64_t> LastBucket(int64_t generation, std::string_view tenant, Cube cube,
                                             Grain grain) = 0;
  // Buckets that have runs beside run 0.
  virtual absl::StatusOr<std::vector<CellAddress>> WithRuns(int64_t generation) = 0;
  // Every run of every bucket of the segment, bucket by bucket in order; `shard` < 0: all shards.
  virtual absl::Status ScanCells(
      int64_t generation, std::string_view tenant, Cube cube, const Segment& segment, int64_t shard,
      absl::FunctionRef<void(int64_t bucket, std::string_view bytes)> each) = 0;
  virtual absl::StatusOr<std::vector<std::string>> Tenants(int64_t generation) = 0;

  // The alert on a subject that is not resolved, if there is one.
  virtual absl::StatusOr<std::optional<Alert>> FindOpenAlert(const TenantId& tenant,
                                                             const Subject& subject) = 0;
  virtual absl::StatusOr<std::optional<Alert>> FindAlert(const TenantId& tenant,
                                                         const AlertId& id) = 0;
  // Adds or replaces.
  virtual absl::Status PutAlert(const Alert& alert) = 0;
  // Most serious first (lower bound of the relative rate), then by id; `offset` rows are passed
  // over.
  virtual absl::StatusOr<std::vector<Alert>> ListAlerts(const TenantId& tenant,
                                                        const AlertFilter& filter, int limit,
                                                        int64_t offset) = 0;
  // Alerts of any state that changed at `since` or later, oldest change first.
  virtual absl::StatusOr<std::vector<Alert>> AlertsSince(const TenantId& tenant,
                                                         absl::Time since) = 0;

  // Adds or replaces, and has MakeDueReport called when the next report is due.
  virtual absl::Status PutSchedule(const ReportSchedule& schedule) = 0;
  virtual absl::Status DeleteSchedule(const ReportSchedule& schedule) = 0;
  virtual absl::StatusOr<std::optional<ReportSchedule>> FindSchedule(const TenantId& tenant,
                                                                     const ScheduleId& id) = 0;
  // Oldest first.
  virtual absl::StatusOr<std::vector<ReportSchedule>> ListSchedules(const TenantId& tenant) = 0;
  // Keeps the tenant's newest `keep` reports.
  virtual absl::Status PutReport(const StoredReport& report, int keep) = 0;
  virtual absl::StatusOr<std::optional<StoredReport>> FindReport(const TenantId& tenant,
                                                                 const ReportId& id) = 0;
  // Newest first, without content; `offset` rows are passed over.
  virtual absl::StatusOr<std::vector<StoredReport>> ListReports(const TenantId& tenant, int limit,
                                                                int64_t offset) = 0;
};

}  // namespace huiyin::analytics
