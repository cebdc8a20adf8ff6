#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kColumns =
    "parcel_id, rma_id, order_id, customer_id, handover, pick_up_at, state, reason, carrier, "
    "tracking_number, label_url, due_at, attempts, version, created_at, updated_at";

Parcel ReadParcel(const db::Row& row) {
  Parcel parcel;
  parcel.id = ParcelId(row.Str(0));
  parcel.rma = RmaId(row.Str(1));
  parcel.order = OrderId(row.Str(2));
  parcel.customer = CustomerId(row.Str(3));
  parcel.handover = static_cast<Handover>(row.Int(4));
  parcel.pick_up = row.OptionalTime(5);
  parcel.state = static_cast<ParcelState>(row.Int(6));
  parcel.reason = row.Str(7);
  parcel.carrier = row.Str(8);
  parcel.tracking = row.Str(9);
  parcel.label_url = row.Str(10);
  parcel.due = row.OptionalTime(11);
  parcel.attempts = row.Int(12);
  parcel.version = row.Int(13);
  parcel.created = row.Time(14);
  parcel.updated = row.Time(15);
  return parcel;
}

}  // namespace

absl::Status SqlStore::AddScans(const TenantId& tenant, Parcel& parcel) {
  return session_.Query(
      "SELECT scan_id, kind, place, scanned_at FROM parcel_scan WHERE tenant = ? AND parcel_id = ? "
      "ORDER BY scanned_at, scan_id",
      {tenant.value(), parcel.id.value()}, [&](const db::Row& row) {
        parcel.scans.push_back({.id = row.Str(0),
                                .kind = static_cast<ScanKind>(row.Int(1)),
                                .place = row.Str(2),
                                .at = row.Time(3)});
      });
}

absl::StatusOr<std::optional<Parcel>> SqlStore::FindParcel(const TenantId& tenant,
                                                           const ParcelId& id) {
  static const std::string kSql =
      Concat("SELECT ", kColumns, " FROM return_parcel WHERE tenant = ? AND parcel_id = ?");
  std::optional<Parcel> parcel;
  HUIYIN_RETURN_IF_ERROR(session_
                             .QueryOne(kSql, {tenant.value(), id.value()},
                                       [&](const db::Row& row) { parcel = ReadParcel(row); })
                             .status());
  if (parcel) HUIYIN_RETURN_IF_ERROR(AddScans(tenant, *parcel));
  return parcel;
}

absl::StatusOr<std::vector<Parcel>> SqlStore::ListParcels(const TenantId& tenant, const RmaId& rma,
                                                          size_t size, const std::string& after) {
  static const std::string kSql =
      Concat("SELECT ", kColumns,
             " FROM return_parcel WHERE tenant = ? AND rma_id = ? AND parcel_id > ? "
             "ORDER BY parcel_id LIMIT ?");
  std::vector<Parcel> parcels;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(kSql, {tenant.value(), rma.value(), after, size},
                     [&](const db::Row& row) { parcels.push_back(ReadParcel(row)); }));
  for (Parcel& parcel : parcels) HUIYIN_RETURN_IF_ERROR(AddScans(tenant, parcel));
  return parcels;
}

absl::Status SqlStore::InsertParcel(const TenantId& tenant, const Parcel& parcel) {
  static const std::string kSql =
      Concat("INSERT INTO return_parcel (tenant, ", kColumns,
             ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  return session_
      .Execute(kSql, {tenant.value(), parcel.id.value(), parcel.rma.value(), parcel.order.value(),
                      parcel.customer.value(), parcel.handover, parcel.pick_up, parcel.state,
                      parcel.reason, parcel.carrier, parcel.tracking, parcel.label_url, parcel.due,
                      parcel.attempts, parcel.version, parcel.created, parcel.updated})
      .status();
}

absl::Status SqlStore::SaveParcel(const TenantId& tenant, Parcel& parcel) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute(
          "UPDATE return_parcel SET state = ?, reason = ?, carrier = ?, tracking_number = ?, "
          "label_url = ?, due_at = ?, attempts = ?, updated_at = ?, version = version + 1 "
          "WHERE tenant = ? AND parcel_id = ? AND version = ?",
          {parcel.state, parcel.reason, parcel.carrier, parcel.tracking, parcel.label_url,
           parcel.due, parcel.attempts, parcel.updated, tenant.value(), parcel.id.value(),
           parcel.version}));
  if (rows != 1) return absl::AbortedError("the parcel was changed meanwhile");
  ++parcel.version;
  return absl::OkStatus();
}

absl::StatusOr<bool> SqlStore::InsertScan(const TenantId& tenant, const ParcelId& parcel,
                                          const Scan& scan) {
  HUIYIN_ASSIGN_OR_RETURN(
      const int64_t rows,
      session_.Execute("INSERT INTO parcel_scan (tenant, parcel_id, scan_id, kind, place, "
                       "scanned_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                       {tenant.value(), parcel.value(), scan.id, scan.kind, scan.place, scan.at}));
  return rows == 1;
}

absl::StatusOr<std::vector<DueParcel>> SqlStore::DueParcels(absl::Time now, size_t limit) {
  std::vector<DueParcel> due;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT tenant, parcel_id FROM return_parcel WHERE due_at IS NOT NULL AND due_at <= ? "
      "ORDER BY due_at LIMIT ?",
      {now, limit}, [&](const db::Row& row) {
        due.push_back({TenantId(row.Str(0)), ParcelId(row.Str(1))});
      }));
  return due;
}

}  // namespace huiyin::aftersales
